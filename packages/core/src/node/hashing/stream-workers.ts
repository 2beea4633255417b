import type { StreamHasher } from '../../hashing/streams.ts';
import { type LoadedAlgorithm, localHasher } from './algorithms.ts';
import { OrderedWorker } from './ordered-worker.ts';
import type { StreamMessage, StreamReply } from './worker-messages.ts';

/** Bytes that go to a worker at once: fewer cost more messages, and each stream has two such blocks. */
const BLOCK_BYTES = 512 * 1024;

/**
 * Hashes streams on worker threads, so that the calling thread has only to read them. Each stream has two blocks: one is filled while
 * the other is hashed. Blocks are handed to the worker and back: V8 copies into shared memory word by word, several times slower.
 */
export class StreamWorkers {
  readonly #algorithm: LoadedAlgorithm;
  readonly #max: number;
  readonly #lanes: Lane[] = [];
  #streams = 0;

  /** @param max how many workers to start at most, as there are more streams */
  constructor(algorithm: LoadedAlgorithm, max: number) {
    this.#algorithm = algorithm;
    this.#max = max;
  }

  /** A hasher for one stream. It is to be used to its end, or the workers are to be closed. */
  createHasher(): StreamHasher {
    const id = this.#streams++;
    const lane = this.#leastUsed();
    return lane ? new LaneHasher(id, lane, this.#algorithm) : localHasher(this.#algorithm);
  }

  #leastUsed(): Lane | undefined {
    const [lane] = this.#lanes.toSorted((a, b) => a.streams - b.streams);
    if (this.#lanes.length >= this.#max || lane?.streams === 0) return lane;
    const added = new Lane(this.#algorithm.name);
    this.#lanes.push(added);
    return added;
  }

  /** Ends the workers, whatever they are doing, and waits until they have ended. */
  async close(): Promise<void> {
    await Promise.all(this.#lanes.map((lane) => lane.end()));
  }
}

/** One worker, with the blocks that it has given back. */
class Lane extends OrderedWorker<StreamMessage, StreamReply> {
  /** The streams that it hashes at the moment. */
  streams = 0;
  /** Blocks that no stream uses. */
  readonly #spare: ArrayBuffer[] = [];

  constructor(algorithm: string) {
    super('stream-worker', algorithm);
  }

  takeBlock(): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#spare.pop() ?? new ArrayBuffer(BLOCK_BYTES));
  }

  returnBlock(block: ArrayBuffer): void {
    this.#spare.push(block);
  }

  /** Hashes bytes of a block, which comes back with the digest of the stream if they are its last ones. */
  hash(message: StreamMessage): Promise<StreamReply> {
    return this.send(message, [message.block]);
  }
}

/** Gives the bytes of a stream to a worker in blocks, or hashes them on this thread if the worker does not start. */
class LaneHasher implements StreamHasher {
  readonly #id: number;
  readonly #lane: Lane;
  readonly #algorithm: LoadedAlgorithm;
  /** The block that is filled; null if the next bytes need one. */
  #block: Uint8Array<ArrayBuffer> | null = null;
  #length = 0;
  /** What becomes of the block before, which the worker has. */
  #sent: Promise<StreamReply> | null = null;
  #local: StreamHasher | null = null;

  constructor(id: number, lane: Lane, algorithm: LoadedAlgorithm) {
    this.#id = id;
    this.#lane = lane;
    this.#algorithm = algorithm;
    lane.streams++;
  }

  update(bytes: Uint8Array): Promise<void> | undefined {
    if (this.#block === null || bytes.length > BLOCK_BYTES - this.#length) return this.#updateInParts(bytes);
    this.#block.set(bytes, this.#length);
    this.#length += bytes.length;
    return undefined;
  }

  async digest(): Promise<string> {
    this.#lane.streams--;
    const before = this.#sent;
    const last = await this.#send(true);
    if (before) this.#lane.returnBlock((await before).block);
    this.#lane.returnBlock(last.block);
    return this.#local ? this.#local.digest() : (last.digest as string);
  }

  async #updateInParts(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; ) {
      this.#block ??= this.#lane.takeBlock();
      const part = bytes.subarray(at, at + BLOCK_BYTES - this.#length);
      this.#block.set(part, this.#length);
      this.#length += part.length;
      at += part.length;
      if (this.#length < BLOCK_BYTES) return;
      const before = this.#sent;
      this.#sent = this.#send(false);
      this.#sent.catch(() => {}); // it is waited for when the next block is full
      this.#block = before && new Uint8Array((await before).block);
    }
  }

  /** Gives what was gathered to the worker. */
  async #send(isLast: boolean): Promise<StreamReply> {
    const { buffer } = this.#block ?? this.#lane.takeBlock();
    const length = this.#length;
    this.#length = 0;
    if (await this.#lane.started) return this.#lane.hash({ id: this.#id, block: buffer, length, isLast });
    this.#local ??= localHasher(this.#algorithm);
    this.#local.update(new Uint8Array(buffer, 0, length));
    return { block: buffer, digest: null };
  }
}
