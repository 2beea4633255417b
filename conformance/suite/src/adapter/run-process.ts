import { type ChildProcess, spawn } from 'node:child_process';
import { adapterEnvironment, adapterProgram } from './adapter-path.ts';
import type { Limits } from './answer.ts';
import { residentMemory } from './memory.ts';

/** Why a process was ended from outside. */
export type Stop = 'timeout' | 'memory' | 'output' | 'cancelled';

/** A process that has ended. */
export interface Ended {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly seconds: number;
  readonly peakMemory: number | null;
  readonly stopped: Stop | null;
  /** Null if it was started. */
  readonly startError: NodeJS.ErrnoException | null;
}

const MEMORY_CHECK_MS = 50;

/** The time that processes which a program left behind may keep its output open. Milliseconds. */
const LEFT_BEHIND_MS = 1000;

/** Variables that every adapter gets besides the environment of the suite. */
const quiet = { NO_COLOR: '1', PYTHONUTF8: '1', PYTHONDONTWRITEBYTECODE: '1', DO_NOT_TRACK: '1' };

/** The programs that have not ended. */
const running = new Set<ChildProcess>();

/** Starts a program in a process group of its own, so that everything it starts can be ended with it. */
export function startProgram([program, ...args]: readonly [string, ...string[]], cwd: string): ChildProcess {
  const child = spawn(adapterProgram(program, process.env), args, {
    cwd,
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: process.platform !== 'win32',
    windowsHide: true,
    env: { ...adapterEnvironment(process.env), ...quiet },
  });
  running.add(child);
  child.once('exit', () => releaseOutput(child));
  return child.once('close', () => running.delete(child));
}

/**
 * Lets the output of a program end although a process that it left behind keeps it open. One that has left the process group
 * cannot be ended, and must not hold up the run.
 */
function releaseOutput(child: ChildProcess): void {
  const timer = setTimeout(() => {
    endProgram(child);
    child.stdout?.destroy();
    child.stderr?.destroy();
  }, LEFT_BEHIND_MS);
  child.once('close', () => clearTimeout(timer));
}

/** Kills every program that was started, for a process that cannot wait for them. */
export function endPrograms(): void {
  for (const child of running) endProgram(child);
}

/** Kills a program and everything it started. */
export function endProgram(child: ChildProcess): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill('SIGKILL');
    else process.kill(-child.pid, 'SIGKILL');
  } catch {
    // it has ended already
  }
}

/** Watches the memory of a program and everything it started; calls back while it is above the limit. */
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

/** The output of a program as it arrives; calls back if it passes the limit. */
function collectOutput(child: ChildProcess, limit: number, onExcess: () => void): { stdout: string; stderr: string } {
  const collected = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name]?.setEncoding('utf8').on('data', (text: string) => {
      collected[name] += text;
      if (collected.stdout.length + collected.stderr.length > limit) onExcess();
    });
  }
  return collected;
}

/** Runs a program within limits, without a shell and without input, until it ends. Never rejects. */
export function runProcess(
  argv: readonly [string, ...string[]],
  cwd: string,
  limits: Limits,
  signal?: AbortSignal,
): Promise<Ended> {
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
  const output = collectOutput(child, limits.outputBytes, () => stop('output'));
  signal?.addEventListener('abort', cancel, { once: true });
  if (signal?.aborted) cancel();
  child.stdin?.on('error', () => {}).end();
  child.on('error', (error) => {
    startError = error;
  });
  return new Promise((resolve) => {
    child.on('close', (exitCode, signalName) => {
      clearTimeout(deadline);
      signal?.removeEventListener('abort', cancel);
      endProgram(child); // the processes that it left behind
      const seconds = (performance.now() - begun) / 1000;
      resolve({ exitCode, signal: signalName, ...output, seconds, peakMemory: memory.stop(), stopped, startError });
    });
  });
}
