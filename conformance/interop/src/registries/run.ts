/** Prepares the registries, `oras` and the Python peer, and runs the tests with them. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import type { Program } from '../go-program.ts';
import { reportMissing } from '../needed-programs.ts';
import { preparePythonPeer } from '../peer/python-environment.ts';
import { PEER_VARIABLE, PROGRAMS_VARIABLE } from './environment.ts';
import { preparePrograms } from './programs.ts';

const repository = path.resolve(import.meta.dirname, '../../../..');

const tell = (text: string) => void process.stderr.write(`${text}\n`);

async function run(): Promise<number> {
  if (!existsSync(path.join(repository, 'packages/cli/dist/main.cjs'))) {
    tell('The command line of this repository is not built: run "npm run build" first.');
    return 1;
  }
  const programs = await preparePrograms(tell);
  const python = preparePythonPeer();
  const peer: Program = 'directory' in python ? { file: python.directory } : python;
  if (reportMissing({ ...programs, 'Python peer': peer }, tell) > 0) return 1;

  const vitest = path.join(repository, 'node_modules/vitest/vitest.mjs');
  const tests = ['run', '--project', 'unit', 'conformance/interop/src/registries', ...process.argv.slice(2)];
  const env = {
    ...process.env,
    [PROGRAMS_VARIABLE]: JSON.stringify(programs),
    ...('file' in peer ? { [PEER_VARIABLE]: peer.file } : {}),
  };
  return spawnSync(process.execPath, [vitest, ...tests], { cwd: repository, stdio: 'inherit', env }).status ?? 1;
}

process.exitCode = await run();
