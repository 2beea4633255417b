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
  // A group of its own is what can be ended as a whole.
  const child = spawn(program, args, {
    detached: hasGroups,
    env: { ...limits.environment },
    shell: false,
    stdio: ['ignore', 'pipe', 'inherit'],
    windowsHide: true,
  });
  const running = new Running(child, holder, limits);
  try {
    return await running.result;
  } finally {
    running.release();
  }
}

/** A program that runs, and everything that ends it. */
class Running {
  readonly result: Promise<Uint8Array>;
  readonly #child: ChildProcess;
  readonly #signal: AbortSignal | undefined;
  readonly #reject: (reason: unknown) => void;
  readonly #timer: NodeJS.Timeout;

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
    child.once('close', (_, ended) => {
      if (ended === null) resolve(new Uint8Array(Buffer.concat(chunks)));
      else reject(new KeyError('key/response-invalid', `${holder} was ended by the signal ${ended}`));
    });
  }

  /** Lets go of everything that would keep the process running or the program alive. */
  release(): void {
    clearTimeout(this.#timer);
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
  if (code !== 'ENOENT' && code !== 'EACCES' && code !== 'ENOEXEC') return error;
  const message = `${holder} cannot be run (${code}): it or its interpreter is missing, or is not made for this machine`;
  return new KeyError('key/module-missing', message, { cause: error });
}
