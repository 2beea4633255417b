import type { HashAlgorithm } from '../format/algorithms.ts';
import { MAX_POINTER_BYTES, type PointerKind, pointerKind } from '../format/pointer.ts';
import { createHasher } from './algorithms.ts';
import { Yielder } from './yielder.ts';

/** The browser hashes this much in one call; more would need more memory than it gives. */
export const MAX_AT_ONCE = 256 * 1024 * 1024;

/** Smaller slices are read more slowly; of slices above 2 GiB, browsers read none. */
const SLICE_BYTES = 16 * 1024 * 1024;

/** What hashing needs of a `Blob` or a `File`. */
export type Bytes = Pick<Blob, 'size' | 'arrayBuffer'> & { slice(start: number, end: number): Bytes };

/** What is known of a blob once it was read. */
export interface Hashed {
  /** Lowercase hexadecimal. */
  readonly digest: string;
  /** The kind of pointer that a file with just this content is, if it is one. */
  readonly pointer: PointerKind | null;
}

export interface HashBlobOptions {
  /** Reads the blob in slices even if it could be read as a whole, to need less memory. */
  readonly inSlices: boolean;
  /** Called with the number of bytes that were hashed. */
  onBytes(count: number): void;
  /** Between two slices, throws the reason of this signal. */
  readonly stop?: AbortSignal | undefined;
}

/**
 * Hashes a blob, in one call of the browser's own cryptography where it has the algorithm and the blob is small enough, else in
 * slices, of which the next one is read while one is hashed. Reads each byte once.
 * @throws {DOMException} if the file was changed or cannot be read any more
 */
export async function hashBlob(blob: Bytes, algorithm: HashAlgorithm, options: HashBlobOptions): Promise<Hashed> {
  const { inSlices, onBytes, stop } = options;
  if (blob.size <= MAX_POINTER_BYTES) {
    const content = new Uint8Array(await blob.arrayBuffer());
    const digest = await hashBytes(content, algorithm);
    onBytes(content.length);
    return { digest, pointer: pointerKind(content) };
  }
  const digest = inSlices ? null : await hashAtOnce(() => blob.arrayBuffer(), algorithm, blob.size);
  if (digest) {
    onBytes(blob.size);
    return { digest, pointer: null };
  }
  const hasher = await createHasher(algorithm);
  for await (const slice of slicesOf(blob)) {
    stop?.throwIfAborted();
    hasher.update(slice);
    onBytes(slice.length);
  }
  return { digest: hasher.digest(), pointer: null };
}

/**
 * Hashes bytes in memory, as {@link hashBlob} does.
 * @returns lowercase hexadecimal
 */
export async function hashBytes(bytes: Uint8Array, algorithm: HashAlgorithm): Promise<string> {
  const digest = await hashAtOnce(async () => bytes as Uint8Array<ArrayBuffer>, algorithm, bytes.length);
  if (digest) return digest;
  const hasher = await createHasher(algorithm);
  const yielder = new Yielder(undefined);
  for (let at = 0; at < bytes.length; at += SLICE_BYTES) {
    hasher.update(bytes.subarray(at, at + SLICE_BYTES));
    if (yielder.shouldYield) await yielder.yieldNow();
  }
  return hasher.digest();
}

/**
 * The digest by the browser's own cryptography; null if it lacks the algorithm, or cannot take the content at once, such as for want of
 * memory.
 */
async function hashAtOnce(
  read: () => Promise<ArrayBuffer | Uint8Array<ArrayBuffer>>,
  algorithm: HashAlgorithm,
  size: number,
): Promise<string | null> {
  // Pages that were not loaded over TLS or from this machine have no `subtle`.
  const subtle = (globalThis.crypto as Partial<typeof globalThis.crypto> | undefined)?.subtle;
  if (algorithm !== 'sha256' || !subtle || size > MAX_AT_ONCE) return null;
  try {
    return hexOf(new Uint8Array(await subtle.digest('SHA-256', await read())));
  } catch {
    return null;
  }
}

/** The slices of a blob, of which the next one is read before one is used. */
export async function* slicesOf(blob: Bytes): AsyncGenerator<Uint8Array> {
  const read = (start: number) => blob.slice(start, Math.min(start + SLICE_BYTES, blob.size)).arrayBuffer();
  let next = blob.size > 0 ? read(0) : null;
  for (let start = SLICE_BYTES; next !== null; start += SLICE_BYTES) {
    const slice = await next;
    next = start < blob.size ? read(start) : null;
    next?.catch(() => {}); // its failure is thrown when it is waited for, which may never be
    yield new Uint8Array(slice);
  }
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
