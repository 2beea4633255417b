import type { RangeRead, RangeReader } from '../engine.ts';
import { unlessAborted } from '../format/abort.ts';
import { OmsError } from '../format/errors.ts';
import { resourceName } from '../format/manifest/manifest.ts';
import { quote } from '../format/text.ts';
import type { ModelFile } from '../model.ts';
import { explainPointers } from './pointers.ts';

/** A part of a file that has a digest of its own: what is read and hashed at once. */
export interface Unit {
  readonly file: ModelFile;
  readonly start: number;
  readonly end: number;
  /** What was signed. */
  readonly digest: string;
}

/** The bytes of a unit, which are what was signed. They are not to be written to, and not to be used once they are released. */
export interface VerifiedBytes {
  readonly bytes: Uint8Array;
}

/** A unit that is read or was read. */
interface Held {
  readonly key: string;
  readonly loading: Promise<VerifiedBytes>;
  /** How many have asked for it and not released it. */
  users: number;
  /** Whether it is to be kept once it is read, or is kept. */
  isKept: boolean;
  bytes: Uint8Array | null;
}

export interface UnitOptions {
  /** How many bytes of units to keep. */
  readonly cacheBytes: number;
  /** How many units to read at the same time before one of this file has to wait. */
  readonly concurrency: (file: ModelFile) => number;
  readonly signal: AbortSignal;
  /** Called for each unit whose bytes are what was signed. */
  readonly onVerified: (unit: Unit) => void;
}

/**
 * Reads units, and returns only bytes that were hashed where they are and found to be what was signed. A unit is read once for all
 * who ask for it meanwhile. One that was dropped is read and hashed again, perhaps into the memory of another one.
 */
export class VerifiedUnits {
  /** Bytes that were read and hashed. */
  hashed = 0;
  readonly #reader: RangeReader;
  readonly #options: UnitOptions;
  /** Those that are read, are used or are kept; of the kept ones, the least recently used first. */
  readonly #held = new Map<string, Held>();
  readonly #heldOf = new WeakMap<VerifiedBytes, Held>();
  #keptBytes = 0;
  readonly #spare: Uint8Array[] = [];
  #spareBytes = 0;
  #active = 0;
  readonly #queue: (() => void)[] = [];

  constructor(reader: RangeReader, options: UnitOptions) {
    this.#reader = reader;
    this.#options = options;
  }

  /**
   * Loads a unit, which the caller has to release.
   * @param isKept whether to keep the bytes for later calls, as far as there is room
   * @throws {OmsError} `model/mismatch` with the range, `model/changed`, `model/unreadable`
   */
  async load(unit: Unit, isKept: boolean): Promise<VerifiedBytes> {
    const { signal } = this.#options;
    signal.throwIfAborted();
    const held = this.#find(unit);
    held.isKept ||= isKept;
    held.users++;
    try {
      return await unlessAborted(signal, () => held.loading);
    } catch (error) {
      this.#leave(held);
      throw error;
    }
  }

  release(verified: VerifiedBytes): void {
    const held = this.#heldOf.get(verified);
    if (held) this.#leave(held);
  }

  /**
   * Lends the memory of a loaded unit, unless it is shared between threads, is kept, or is used by others too. The borrower may write to
   * it and detach it, since it is forgotten here, and `giveBack` returns what is left of it.
   */
  lend(verified: VerifiedBytes): Uint8Array<ArrayBuffer> | null {
    const held = this.#heldOf.get(verified);
    const { bytes } = verified;
    if (!held?.bytes || held.users > 1 || held.isKept || !fillsItsBuffer(bytes) || held.bytes.length > bytes.length)
      return null;
    this.#held.delete(held.key);
    this.#heldOf.delete(verified);
    this.#keptBytes -= held.bytes.length;
    return bytes;
  }

  giveBack(memory: Uint8Array): void {
    this.#recycle(memory);
  }

  /** Drops everything that nothing uses. */
  clear(): void {
    for (const held of this.#held.values()) this.#drop(held);
    this.#spare.length = 0;
    this.#spareBytes = 0;
  }

  #find(unit: Unit): Held {
    const key = keyOf(unit);
    const found = this.#held.get(key);
    if (found) {
      this.#held.delete(key);
      this.#held.set(key, found);
      return found;
    }
    const loading = this.#inTurn(unit.file, () => this.#read(unit, held));
    const held: Held = { key, loading, users: 0, isKept: false, bytes: null };
    this.#held.set(key, held);
    loading.catch(() => {}); // all who asked may have been aborted
    return held;
  }

  async #inTurn<T>(file: ModelFile, work: () => Promise<T>): Promise<T> {
    await null; // `work` needs what its caller does next
    if (this.#active >= this.#options.concurrency(file))
      await new Promise<void>((resolve) => this.#queue.push(resolve));
    else this.#active++;
    try {
      return await work();
    } finally {
      const next = this.#queue.shift(); // takes the place of this one
      if (next) next();
      else this.#active--;
    }
  }

  async #read(unit: Unit, held: Held): Promise<VerifiedBytes> {
    const { signal, onVerified } = this.#options;
    try {
      signal.throwIfAborted();
      const { file, start, end } = unit; // not the digest, which no engine could then return without hashing
      const given = this.#memoryFor(end - start, file.name);
      const { byteOffset, length } = given; // of memory that the reader may move
      const into = given.subarray(0, end - start);
      // An abort leaves the memory to the reader, which may still write to it.
      const read = await unlessAborted(signal, () => this.#reader.read({ file, start, end }, into, { signal }));
      const { bytes, digest } = checkedRead(read, end - start, file.name);
      const memory = new Uint8Array(bytes.buffer, byteOffset, length);
      this.hashed += bytes.length;
      if (digest !== unit.digest) {
        this.#recycle(memory);
        throw await mismatch(unit, digest, signal);
      }
      onVerified(unit);
      held.bytes = memory;
      this.#keptBytes += memory.length;
      this.#dropOldest();
      const verified = { bytes };
      this.#heldOf.set(verified, held);
      return verified;
    } catch (error) {
      this.#held.delete(held.key);
      throw error;
    }
  }

  #leave(held: Held): void {
    held.users--;
    if (held.users === 0 && !held.isKept) this.#drop(held);
    else this.#dropOldest();
  }

  /** Drops what has been used least recently, as long as more is in memory than is to be kept. */
  #dropOldest(): void {
    for (const held of this.#held.values()) {
      if (this.#keptBytes <= this.#options.cacheBytes) return;
      this.#drop(held);
    }
  }

  /** Drops a unit, unless it is used or read. */
  #drop(held: Held): void {
    const { bytes, key, users } = held;
    if (users > 0 || bytes === null) return;
    held.bytes = null;
    this.#held.delete(key);
    this.#keptBytes -= bytes.length;
    this.#recycle(bytes);
  }

  /** Memory for so many bytes: new memory costs more than reading, so that of another unit is used if there is any. */
  #memoryFor(length: number, name: string): Uint8Array {
    const index = this.#spare.findLastIndex((memory) => memory.length >= length && memory.length / 2 <= length);
    const [found] = index < 0 ? [] : this.#spare.splice(index, 1);
    if (found) {
      this.#spareBytes -= found.length;
      return found;
    }
    const memory = this.#reader.allocate(length);
    if (memory instanceof Uint8Array && memory.length === length) return memory;
    throw new TypeError(`the engine allocated no memory of ${length} bytes for ${quote(name)}`);
  }

  #recycle(memory: Uint8Array): void {
    if (this.#spareBytes + memory.length > this.#options.cacheBytes || this.#options.signal.aborted) return;
    this.#spare.push(memory);
    this.#spareBytes += memory.length;
  }
}

/** @throws {TypeError} for what is not bytes and a digest */
function checkedRead(read: RangeRead, length: number, name: string): RangeRead {
  if (read?.bytes instanceof Uint8Array && read.bytes.length === length) return read;
  throw new TypeError(`the engine returned no memory of ${length} bytes for ${quote(name)}`);
}

/** Whether the buffer can be detached, and has nothing in it that was not asked for. */
function fillsItsBuffer(bytes: Uint8Array): bytes is Uint8Array<ArrayBuffer> {
  return bytes.buffer instanceof ArrayBuffer && bytes.byteOffset + bytes.length === bytes.buffer.byteLength;
}

function keyOf({ file, start, end }: Unit): string {
  return resourceName({ path: file.name, range: [start, end] });
}

async function mismatch({ file, start, end, digest }: Unit, actual: string, signal: AbortSignal): Promise<OmsError> {
  const isWhole = start === 0 && end === file.size;
  const range = isWhole ? {} : { range: [start, end] as const };
  const difference = { kind: 'modified' as const, path: file.name, expected: digest, actual, ...range };
  const differences = await explainPointers([difference], [file], signal);
  const what = isWhole ? `the file ${quote(file.name)}` : `bytes ${start} to ${end} of the file ${quote(file.name)}`;
  return new OmsError('model/mismatch', `${what} ${isWhole ? 'differs' : 'differ'} from what was signed`, {
    differences,
    required: true,
  });
}
