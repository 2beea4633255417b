/** Runs the end-to-end tests with an instance that is started before and stopped after them. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { preparePythonPeer } from '../../interop/src/peer/python-environment.ts';
import {
  CHROMIUM_VARIABLE,
  type Found,
  findChromium,
  findNoNetwork,
  LAB_VARIABLE,
  NO_NETWORK_VARIABLE,
  PEER_VARIABLE,
} from './e2e/surroundings.ts';
import { LabError, startInstance, stopInstance } from './instance.ts';
import { preparePrograms } from './programs.ts';

const repository = path.resolve(import.meta.dirname, '../../..');
const directory = path.join(repository, '.cache/sigstore-lab/e2e');

const EXIT_INTERRUPTED = 130;

const tell = (text: string) => void process.stderr.write(`${text}\n`);

/** Prints what is skipped, and returns the exit code: in CI a skip is a failure. */
function skipped(what: string, reason: string): number {
  const failing = Boolean(process.env.CI);
  tell(`${what}: ${reason}\n${failing ? 'In CI that is a failure.' : 'The tests that need it are skipped.'}`);
  return failing ? 1 : 0;
}

/** The other things that tests need, keyed by the variable that names each. */
function surroundings(): Readonly<Record<string, Found>> {
  const peer = preparePythonPeer();
  return {
    [PEER_VARIABLE]: 'directory' in peer ? { where: peer.directory } : { absent: peer.unavailable },
    [CHROMIUM_VARIABLE]: findChromium(),
    [NO_NETWORK_VARIABLE]: findNoNetwork(),
  };
}

/** Runs the tests; an interruption ends them. */
function runTests(env: NodeJS.ProcessEnv, signal: AbortSignal): Promise<number> {
  const vitest = path.join(repository, 'node_modules/vitest/vitest.mjs');
  const args = [vitest, 'run', 'conformance/sigstore-lab/src/e2e', ...process.argv.slice(2)];
  const tests = spawn(process.execPath, args, { cwd: repository, stdio: 'inherit', env });
  signal.addEventListener('abort', () => tests.kill());
  return new Promise((resolve, reject) => {
    tests.on('error', reject);
    tests.on('close', (code) => resolve(code ?? 1));
  });
}

async function run(signal: AbortSignal): Promise<number> {
  if (!existsSync(path.join(repository, 'packages/cli/dist/main.cjs'))) {
    tell('The command line of this repository is not built: run "npm run build" first.');
    return 1;
  }
  const programs = await preparePrograms(tell);
  if ('unavailable' in programs) return skipped('private Sigstore', programs.unavailable);

  const env: NodeJS.ProcessEnv = { ...process.env, [LAB_VARIABLE]: directory };
  for (const [variable, found] of Object.entries(surroundings())) {
    if ('where' in found) env[variable] = found.where;
    else if (skipped(variable, found.absent) !== 0) return 1;
  }
  try {
    await startInstance(directory, programs.files, signal);
    const code = await runTests(env, signal);
    return signal.aborted ? EXIT_INTERRUPTED : code;
  } catch (error) {
    if (!signal.aborted && !(error instanceof LabError)) throw error;
    tell(signal.aborted ? 'interrupted' : (error as Error).message);
    return signal.aborted ? EXIT_INTERRUPTED : 1;
  } finally {
    await stopInstance(directory);
  }
}

// The terminal interrupts the tests too; this process must outlive them to stop the servers.
const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => interruption.abort());

process.exitCode = await run(interruption.signal);
