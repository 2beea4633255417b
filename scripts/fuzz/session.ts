import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Order, Report } from './messages.ts';

/** What no input may exceed. */
export interface Limits {
  /** Milliseconds. */
  readonly hang: number;
  /** Bytes of resident memory of the whole process. */
  readonly memory: number;
}

/** How a process ended. The input of a suspect may have ended it. */
export type End =
  | { readonly kind: 'done' | 'stopped' }
  | { readonly kind: 'broken'; readonly message: string }
  | {
      readonly kind: 'suspect';
      readonly reason: 'hang' | 'memory' | 'crash';
      readonly message: string;
      readonly target: string;
      readonly id: string;
    };

const TICK = 50;

/** The heap of V8 is a part of the resident memory, and V8 ends the process when the heap is full. */
const HEAP_SHARE = 0.75;

/**
 * Runs a process that tries inputs, and watches it from outside: an input that blocks the process cannot stop the clock.
 * Ends the process in any case.
 */
export async function runSession(
  order: Omit<Order, 'beat' | 'memory'>,
  limits: Limits,
  onReport: (report: Report) => void,
  signal?: AbortSignal,
): Promise<End> {
  const folder = mkdtempSync(path.join(tmpdir(), 'model-signing-fuzz-'));
  const beat = path.join(folder, 'beat');
  const heap = Math.round((limits.memory * HEAP_SHARE) / 2 ** 20);
  const child = fork(path.join(import.meta.dirname, 'worker.ts'), {
    execArgv: ['--conditions=@model-signing/source', `--max-old-space-size=${heap}`],
    // What targets leave in the folder for temporary files goes with it.
    env: { ...process.env, TMPDIR: folder, TEMP: folder, TMP: folder },
    stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
  });
  try {
    child.send({ ...order, beat, memory: limits.memory });
    return await watch(child, beat, limits, onReport, signal);
  } finally {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
}

function watch(
  child: ChildProcess,
  beat: string,
  limits: Limits,
  onReport: (report: Report) => void,
  signal: AbortSignal | undefined,
): Promise<End> {
  const { promise, resolve } = Promise.withResolvers<End>();
  const suspect = (reason: 'hang' | 'memory' | 'crash', message: string) => {
    const [, target, id] = readBeat(beat).split(' ');
    const isTrying = target !== undefined && id !== undefined && id !== '';
    resolve(isTrying ? { kind: 'suspect', reason, message, target, id } : { kind: 'broken', message });
  };
  let talk = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    talk = `${talk}${text}`.slice(-4000);
  });
  child.on('message', (report: Report) => {
    if (report.kind === 'done') resolve({ kind: 'done' });
    else if (report.kind === 'broken') resolve(report);
    else if (report.kind === 'memory') suspect('memory', `it took ${Math.round(report.bytes / 2 ** 20)} MiB`);
    else onReport(report);
  });
  child.once('close', (code, killed) => {
    const reason = talk.includes('heap out of memory') ? 'memory' : 'crash';
    suspect(reason, `the process ended with ${killed ?? code}\n${talk}`);
  });
  const stop = () => resolve({ kind: 'stopped' });
  if (signal?.aborted) stop();
  signal?.addEventListener('abort', stop);
  const ticks = setInterval(
    ticker(beat, limits.hang, () => suspect('hang', `no verdict within ${limits.hang} ms`)),
    TICK,
  );
  return promise.finally(() => {
    clearInterval(ticks);
    signal?.removeEventListener('abort', stop);
  });
}

/**
 * Returns a function for a timer that calls `onHang` when the same input is tried for too long. It counts its own ticks, so a
 * machine that was suspended or is too busy to call it does not make an input look slow.
 */
function ticker(beat: string, limit: number, onHang: () => void): () => void {
  let last = '';
  let ticks = 0;
  return () => {
    const now = readBeat(beat);
    ticks = now === last && now.split(' ').length > 2 ? ticks + 1 : 0;
    last = now;
    if (ticks * TICK >= limit) onHang();
  };
}

function readBeat(file: string): string {
  try {
    return readFileSync(file, 'latin1').trim();
  } catch {
    return ''; // the process has not begun
  }
}
