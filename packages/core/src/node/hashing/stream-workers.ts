import { Worker } from 'node:worker_threads';
import type { StreamHasher } from '../../hashing/streams.ts';
import { attempt } from '../system-errors.ts';
import { type LoadedAlgorithm, localHasher } from './algorithms.ts';
import { STARTED, type StreamMessage } from './worker-messages.ts';

/** The file beside this one, as source, as built, or as bundled. */
const WORKER = new URL(`./stream-worker${import.meta.url.slice(import.meta.url.lastIndexOf('.'))}`, import.meta.url);

/** Bytes that go to a worker at once: fewer cost more messages, and each stream has two such blocks. */
const BLOCK_BYTES = 256 * 1024;

/**
 * Hashes streams on worker threads, so that the calling thread has only to read them. Each stream has two blocks of shared memory:
 * one is filled while the other is hashed.
 */
export class StreamWorkers implements AsyncDisposable {
  readonly #algorithm: LoadedAlgorithm;
  readonly #lanes: readonly Lane[];
  #streams = 0;

  constructor(algorithm: LoadedAlgorithm, count: number) {
    this.#algorithm = algorithm;
    this.#lanes = Array.from({ length: count }, () => new Lane(algorithm.name));
  }

  /** A hasher for one stream. It is to be used to its end, or the workers are to be disposed of. */
  createHasher(): StreamHasher {
    const id = this.#streams++;
    const lane = this.#lanes.toSorted((a, b) => a.streams - b.streams)[0];
    return lane ? new LaneHasher(id, lane, this.#algorithm) : localHasher(this.#algorithm);
  }

  /** Ends the workers, whatever they are doing, and waits until they have ended. */
  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#lanes.map((lane) => lane.end()));
  }
}

/** One worker, which returns one message for each that it receives, in their order. */
class Lane {
  /** The streams that it hashes at the moment. */
  streams = 0;
  /** Whether it hashes: it does not if the system has not the files, threads or memory for it. */
  readonly started: Promise<boolean>;
  readonly #worker: Worker | null;
  readonly #ended: Promise<void>;
  readonly #waiting: PromiseWithResolvers<string | null>[] = [];
  #failure: Error | null = null;

  constructor(algorithm: string) {
    const { promise: started, resolve: start } = Promise.withResolvers<boolean>();
    const { promise: ended, resolve: end } = Promise.withResolvers<void>();
    this.started = started;
    this.#ended = ended;
    // A worker does not inherit flags of the process, such as those of a test runner or a debugger.
    this.#worker = attempt(() => new Worker(WORKER, { execArgv: [] }));
    if (this.#worker === null) end();
    void ended.then(() => start(false));
    this.#worker?.postMessage(algorithm);
    this.#worker
      ?.on('error', (error) => this.#fail(error))
      .on('exit', (code) => {
        this.#fail(new Error(`a hashing worker ended unexpectedly with code ${code}`));
        end();
      })
      .on('message', (message: string | null) => {
        if (message === STARTED) start(true);
        else this.#waiting.shift()?.resolve(message);
      });
  }

  /** Hashes a block, which must stay as it is until then. The result is the digest of the stream if the block is its last one. */
  hash(message: StreamMessage): Promise<string | null> {
    const result = Promise.withResolvers<string | null>();
    result.promise.catch(() => {}); // it may be waited for only later
    if (this.#failure) result.reject(this.#failure);
    else {
      this.#waiting.push(result);
      this.#worker?.postMessage(message);
    }
    return result.promise;
  }

  async end(): Promise<void> {
    this.#worker?.postMessage(null);
    await (this.#waiting.length > 0 ? this.#worker?.terminate() : this.#ended);
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    for (const { reject } of this.#waiting.splice(0)) reject(this.#failure);
  }
}

/** Gives the bytes of a stream to a worker in blocks, or hashes them on this thread if the worker does not start. */
class LaneHasher implements StreamHasher {
  readonly #id: number;
  readonly #lane: Lane;
  readonly #algorithm: LoadedAlgorithm;
  readonly #memory = new SharedArrayBuffer(2 * BLOCK_BYTES);
  /** The block that is filled. */
  #block = new Uint8Array(this.#memory, 0, BLOCK_BYTES);
  #length = 0;
  /** What became of the other block. */
  #other: Promise<string | null> = Promise.resolve(null);
  #local: StreamHasher | null = null;

  constructor(id: number, lane: Lane, algorithm: LoadedAlgorithm) {
    this.#id = id;
    this.#lane = lane;
    this.#algorithm = algorithm;
    lane.streams++;
  }

  update(bytes: Uint8Array): Promise<void> | undefined {
    if (bytes.length > BLOCK_BYTES - this.#length) return this.#updateInParts(bytes);
    this.#block.set(bytes, this.#length);
    this.#length += bytes.length;
    return undefined;
  }

  async digest(): Promise<string> {
    this.#lane.streams--;
    const digest = await this.#send(true);
    return this.#local ? this.#local.digest() : (digest as string);
  }

  async #updateInParts(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; ) {
      const part = bytes.subarray(at, at + BLOCK_BYTES - this.#length);
      this.#block.set(part, this.#length);
      this.#length += part.length;
      at += part.length;
      if (this.#length < BLOCK_BYTES) return;
      const other = this.#other;
      this.#other = this.#send(false);
      this.#other.catch(() => {}); // it is waited for when the next block is full
      await other;
      const start = this.#block.byteOffset === 0 ? BLOCK_BYTES : 0;
      this.#block = new Uint8Array(this.#memory, start, BLOCK_BYTES);
      this.#length = 0;
    }
  }

  async #send(isLast: boolean): Promise<string | null> {
    const block = this.#block.subarray(0, this.#length);
    if (await this.#lane.started) return this.#lane.hash({ id: this.#id, block, isLast });
    this.#local ??= localHasher(this.#algorithm);
    this.#local.update(block);
    return null;
  }
}
