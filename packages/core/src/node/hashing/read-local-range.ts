import type { LoadedAlgorithm } from './algorithms.ts';
import type { Steps } from './hash-range.ts';
import { OpenFile } from './open-file.ts';

/** A range of a local file, which has as many bytes as the memory that it is read into. */
export interface LocalRange {
  readonly path: string;
  /** Size in bytes when the file was listed. */
  readonly size: number | null;
  readonly start: number;
  readonly into: Uint8Array;
}

/** Bytes read at once: few enough to be still in the processor's cache when they are hashed. */
const CHUNK_BYTES = 256 * 1024;

/**
 * Reads a range of a local file into memory, in steps, and hashes it there. Whether the file changes meanwhile does not matter: the
 * digest is that of the bytes in memory, which no file can change.
 * @returns the digest, in lowercase hexadecimal
 * @throws {FileChanged} for what is not a regular file of the listed size
 */
export function* readLocalRange({ path, size, start, into }: LocalRange, algorithm: LoadedAlgorithm): Steps<string> {
  const file = new OpenFile(path, size);
  try {
    const hasher = algorithm.createHasher();
    for (let at = 0; at < into.length; ) {
      const rest = Buffer.from(into.buffer, into.byteOffset + at, Math.min(CHUNK_BYTES, into.length - at));
      const count = file.read(rest as Buffer, rest.length, start + at);
      hasher.update(rest.subarray(0, count));
      at += count;
      yield null;
    }
    return hasher.digest();
  } finally {
    file.close();
  }
}
