import { rm } from 'node:fs/promises';
import {
  type Difference,
  type HashAlgorithm,
  OmsError,
  type PointerKind,
  type PreparedEngine,
  quote,
} from '@model-signing/core';
import { readContent } from '../../read-content.ts';
import { BlockWriter } from './block-writer.ts';
import { mismatch, type PlannedFile, type Unit } from './copy-plan.ts';
import { type FileState, PartFile } from './part-file.ts';

export interface CopyFileOptions {
  readonly algorithm: HashAlgorithm;
  /** Reads each unit once, from its first byte to its last. */
  readonly engine: PreparedEngine;
  readonly signal: AbortSignal;
  /** Called with the bytes that were read, from the source or again from the disk; negative if they were discarded. */
  readonly onBytes: (bytes: number) => void;
}

/** A file whose content is on the disk and is what was signed. */
export interface CopiedFile {
  readonly file: PlannedFile;
  readonly state: FileState;
  /** Bytes that came from the source, whether they were kept or not. */
  readonly downloadedBytes: number;
  /** Bytes that an earlier attempt left and that were hashed again. */
  readonly resumedBytes: number;
  /** What the content is if it is only a pointer to other content. */
  readonly pointer: PointerKind | null;
}

/**
 * Copies a file unit by unit, and hashes what it writes. What is there already is hashed again, never trusted: if a unit that began
 * with it is wrong, the unit is fetched once more from its first byte.
 *
 * A unit whose bytes are wrong as they came from the source is discarded. If anything else fails, what was written stays.
 * @param path where to write; what an earlier attempt left is there
 * @throws {OmsError} `model/mismatch`, `model/changed`; what the source throws
 * @throws {SourceError} `source/no-space`, `source/target-unusable`
 */
export async function copyFile(file: PlannedFile, path: string, options: CopyFileOptions): Promise<CopiedFile> {
  const part = await PartFile.open(path, file.path);
  try {
    const copy = new FileCopy(file, part, options);
    return await copy.run();
  } finally {
    await part.close();
    if (file.size > 0 && part.size === 0) await rm(path, { force: true });
  }
}

class FileCopy {
  readonly #file: PlannedFile;
  readonly #part: PartFile;
  readonly #options: CopyFileOptions;
  #downloaded = 0;
  #resumed = 0;
  #pointer: PointerKind | null = null;
  /** What it is writing must end before the file is closed. */
  #writer: BlockWriter | null = null;

  constructor(file: PlannedFile, part: PartFile, options: CopyFileOptions) {
    this.#file = file;
    this.#part = part;
    this.#options = options;
  }

  async run(): Promise<CopiedFile> {
    const { size, units } = this.#file;
    await this.#part.truncate(size);
    try {
      for (const unit of units) await this.#copyUnit(unit);
    } finally {
      await this.#writer?.settled().catch(() => {});
    }
    const state = await this.#part.finish();
    const counts = { downloadedBytes: this.#downloaded, resumedBytes: this.#resumed };
    return { file: this.#file, state, ...counts, pointer: this.#pointer };
  }

  async #copyUnit(unit: Unit): Promise<void> {
    const there = Math.max(0, Math.min(this.#part.size, unit.end) - unit.start);
    if (there > 0) {
      if ((await this.#hash(unit, there)) === unit.digest) {
        this.#resumed += there;
        return;
      }
      this.#options.onBytes(unit.start - unit.end);
    }
    const actual = await this.#hash(unit, 0);
    if (actual === unit.digest) return;
    await this.#part.truncate(unit.start);
    throw differs(this.#file, unit, actual);
  }

  /** The digest of a unit, of which the first `there` bytes are read from the disk and the others are fetched and written. */
  async #hash({ start, end }: Unit, there: number): Promise<string> {
    const { algorithm, engine, signal } = this.#options;
    const { path, units } = this.#file;
    const size = end - start;
    const read = (_from: number, _to: number, aborted = signal) => this.#tee(start, start + there, end, aborted);
    this.#pointer = null;
    const onPointer = (_: unknown, kind: PointerKind) => {
      if (units.length === 1) this.#pointer = kind;
    };
    const job = { file: { name: path, size, content: { read } }, start: 0, end: size };
    const [digest] = await engine.hash([job], { algorithm, signal, concurrency: 1, onPointer });
    return digest as string;
  }

  /** Yields what is there, then what the source gives, which is written at the same time as the caller hashes it. */
  async *#tee(start: number, from: number, end: number, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    for await (const chunk of this.#part.read(start, from)) {
      this.#options.onBytes(chunk.length);
      yield chunk;
    }
    if (from < end) yield* this.#fetch(from, end, signal);
  }

  /** What came before a failure of the source is kept, except for less than a block if it is aborted. */
  async *#fetch(start: number, end: number, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    const writer = new BlockWriter(this.#part, start, end - start);
    this.#writer = writer;
    const chunks = readContent(this.#file.source, start, end, signal);
    try {
      yield* writer.through(this.#counted(atMost(end - start, chunks, this.#file.path), signal));
    } catch (error) {
      if (!signal.aborted) await writer.flush();
      throw error;
    }
  }

  async *#counted(chunks: AsyncIterable<Uint8Array>, signal: AbortSignal): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks) {
      if (signal.aborted) return;
      this.#downloaded += chunk.length;
      this.#options.onBytes(chunk.length);
      yield chunk;
    }
  }
}

/**
 * The chunks of a file that has so many bytes.
 * @throws {OmsError} `model/changed` for more
 */
export async function* atMost(
  size: number,
  chunks: AsyncIterable<Uint8Array>,
  path: string,
): AsyncGenerator<Uint8Array> {
  let left = size;
  for await (const chunk of chunks) {
    left -= chunk.length;
    if (left < 0) throw new OmsError('model/changed', `the file ${quote(path)} gave more than ${size} bytes`);
    yield chunk;
  }
}

function differs({ path, units }: PlannedFile, { start, end, digest }: Unit, actual: string): OmsError {
  const range = units.length > 1 ? { range: [start, end] as const } : {};
  const difference: Difference = { kind: 'modified', path, expected: digest, actual, ...range };
  return mismatch('the bytes that came are not those that were signed, and were discarded', [difference]);
}
