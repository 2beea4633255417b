import { MAX_AT_ONCE } from './hash-blob.ts';

/** What the threads that hash one model read as a whole at the same time, in bytes. */
const MAX_BYTES = 1024 * 1024 * 1024;

/** Bounds the memory of files that are read as a whole: each thread reads one, and there may be many threads. */
export class WholeReads {
  #bytes = 0;

  /** Runs `work`, which is told whether it may read so many bytes as a whole while it runs. */
  async within<T>(bytes: number, work: (isWithin: boolean) => Promise<T>): Promise<T> {
    const isWithin = bytes <= MAX_AT_ONCE && this.#bytes + bytes <= MAX_BYTES;
    if (!isWithin) return work(false);
    this.#bytes += bytes;
    try {
      return await work(true);
    } finally {
      this.#bytes -= bytes;
    }
  }
}
