import type { PartFile } from './part-file.ts';

/** Bytes that are written and hashed at once: fewer cost more calls, and each file that is copied has two such blocks. */
const BLOCK_BYTES = 512 * 1024;

/**
 * Gathers the chunks of a source to blocks. While one block is filled, the other is written; each is handed out as well, so that
 * what is hashed is what is written, even if the source uses its memory again.
 */
export class BlockWriter {
  readonly #part: PartFile;
  readonly #blocks: [Buffer, Buffer | null];
  #position: number;
  #length = 0;
  #writing: Promise<void> = Promise.resolve();

  /**
   * @param position where the first byte goes
   * @param size how many bytes are to come
   */
  constructor(part: PartFile, position: number, size: number) {
    this.#part = part;
    this.#position = position;
    this.#blocks = [Buffer.allocUnsafe(Math.min(size, BLOCK_BYTES)), null];
  }

  /**
   * Writes what a source gives, which must be no more than is to come. Yields it block by block, each while it is written.
   * @throws {SourceError} `source/no-space`, `source/target-unusable`
   */
  async *through(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      for (let rest = this.#fill(chunk); this.#isFull; rest = this.#fill(rest)) yield await this.flush();
    }
    yield await this.flush();
    await this.settled();
  }

  /** Takes as much of the bytes as the block has room for, and returns the rest. */
  #fill(bytes: Uint8Array): Uint8Array {
    const [block] = this.#blocks;
    const count = Math.min(bytes.length, block.length - this.#length);
    block.set(count === bytes.length ? bytes : bytes.subarray(0, count), this.#length);
    this.#length += count;
    return bytes.subarray(count);
  }

  get #isFull(): boolean {
    return this.#length === this.#blocks[0].length;
  }

  /** Begins to write what was gathered, and returns it. It stays as it is until this is called again. */
  async flush(): Promise<Uint8Array> {
    await this.#writing; // of the other block, which is filled next
    const [full, other] = this.#blocks;
    const bytes = full.subarray(0, this.#length);
    this.#writing = this.#part.write(bytes, this.#position);
    this.#writing.catch(() => {}); // the next flush throws it, or settled()
    this.#position += bytes.length;
    this.#length = 0;
    this.#blocks[0] = other ?? Buffer.allocUnsafe(full.length);
    this.#blocks[1] = full;
    return bytes;
  }

  /** Waits until everything is written that was flushed. */
  settled(): Promise<void> {
    return this.#writing;
  }
}
