/** Prepares the peers and runs the peer suite with them, and with the command in MODEL_SIGNING_PEER. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { GO_PEER_VARIABLE, prepareGoPeer } from './go-environment.ts';
import { ENVIRONMENT_VARIABLE, OTHER_VARIABLE } from './peers.ts';
import { preparePythonPeer } from './python-environment.ts';
import { EXIT_SKIPPED, reportSkipped } from './unavailable.ts';

const repository = path.resolve(import.meta.dirname, '../../../..');

/** The number of cases at a time. Each starts a Python. */
const AT_A_TIME = 2;

function runSuite(peers: Readonly<Record<string, string>>): number {
  const vitest = path.join(repository, 'node_modules/vitest/vitest.mjs');
  const suites = ['peer/interop', 'findings/reproductions'].map((name) => `conformance/interop/src/${name}.test.ts`);
  const options = ['run', ...suites, `--maxConcurrency=${AT_A_TIME}`, ...process.argv.slice(2)];
  const env = { ...process.env, ...peers };
  return spawnSync(process.execPath, [vitest, ...options], { cwd: repository, stdio: 'inherit', env }).status ?? 1;
}

function runAll(): number {
  if (!existsSync(path.join(repository, 'packages/cli/dist/main.cjs'))) {
    process.stderr.write('The command line of this repository is not built: run "npm run build" first.\n');
    return 1;
  }
  const python = preparePythonPeer();
  const go = prepareGoPeer();
  const peers = {
    ...('directory' in python ? { [ENVIRONMENT_VARIABLE]: python.directory } : {}),
    ...('program' in go ? { [GO_PEER_VARIABLE]: go.program } : {}),
  };
  // CI must have Python. It has Go's peer only where a module proxy serves it.
  const skips = [
    'unavailable' in python ? reportSkipped('Python', python.unavailable, true) : 0,
    'unavailable' in go ? reportSkipped('Go', go.unavailable, false) : 0,
  ];
  const isAny = Object.keys(peers).length > 0 || Boolean(process.env[OTHER_VARIABLE]);
  const result = isAny ? runSuite(peers) : 0;
  // Outside CI, a skip is not a failure.
  return result || (skips.find((code) => code !== 0 && code !== EXIT_SKIPPED) ?? 0);
}

process.exitCode = runAll();
