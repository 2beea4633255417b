import { availableParallelism } from 'node:os';
import type { HashOptions, RangeRead } from '@model-signing/core';
import { alignedBytes, type LocalRange, type LocalReader, openLocalReader } from '@model-signing/core/make-engine';
import type { Binding, NativeReader } from './binding.ts';
import { causeOf } from './failure.ts';

type ReaderOptions = Pick<HashOptions, 'algorithm' | 'threads'>;

/**
 * Larger memory is not lent, but copied: each time that memory changes its array, V8 counts it as new, and from 64 MiB on collects all
 * garbage, which costs more than the copy.
 */
const MOST_LENT_BYTES = 32 * 1024 * 1024;

/** Reads ranges of local files on threads of the compiled engine, or in Node those that it cannot be asked to read. */
export function readNatively(binding: Binding, options: ReaderOptions, onRead: () => void): LocalReader {
  const { algorithm, threads = availableParallelism() } = options;
  return new Reader(binding.openReader(algorithm, threads), options, onRead);
}

class Reader implements LocalReader {
  readonly atOnce: number;
  readonly #reader: NativeReader;
  readonly #options: ReaderOptions;
  readonly #onRead: () => void;
  #inNode: Promise<LocalReader> | null = null;

  constructor(reader: NativeReader, options: ReaderOptions, onRead: () => void) {
    this.#reader = reader;
    this.atOnce = reader.atOnce;
    this.#options = options;
    this.#onRead = onRead;
  }

  allocate(bytes: number): Uint8Array {
    return alignedBytes(bytes, bytes <= MOST_LENT_BYTES ? ArrayBuffer : SharedArrayBuffer);
  }

  async read({ into: given, ...range }: LocalRange, signal: AbortSignal | undefined): Promise<RangeRead> {
    const into = moved(given);
    const outcome = await this.#start({ ...range, into });
    if (outcome === null) return this.#readInNode({ ...range, into }, signal);
    if ('failure' in outcome) throw causeOf(outcome.failure, range.path);
    this.#onRead();
    return { bytes: into, digest: Buffer.from(outcome.digests).toString('hex') };
  }

  /** Returns null for a path that cannot be written in UTF-8, and if the system has no thread. */
  #start({ path, size, start, into }: LocalRange): ReturnType<NativeReader['read']> | null {
    if (path.includes('\0') || !path.isWellFormed()) return null;
    try {
      return this.#reader.read({ path: Buffer.from(path), size: size ?? -1, start, into });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'GenericFailure') return null;
      throw error;
    }
  }

  /** Threads of Node need memory that is shared with them. */
  async #readInNode(range: LocalRange, signal: AbortSignal | undefined): Promise<RangeRead> {
    this.#inNode ??= openLocalReader(this.#options);
    const reader = await this.#inNode;
    const { bytes, digest } = await reader.read({ ...range, into: reader.allocate(range.into.length) }, signal);
    range.into.set(bytes);
    return { bytes: range.into, digest };
  }

  async close(): Promise<void> {
    await this.#reader.close();
    await (await this.#inNode)?.close();
  }
}

/** The same memory in an array that nothing else refers to, so that nothing can detach it while the compiled engine writes to it. */
function moved({ buffer, byteOffset, length }: Uint8Array): Uint8Array {
  return new Uint8Array(buffer instanceof ArrayBuffer ? buffer.transfer() : buffer, byteOffset, length);
}
