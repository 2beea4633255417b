import { type ChildProcess, spawn } from 'node:child_process';
import type { Limits } from './answer.ts';
import { residentMemory } from './memory.ts';

/** Why a process was ended from outside. */
export type Stop = 'timeout' | 'memory' | 'output' | 'cancelled';

/** A process that is over. */
export interface Ended {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
  readonly peakMemory: number | null;
  readonly stopped: Stop | null;
  /** Set where it could not be started. */
  readonly startError: NodeJS.ErrnoException | null;
}

const MEMORY_CHECK_MS = 50;

/** What every adapter finds in its environment, beside what the runner has. */
const quiet = { NO_COLOR: '1', PYTHONUTF8: '1', PYTHONDONTWRITEBYTECODE: '1', DO_NOT_TRACK: '1' };

/** Starts a program in a process group of its own, so that everything it starts can be ended with it. */
export function startProgram([program, ...args]: readonly [string, ...string[]], cwd: string): ChildProcess {
  return spawn(program, args, {
    cwd,
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
    windowsHide: true,
    env: { ...process.env, ...quiet },
  });
}

/** Ends a program with everything it started. */
export function endProgram(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill('SIGKILL');
    else process.kill(-child.pid, 'SIGKILL');
  } catch {
    // it is gone already
  }
}

/** Watches the memory of a program and all it started; calls back once with the peak if it passes the limit. */
export function watchMemory(child: ChildProcess, limit: number, onExcess: () => void): { stop(): number | null } {
  let peak: number | null = null;
  const look = () => {
    const found = child.pid === undefined ? null : residentMemory(child.pid);
    if (found === null) return;
    peak = Math.max(peak ?? 0, found);
    if (found > limit) onExcess();
  };
  const timer = setInterval(look, MEMORY_CHECK_MS);
  return {
    stop() {
      clearInterval(timer);
      return peak;
    },
  };
}

/** Runs a program to its end, without a shell and without input, within limits. Never rejects. */
export function runProcess(
  argv: readonly [string, ...string[]],
  cwd: string,
  limits: Limits,
  signal?: AbortSignal,
): Promise<Ended> {
  return new Promise((resolve) => {
    const begun = performance.now();
    const child = startProgram(argv, cwd);
    let stopped: Stop | null = null;
    let startError: NodeJS.ErrnoException | null = null;
    const stop = (why: Stop) => {
      stopped ??= why;
      endProgram(child);
    };
    const cancel = () => stop('cancelled');
    const deadline = setTimeout(() => stop('timeout'), limits.seconds * 1000);
    const memory = watchMemory(child, limits.memoryBytes, () => stop('memory'));
    signal?.addEventListener('abort', cancel, { once: true });

    const collected = { stdout: '', stderr: '' };
    for (const name of ['stdout', 'stderr'] as const) {
      child[name]?.setEncoding('utf8').on('data', (text: string) => {
        collected[name] += text;
        if (collected.stdout.length + collected.stderr.length > limits.outputBytes) stop('output');
      });
    }
    child.stdin?.on('error', () => {}).end();
    child.on('error', (error) => {
      startError = error;
    });
    child.on('close', (exitCode, signalName) => {
      clearTimeout(deadline);
      signal?.removeEventListener('abort', cancel);
      endProgram(child); // what it started and left behind
      resolve({
        exitCode,
        signal: signalName,
        ...collected,
        seconds: (performance.now() - begun) / 1000,
        peakMemory: memory.stop(),
        stopped,
        startError,
      });
    });
  });
}
