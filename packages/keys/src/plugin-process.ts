import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';
import { KeyError } from './key-error.ts';
import type { CallLimits } from './options.ts';

/** The most bytes that a plugin may write: a public key or a signature has a few hundred. */
export const MAX_ANSWER_BYTES = 65_536;

const hasGroups = process.platform !== 'win32';

/**
 * Runs the program of a plugin, without a shell, and returns what it writes on standard output. Its standard input is empty, its
 * messages on standard error are shown, and its exit code means nothing, as in Sigstore.
 *
 * The program and all that it started are killed if it does not end in time, writes too much, or the signal is aborted.
 * @param holder what names the plugin in a message
 * @throws {KeyError} `key/module-missing`, `key/unreachable`, `key/response-invalid`
 * @throws the reason of `signal` when that is aborted
 */
export async function runPlugin(
  program: string,
  args: readonly string[],
  holder: string,
  limits: CallLimits,
): Promise<Uint8Array> {
  limits.signal?.throwIfAborted();
  const child = start(program, args, holder, limits);
  const running = new Running(child, holder, limits);
  try {
    return await running.result;
  } finally {
    running.release();
  }
}

function start(program: string, args: readonly string[], holder: string, { environment }: CallLimits): ChildProcess {
  try {
    // A group of its own is what can be ended as a whole.
    return spawn(program, args, {
      detached: hasGroups,
      env: { ...environment },
      shell: false,
      stdio: ['ignore', 'pipe', 'inherit'],
      windowsHide: true,
    });
  } catch (error) {
    throw notRun(error as NodeJS.ErrnoException, holder);
  }
}

/** How long the output of a program that has ended is read on while another process, such as an agent that it started, holds it open. */
const AFTER_EXIT_MS = 1000;

/** A program that runs, and everything that ends it. */
class Running {
  readonly result: Promise<Uint8Array>;
  readonly #child: ChildProcess;
  readonly #signal: AbortSignal | undefined;
  readonly #reject: (reason: unknown) => void;
  readonly #timer: NodeJS.Timeout;
  #afterExit: NodeJS.Timeout | undefined;

  constructor(child: ChildProcess, holder: string, { signal, timeout }: CallLimits) {
    const { promise, resolve, reject } = Promise.withResolvers<Uint8Array>();
    this.result = promise;
    this.#child = child;
    this.#signal = signal;
    this.#reject = reject;
    const late = () => new KeyError('key/unreachable', `${holder} did not respond within ${timeout / 1000} seconds`);
    this.#timer = setTimeout(() => this.#stop(late()), timeout);
    signal?.addEventListener('abort', this.#onAbort);
    process.once('exit', this.#kill);
    const chunks = this.#collect(child.stdout as Readable, holder);
    child.once('error', (error) => reject(notRun(error, holder)));
    const finish = () => resolve(new Uint8Array(Buffer.concat(chunks)));
    child.once('exit', (_, ended) => {
      if (ended === null) this.#afterExit = setTimeout(() => this.#finishRead(chunks, finish), AFTER_EXIT_MS);
      else reject(new KeyError('key/response-invalid', `${holder} was ended by the signal ${ended}`));
    });
    child.once('close', finish);
  }

  /** Ends the wait for a process that outlives the program and holds its output open. If nothing was written yet, it may respond. */
  #finishRead(chunks: readonly Uint8Array[], finish: () => void): void {
    if (chunks.length === 0) return;
    // What a busy process has not read yet comes first.
    setImmediate(() => {
      this.#child.stdout?.destroy();
      finish();
    });
  }

  /** Lets go of everything that would keep the process running or the program alive. */
  release(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#afterExit);
    this.#signal?.removeEventListener('abort', this.#onAbort);
    process.removeListener('exit', this.#kill);
  }

  #collect(stdout: Readable, holder: string): Uint8Array[] {
    const chunks: Uint8Array[] = [];
    let length = 0;
    stdout.on('error', () => {}); // what was read until then is judged
    stdout.on('data', (chunk: Uint8Array) => {
      length += chunk.length;
      if (length <= MAX_ANSWER_BYTES) chunks.push(chunk);
      else this.#stop(new KeyError('key/response-invalid', `${holder} wrote more than ${MAX_ANSWER_BYTES} bytes`));
    });
    return chunks;
  }

  readonly #onAbort = (): void => this.#stop(this.#signal?.reason);

  /** Ends the program for a reason. A process that has left the group and holds the output open is not waited for. */
  #stop(reason: unknown): void {
    this.#kill();
    this.#child.stdout?.destroy();
    this.#child.unref();
    this.#reject(reason);
  }

  readonly #kill = (): void => {
    const { pid } = this.#child;
    if (pid === undefined) return;
    try {
      process.kill(hasGroups ? -pid : pid, 'SIGKILL');
    } catch {} // it has ended
  };
}

function notRun(error: NodeJS.ErrnoException, holder: string): Error {
  const { code } = error;
  if (code === undefined || !/^E[A-Z0-9]+$/.test(code) || error.syscall === undefined) return error; // a mistake of the caller
  const isAbsent = code === 'ENOENT' || code === 'EACCES' || code === 'ENOEXEC';
  const why = isAbsent ? ': it or its interpreter is missing, or is not made for this machine' : '';
  const tooLarge = code === 'E2BIG' ? ': the variables of the environment are too large' : '';
  const message = `${holder} cannot be run (${code})${why}${tooLarge}`;
  return new KeyError('key/module-missing', message, { cause: error });
}
