/** Prepares the Python peer and runs the peer suite with it, and with the command in MODEL_SIGNING_PEER. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { ENVIRONMENT_VARIABLE, OTHER_VARIABLE } from './peers.ts';
import { preparePythonPeer } from './python-environment.ts';
import { EXIT_SKIPPED, reportSkipped } from './unavailable.ts';

const repository = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../../..');

/** The number of cases at a time. Each starts a Python. */
const AT_A_TIME = 2;

function runSuite(environment: string | undefined): number {
  const vitest = path.join(repository, 'node_modules/vitest/vitest.mjs');
  const suite = 'conformance/interop/src/peer/interop.test.ts';
  const options = ['run', suite, `--maxConcurrency=${AT_A_TIME}`, ...process.argv.slice(2)];
  const env = environment === undefined ? process.env : { ...process.env, [ENVIRONMENT_VARIABLE]: environment };
  return spawnSync(process.execPath, [vitest, ...options], { cwd: repository, stdio: 'inherit', env }).status ?? 1;
}

function runAll(): number {
  if (!existsSync(path.join(repository, 'packages/cli/dist/main.cjs'))) {
    process.stderr.write('The command line of this repository is not built: run "npm run build" first.\n');
    return 1;
  }
  const python = preparePythonPeer();
  if ('directory' in python) return runSuite(python.directory);

  const reported = reportSkipped('Python', python.unavailable, true);
  const others = process.env[OTHER_VARIABLE] ? runSuite(undefined) : 0;
  // Outside CI, a skip is not a failure.
  return others || (reported === EXIT_SKIPPED ? 0 : reported);
}

process.exitCode = runAll();
