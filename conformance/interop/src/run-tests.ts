import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Program } from './go-program.ts';
import { reportMissing } from './needed-programs.ts';
import { preparePythonPeer } from './peer/python-environment.ts';

/** What to run, once everything that it needs is there. */
export interface PreparedTests<Programs extends Readonly<Record<string, Program>>> {
  /** Folders and files, from the root of the repository. */
  readonly tests: readonly string[];
  /** The variable that names the Python peer to the tests; absent if they do not need it. */
  readonly peerVariable?: string;
  prepare(tell: (text: string) => void): Promise<Programs>;
  /** The variables that name the programs to the tests. */
  environment(programs: Programs): Readonly<Record<string, string>>;
}

const repository = path.resolve(import.meta.dirname, '../../..');

const tell = (text: string) => void process.stderr.write(`${text}\n`);

/** Prepares other programs and the Python peer, and runs tests with them. Returns the exit code. */
export async function runTests<Programs extends Readonly<Record<string, Program>>>({
  tests,
  peerVariable,
  prepare,
  environment,
}: PreparedTests<Programs>): Promise<number> {
  if (!existsSync(path.join(repository, 'packages/cli/dist/main.cjs'))) {
    tell('The command line of this repository is not built: run "npm run build" first.');
    return 1;
  }
  const programs = await prepare(tell);
  const peer = peerVariable === undefined ? null : pythonPeer();
  if (reportMissing({ ...programs, ...(peer && { 'Python peer': peer }) }, tell) > 0) return 1;

  const vitest = path.join(repository, 'node_modules/vitest/vitest.mjs');
  const args = [vitest, 'run', '--project', 'unit', ...tests, ...process.argv.slice(2)];
  const env = {
    ...process.env,
    ...environment(programs),
    ...(peerVariable !== undefined && peer && 'file' in peer && { [peerVariable]: peer.file }),
  };
  return spawnSync(process.execPath, args, { cwd: repository, stdio: 'inherit', env }).status ?? 1;
}

function pythonPeer(): Program {
  const python = preparePythonPeer();
  return 'directory' in python ? { file: python.directory } : python;
}
