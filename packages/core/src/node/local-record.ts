import { type BigIntStats, lstatSync } from 'node:fs';
import type { FileLook, ReuseEvidence } from '../hashing/reuse-evidence.ts';
import type { ModelFile } from '../model.ts';
import { type FileState, stateOf } from './file-identity.ts';
import {
  awaitWriters,
  type FileSystem,
  fileSystemClock,
  fileSystemOf,
  settledStats,
  trustedFileSystems,
} from './reuse-file.ts';
import { encodeRecord, parseRecord } from './reuse-record.ts';
import { attempt } from './system-errors.ts';
import { Yielder } from './yielder.ts';

export { type FileSystem, fileSystems, trustedFileSystems } from './reuse-file.ts';
export { MAX_RECORD_BYTES } from './reuse-record.ts';

/** Smaller files are always hashed: that costs no more than to find out that they are unchanged, and finds pointers. */
export const MIN_REUSED_BYTES = 64 * 1024;

/** A file that changed less than this before it was looked at may change again without another time. */
const RACY_NS = 2_000_000_000n;

export interface LocalRecordOptions {
  /** The record that was kept when the previous signature was made. Untrusted. Default: none, so that nothing is unchanged. */
  readonly record?: Uint8Array | undefined;
  /** Whose times are believed. Default: {@link trustedFileSystems}. */
  readonly fileSystems?: readonly FileSystem[] | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What a file system is good for, and what time it is there. */
interface Volume {
  readonly name: FileSystem | null;
  readonly isTrusted: boolean;
  /** Null if it cannot be found out, so that no file of it is recorded. */
  readonly now: bigint | null;
}

/**
 * Tells from the stats of local files which of them are unchanged since they were signed, and records the stats for the next time.
 *
 * A file is unchanged if its device, file number, size, time of content and time of change equal the recorded ones, after calls that
 * were writing to it have ended and it was written back, on a file system that sets the time of change at every change. Recorded are only files that had not changed for two
 * seconds, by the clock of their file system.
 * @throws {Error} for a record that is not one
 */
export class LocalRecord implements ReuseEvidence {
  readonly bundle: string | null;
  /** How many files the new record leaves out because they had changed just before, or have a time in the future. */
  racy = 0;
  /** How many files are on a file system whose times are not believed. */
  elsewhere = 0;
  /** How many files have no record because the clock of their file system cannot be read. */
  clockless = 0;
  readonly #known: ReadonlyMap<string, FileState>;
  readonly #fileSystems: readonly FileSystem[];
  readonly #yielder: Yielder;
  readonly #volumes = new Map<bigint, Volume>();
  readonly #looks = new Map<string, BigIntStats>();
  readonly #settled = new Map<string, FileState>();

  constructor({ record, fileSystems = trustedFileSystems, signal }: LocalRecordOptions = {}) {
    const known = record === undefined ? null : parseRecord(record);
    this.bundle = known?.bundle ?? null;
    this.#known = known?.files ?? new Map();
    this.#fileSystems = fileSystems;
    this.#yielder = new Yielder(signal);
  }

  async look({ name, content }: ModelFile): Promise<FileLook | null> {
    if (this.#yielder.shouldYield) await this.#yielder.yieldNow();
    if (!('path' in content)) return null;
    const { path } = content;
    const there = attempt(() => lstatSync(path, { bigint: true }));
    if (there === null || there.size < MIN_REUSED_BYTES) return null;
    const { isTrusted } = this.#volume(path, there.dev);
    if (!isTrusted || !(await awaitWriters(path))) {
      this.elsewhere++;
      return null;
    }
    const stats = await settledStats(path);
    if (stats === null || stats.dev !== there.dev) return null;
    this.#looks.set(name, stats);
    return { size: Number(stats.size), isUnchanged: this.#known.get(name) === stateOf(stats) };
  }

  async isStill({ name, content }: ModelFile): Promise<boolean> {
    if (this.#yielder.shouldYield) await this.#yielder.yieldNow();
    const before = this.#looks.get(name);
    if (before === undefined || !('path' in content)) return false;
    const after = await settledStats(content.path);
    if (after === null || stateOf(after) !== stateOf(before)) return false;
    const now = this.#volumes.get(before.dev)?.now ?? null;
    if (now === null) this.clockless++;
    else if (isRacy(before, now)) this.racy++;
    else this.#settled.set(name, stateOf(before));
    return true;
  }

  /**
   * The record for the next time.
   * @param bundle the SHA-256 of the signature that was made, in lowercase hexadecimal
   * @returns null if there is nothing to record, or too much
   */
  encode(bundle: string): { readonly text: string; readonly files: number } | null {
    if (this.#settled.size === 0) return null;
    const text = encodeRecord({ bundle, files: this.#settled });
    return text === null ? null : { text, files: this.#settled.size };
  }

  /** The clock is read before any file of the volume is looked at, so that a later change has a later time. */
  #volume(path: string, device: bigint): Volume {
    const known = this.#volumes.get(device);
    if (known !== undefined) return known;
    const name = fileSystemOf(path);
    const isTrusted = name !== null && this.#fileSystems.includes(name);
    const volume = { name, isTrusted, now: isTrusted ? fileSystemClock(path, device) : null };
    this.#volumes.set(device, volume);
    return volume;
  }
}

function isRacy({ ctimeNs, mtimeNs }: BigIntStats, now: bigint): boolean {
  return ctimeNs >= now - RACY_NS || mtimeNs >= now - RACY_NS;
}
