import { fstatSync, writeSync } from 'node:fs';

/** Where an {@link Output} writes. */
export interface Streams {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: NodeJS.WriteStream;
}

/**
 * The streams of this process, each made when it is first written to: loading what Node's streams need takes as long as
 * verifying a small model.
 */
export const standardStreams: Streams = {
  stdout: { write: writeStandardOutput },
  get stderr() {
    return process.stderr;
  },
};

const STDOUT = 1;

/** Terminals, and whatever Windows has, are left to Node's stream, which knows how to write to them. */
let direct = process.platform !== 'win32' && !mayBeTerminal(STDOUT);

/** Writes to stdout at once and whole; a reader that has gone away is no error. */
function writeStandardOutput(text: string): void {
  let bytes = Buffer.from(text);
  try {
    while (direct && bytes.length > 0) bytes = bytes.subarray(writeSync(STDOUT, bytes));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (isClosedPipe(error)) return;
    if (code !== 'EAGAIN') throw error;
    direct = false; // somebody made the pipe non-blocking, and it is full: the stream waits for it
  }
  if (bytes.length > 0) process.stdout.write(bytes);
}

/** `model-signing … | head`: whoever reads has seen enough, and the verdict stands. */
export function isClosedPipe(error: unknown): boolean {
  return (error as NodeJS.ErrnoException | null)?.code === 'EPIPE';
}

/** Columns of the terminal that stdout leads to; of a usual one, where it leads to none. */
export function stdoutWidth(): number {
  return (mayBeTerminal(STDOUT) && process.stdout.columns) || 80;
}

/** Whether a person may be looking at stderr. */
export function isStderrWatched(): boolean {
  return mayBeTerminal(2) && process.stderr.isTTY;
}

/** Every terminal is a character device; to know more, Node's streams would have to be loaded. */
function mayBeTerminal(descriptor: number): boolean {
  if (process.platform === 'win32') return true;
  try {
    return fstatSync(descriptor).isCharacterDevice();
  } catch {
    return true; // closed, for instance: left to the stream
  }
}
