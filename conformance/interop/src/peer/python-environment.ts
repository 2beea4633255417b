/**
 * Prepares the Python peer: a virtual environment with the package `model-signing` and all its dependencies at the versions
 * of constraints.txt. Run as a program, it prints the directory of the environment.
 */
import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { reportSkipped } from './unavailable.ts';

/** The directory of the complete environment, or why there is none. */
type PythonPeer = { readonly directory: string } | { readonly unavailable: string };

const interop = path.resolve(import.meta.dirname, '../..');
const cache = path.resolve(interop, '../../.cache');

/** Pinned versions, one `name==version` per line. */
export const constraintsFile = path.join(interop, 'python/constraints.txt');

/** The peer's package, and one that it imports but does not require (known-differences.json, `installation`). */
const PACKAGES = ['model-signing', 'pyOpenSSL'];

/** Written last, so that an incomplete environment is rebuilt. */
const MARKER = 'complete';

const isWindows = process.platform === 'win32';

/** The programs of an environment: `python`, and the peer's command. */
export function programOf(environment: string, name: string): string {
  return isWindows ? path.join(environment, 'Scripts', `${name}.exe`) : path.join(environment, 'bin', name);
}

/** Finds the environment or creates it; takes milliseconds when it exists. */
export function preparePythonPeer(): PythonPeer {
  const python = isWindows ? 'python' : 'python3';
  const version = spawnSync(python, ['--version'], { encoding: 'utf8' });
  if (version.status !== 0) return { unavailable: `${python} could not be run: ${reason(version)}` };

  // Each Python needs its own environment, which contains links to it.
  const key = createHash('sha256').update(readFileSync(constraintsFile)).update(version.stdout).digest('hex');
  const directory = path.join(cache, `python-peer-${key.slice(0, 16)}`);
  if (existsSync(path.join(directory, MARKER))) return { directory };

  rmSync(directory, { recursive: true, force: true });
  mkdirSync(cache, { recursive: true });
  const made = spawnSync(python, ['-m', 'venv', directory], { encoding: 'utf8' });
  if (made.status !== 0) return { unavailable: `no virtual environment could be made: ${reason(made)}` };
  const installed = install(directory);
  if (installed.status !== 0) return { unavailable: `its packages could not be installed: ${reason(installed)}` };
  writeFileSync(path.join(directory, MARKER), version.stdout);
  return { directory };
}

function install(directory: string): SpawnSyncReturns<string> {
  const options = ['--quiet', '--no-input', '--disable-pip-version-check', '--timeout', '20', '--retries', '2'];
  const pip = ['-m', 'pip', 'install', ...options, '--constraint', constraintsFile, ...PACKAGES];
  return spawnSync(programOf(directory, 'python'), pip, { encoding: 'utf8' });
}

/** The end of a failed program's output. */
function reason({ error, stderr, stdout, status }: SpawnSyncReturns<string>): string {
  const said = `${stdout ?? ''}${stderr ?? ''}`.trim().split('\n').slice(-3).join(' ');
  return error?.message ?? (said || `exit code ${status}`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const peer = preparePythonPeer();
  if ('directory' in peer) process.stdout.write(`${peer.directory}\n`);
  else process.exitCode = reportSkipped('Python', peer.unavailable, true);
}
