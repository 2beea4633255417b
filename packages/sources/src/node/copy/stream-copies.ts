import { type ModelFile, quote } from '@model-signing/core';
import { readChunks } from '@model-signing/core/make-engine';
import { BlockWriter } from './block-writer.ts';
import { atMost } from './copy-file.ts';
import { PartFile } from './part-file.ts';

/** Writes what is read through functions, while it is hashed. */
export class StreamCopies implements AsyncDisposable {
  readonly #opened = new Set<Promise<PartFile>>();
  #isClosed = false;

  /**
   * Yields the bytes of a range, each once it is being written.
   * @param place the path of the copy, which other ranges of the file share
   */
  async *copied(
    file: ModelFile,
    place: string,
    [start, end]: readonly [number, number],
    signal: AbortSignal | undefined,
  ): AsyncGenerator<Uint8Array> {
    if (this.#isClosed) throw new Error(`the file ${quote(file.name)} is copied no more`);
    const opening = PartFile.open(place, file.name);
    this.#opened.add(opening);
    const part = await opening;
    const writer = new BlockWriter(part, start, end - start);
    try {
      yield* writer.through(atMost(end - start, readChunks(file, start, end, signal), file.name));
    } finally {
      await writer.settled().catch(() => {});
      await part.close().catch(() => {});
      this.#opened.delete(opening);
    }
  }

  /** Closes every file: a source that never gives what it was asked for is not waited for. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#isClosed = true;
    for (const part of await Promise.allSettled(this.#opened)) {
      if (part.status === 'fulfilled') await part.value.close().catch(() => {});
    }
  }
}
