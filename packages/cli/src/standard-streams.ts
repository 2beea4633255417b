import { fstatSync, writeSync } from 'node:fs';
import { usageError } from './failure.ts';

/** Where an {@link Output} writes. */
export interface Streams {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: NodeJS.WriteStream;
}

/** The streams of this process, each created on first use: loading Node's streams takes as long as verifying a small model. */
export const standardStreams: Streams = {
  stdout: { write: writeStandardOutput },
  get stderr() {
    return process.stderr;
  },
};

const STDOUT = 1;

/** Whether to bypass Node's stream, which is needed only for terminals and on Windows. */
let direct = process.platform !== 'win32' && !mayBeTerminal(STDOUT);

/** Writes all of a text to stdout synchronously. A closed pipe is not an error. */
function writeStandardOutput(text: string): void {
  let bytes = Buffer.from(text);
  try {
    while (direct && bytes.length > 0) bytes = bytes.subarray(writeSync(STDOUT, bytes));
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (isClosedPipe(error)) return;
    if (code !== 'EAGAIN') throw error;
    direct = false; // the pipe is non-blocking and full: the stream waits for it
  }
  if (bytes.length > 0) process.stdout.write(bytes);
}

/** EPIPE: the reader closed the pipe, as `head` does. The verdict stands. */
export function isClosedPipe(error: unknown): boolean {
  return (error as NodeJS.ErrnoException | null)?.code === 'EPIPE';
}

/** The columns of the terminal on stdout, or 80 if there is none. */
export function stdoutWidth(): number {
  return (mayBeTerminal(STDOUT) && process.stdout.columns) || 80;
}

/** Whether stderr is a terminal. */
export function isStderrWatched(): boolean {
  return mayBeTerminal(2) && process.stderr.isTTY;
}

/** Every terminal is a character device. Only Node's streams, which are slow to load, could say more. */
function mayBeTerminal(descriptor: number): boolean {
  if (process.platform === 'win32') return true;
  try {
    return fstatSync(descriptor).isCharacterDevice();
  } catch {
    return true; // such as closed: left to the stream
  }
}

/** Paths that name standard input, which cannot be opened by path if it is a socket. */
const standardInputs: ReadonlySet<string> = new Set(['-', '/dev/stdin', '/dev/fd/0', '/proc/self/fd/0']);

/** Whether a path given for a file means standard input. */
export function isStandardInput(path: string): boolean {
  return standardInputs.has(path);
}

let inputTaken = false;

/** Standard input, to be read once: what follows would find it empty. */
export function takeStandardInput(): NodeJS.ReadStream {
  if (inputTaken) throw usageError('standard input can be read only once');
  inputTaken = true;
  return process.stdin;
}

/** Whether a person can be prompted: both streams are a terminal, and no flag has read from it. */
export function canPrompt(): boolean {
  return !inputTaken && Boolean(process.stdin.isTTY && process.stderr.isTTY);
}
