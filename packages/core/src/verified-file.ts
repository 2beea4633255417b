import { createYielder } from '#platform';
import { firstIndex } from './format/search.ts';
import { quote } from './format/text.ts';
import type { Unit, VerifiedBytes } from './hashing/verified-units.ts';

/** A file that hands out only bytes that were signed. What it hands out is the caller's: to change it changes no later read. */
export interface VerifiedFile {
  /** The canonical name. */
  readonly name: string;
  /** In bytes. Without shards, no signature states it: it is what the model says, and wrong if reading throws `model/mismatch`. */
  readonly size: number;
  /**
   * Reads the bytes from `start` up to but not including `end`; by default, the whole file. All units that they touch are read and hashed
   * first, and kept as far as there is room.
   * @throws {OmsError} `model/mismatch` naming file and range, `model/changed`, `model/unreadable`
   * @throws {RangeError} for a range that is not in the file
   */
  read(start?: number, end?: number): Promise<Uint8Array<ArrayBuffer>>;
  /**
   * Streams the same bytes in pieces of at most a mebibyte. The bytes of a unit come once the whole unit is verified, so that what was
   * streamed before a failure is what was signed. A stream keeps nothing: what it has read is the caller's.
   *
   * Its errors are those of `read`.
   * @throws {RangeError} for a range that is not in the file
   */
  stream(range?: {
    readonly start?: number | undefined;
    readonly end?: number | undefined;
  }): ReadableStream<Uint8Array<ArrayBuffer>>;
  /**
   * Lends the same bytes, piece by piece, which is much faster than a stream: a piece is the caller's until the next one is asked for,
   * and is detached then, so that its memory can be read into again. A detached array has no bytes. A piece is at most a unit, which the
   * native engine and browsers lend whole, where it was read and hashed; from threads of Node, copies of at most a mebibyte are lent.
   *
   * Its errors are those of `read`.
   * @throws {RangeError} for a range that is not in the file
   */
  pieces(range?: Parameters<VerifiedFile['stream']>[0]): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined>;
}

export interface UnitFileOptions {
  readonly readAhead: number;
  readonly signal: AbortSignal;
  readonly load: (unit: Unit, isKept: boolean) => Promise<VerifiedBytes>;
  readonly release: (verified: VerifiedBytes) => void;
  /** Lends the memory of a unit, instead of releasing it, if nothing else uses it. */
  readonly lend: (verified: VerifiedBytes) => Uint8Array<ArrayBuffer> | null;
  readonly giveBack: (memory: Uint8Array) => void;
  readonly onHanded: (bytes: number) => void;
}

/** The most bytes in a piece that is handed out. */
const PIECE_BYTES = 1024 * 1024;

/** A file in units, which follow one another. Whatever it hands out is a copy. */
export class UnitFile implements VerifiedFile {
  readonly name: string;
  readonly size: number;
  readonly #units: readonly Unit[];
  readonly #options: UnitFileOptions;

  constructor(name: string, size: number, units: readonly Unit[], options: UnitFileOptions) {
    this.name = name;
    this.size = size;
    this.#units = units;
    this.#options = options;
  }

  async read(start = 0, end = this.size): Promise<Uint8Array<ArrayBuffer>> {
    this.#options.signal.throwIfAborted();
    this.#checkRange(start, end);
    const bytes = new Uint8Array(end - start);
    const yielder = createYielder(this.#options.signal);
    let at = 0;
    for await (const part of this.#parts(start, end, true)) {
      bytes.set(part, at);
      at += part.length;
      if (yielder.shouldYield) await yielder.yieldNow();
    }
    this.#options.onHanded(bytes.length);
    return bytes;
  }

  stream({
    start = 0,
    end = this.size,
  }: Parameters<VerifiedFile['stream']>[0] = {}): ReadableStream<Uint8Array<ArrayBuffer>> {
    this.#checkRange(start, end);
    const parts = this.#parts(start, end, false);
    return new ReadableStream(
      {
        pull: async (controller) => {
          const { done, value } = await parts.next();
          this.#options.signal.throwIfAborted();
          if (done) return controller.close();
          this.#options.onHanded(value.length);
          controller.enqueue(new Uint8Array(value));
        },
        cancel: async () => void (await parts.return(undefined)),
      },
      { highWaterMark: 0 },
    );
  }

  pieces({
    start = 0,
    end = this.size,
  }: Parameters<VerifiedFile['stream']>[0] = {}): ReturnType<VerifiedFile['pieces']> {
    this.#checkRange(start, end);
    return this.#lend(start, end);
  }

  /** Lends the memory of whole units that nothing else uses, and otherwise copies of parts. */
  async *#lend(start: number, end: number): ReturnType<VerifiedFile['pieces']> {
    let spare: ArrayBuffer | null = null;
    for await (const loaded of this.#loaded(start, end, false)) {
      const { unit, verified } = loaded;
      const own = unit.start >= start && unit.end <= end ? this.#options.lend(verified) : null;
      if (own) {
        const { byteOffset, length } = own;
        const left = yield* this.#lendOne(own);
        if (left) this.#options.giveBack(new Uint8Array(left, byteOffset, length));
        continue;
      }
      for (const part of partsOf(loaded, start, end)) {
        spare ??= new ArrayBuffer(Math.min(PIECE_BYTES, end - start));
        const lent: Uint8Array<ArrayBuffer> = new Uint8Array(spare, 0, part.length);
        lent.set(part);
        spare = yield* this.#lendOne(lent);
      }
    }
  }

  /** Returns the memory, which is then detached from what was lent; null if the caller has taken it. */
  async *#lendOne(
    lent: Uint8Array<ArrayBuffer>,
  ): AsyncGenerator<Uint8Array<ArrayBuffer>, ArrayBuffer | null, undefined> {
    const { signal, onHanded } = this.#options;
    signal.throwIfAborted();
    const { buffer } = lent;
    onHanded(lent.length);
    let left: ArrayBuffer | null = null;
    try {
      yield lent;
    } finally {
      left = buffer.detached ? null : buffer.transfer();
    }
    return left;
  }

  /** The bytes of a range, in parts that are used until the next one is asked for, while the next units are read. */
  async *#parts(start: number, end: number, isKept: boolean): AsyncGenerator<Uint8Array, void, undefined> {
    for await (const loaded of this.#loaded(start, end, isKept)) yield* partsOf(loaded, start, end);
  }

  /** The units of a range, each of which is used until the next one is asked for, while the next ones are read. */
  async *#loaded(start: number, end: number, isKept: boolean): AsyncGenerator<Loaded, void, undefined> {
    const { load, release, readAhead } = this.#options;
    const units = this.#units;
    const ahead: Promise<VerifiedBytes>[] = [];
    let next = firstIndex(units, (unit) => unit.end > start);
    try {
      for (let index = next; (units[index]?.start ?? end) < end; index++) {
        for (; next <= index + readAhead && (units[next]?.start ?? end) < end; next++) {
          const loading = load(units[next] as Unit, isKept);
          loading.catch(() => {}); // a unit before this one may fail first
          ahead.push(loading);
        }
        const verified = await (ahead.shift() as Promise<VerifiedBytes>);
        try {
          yield { unit: units[index] as Unit, verified };
        } finally {
          release(verified);
        }
      }
    } finally {
      for (const loading of ahead) loading.then(release, () => {});
    }
  }

  #checkRange(start: number, end: number): void {
    const isRange = Number.isSafeInteger(start) && Number.isSafeInteger(end) && start >= 0 && start <= end;
    if (isRange && end <= this.size) return;
    throw new RangeError(
      `bytes ${start} to ${end} are no range of the file ${quote(this.name)}, which has ${this.size} bytes`,
    );
  }
}

/** A unit, and its bytes. */
interface Loaded {
  readonly unit: Unit;
  readonly verified: VerifiedBytes;
}

function* partsOf({ unit, verified }: Loaded, start: number, end: number): Generator<Uint8Array, void, undefined> {
  const until = Math.min(end, unit.end);
  for (let at = Math.max(start, unit.start); at < until; at += PIECE_BYTES) {
    yield verified.bytes.subarray(at - unit.start, Math.min(at + PIECE_BYTES, until) - unit.start);
  }
}
