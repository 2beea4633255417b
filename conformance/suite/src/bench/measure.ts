import { spawn } from 'node:child_process';
import path from 'node:path';

/** A program and its arguments. */
export type Argv = readonly [string, ...string[]];

/** The cost of one run, in seconds and bytes; null if it is not known. */
export interface Run {
  readonly seconds: number;
  readonly userSeconds: number | null;
  readonly systemSeconds: number | null;
  /** The most memory that was resident at once, in the largest process of the command. */
  readonly peakMemory: number | null;
  /** Processor time that other processes of the machine used meanwhile. */
  readonly othersSeconds: number | null;
}

/** How commands are started. */
export interface Launcher {
  /** A Python, to start and to measure commands. */
  readonly python: string;
  readonly cwd: string;
  readonly signal: AbortSignal;
}

/** A command that did not exit with 0. The message is the end of its output. */
export class CommandFailed extends Error {}

const helper = path.join(import.meta.dirname, '../../src/bench/measure.py');

/** A command that takes longer than this hangs. Milliseconds. */
const LIMIT = 20 * 60 * 1000;

const KEPT = ['PATH', 'HOME', 'TMPDIR', 'LANG'];

/**
 * The environment of every subject: a few variables, without those that would slow one side, such as NODE_EXTRA_CA_CERTS,
 * NODE_OPTIONS or PYTHON….
 */
export function cleanEnvironment(environment: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(KEPT.flatMap((name) => (environment[name] ? [[name, environment[name]]] : [])));
}

/**
 * Runs a command and measures it.
 * @throws {CommandFailed}, or the reason that the signal was aborted with
 */
export async function measure(argv: Argv, { python, cwd, signal }: Launcher): Promise<Run> {
  const request = JSON.stringify({ argv, cwd, env: cleanEnvironment(process.env) });
  const limit = AbortSignal.timeout(LIMIT);
  const { output, errors } = await runHelper(python, request, AbortSignal.any([signal, limit])).catch((error) => {
    throw limit.aborted && !signal.aborted ? new CommandFailed('it did not end in time') : error;
  });
  if (output === '') throw new CommandFailed(lastWords(errors));
  const { exitCode, ...run } = JSON.parse(output) as Run & { exitCode: number };
  if (exitCode !== 0) throw new CommandFailed(lastWords(errors) || `it ended with exit code ${exitCode}`);
  return run;
}

function lastWords(errors: string): string {
  return errors.trim().split('\n').slice(-3).join(' ').slice(-500);
}

function runHelper(python: string, request: string, signal: AbortSignal): Promise<{ output: string; errors: string }> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    // A process group of its own, so that stopping a run stops everything it started.
    const child = spawn(python, ['-I', helper], { detached: true, stdio: 'pipe', env: cleanEnvironment(process.env) });
    const stop = () => {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    };
    signal.addEventListener('abort', stop, { once: true });
    let output = '';
    let errors = '';
    child.stdout.setEncoding('utf8').on('data', (text) => {
      output += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text) => {
      errors += text;
    });
    child.on('error', reject);
    child.on('close', () => {
      signal.removeEventListener('abort', stop);
      if (signal.aborted) reject(signal.reason);
      else resolve({ output, errors });
    });
    child.stdin.on('error', () => undefined).end(request);
  });
}
