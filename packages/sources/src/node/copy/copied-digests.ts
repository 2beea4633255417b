import type { HashAlgorithm, HashJob, Resource, Verification } from '@model-signing/core';

/** The name that old signers give to the only file of a model. */
const NAMELESS = '.';

/** A file that is copied, under a number that is its name until everything is verified. */
export interface NumberedFile {
  readonly name: string;
  readonly number: number;
  /** Whether every byte of it is in the copy, from one reading. */
  readonly isWhole: boolean;
}

interface Entry {
  readonly number: number;
  /** By range and algorithm. */
  readonly digests: Map<string, string>;
  isWhole: boolean;
}

/** The files that were copied, with the digests of what was written. */
export class CopiedDigests {
  readonly #entries = new Map<string, Entry>();

  /** The file of a job. One that was copied in part, by an attempt that failed, is copied again, and nothing of it counts. */
  fileOf({ file: { name } }: HashJob): NumberedFile {
    const found = this.#entries.get(name);
    const entry = found ?? { number: this.#entries.size, digests: new Map(), isWhole: false };
    if (!entry.isWhole) entry.digests.clear();
    this.#entries.set(name, entry);
    return { name, number: entry.number, isWhole: entry.isWhole };
  }

  /** Records what was written, in one attempt that succeeded. */
  record(jobs: readonly HashJob[], digests: readonly string[], algorithm: HashAlgorithm): void {
    const ends = new Map<string, number>();
    const inOrder = jobs.map((job, index) => ({ job, index })).sort((a, b) => a.job.start - b.job.start);
    for (const { job, index } of inOrder) {
      const { file, start, end } = job;
      const entry = this.#entries.get(file.name) as Entry;
      entry.digests.set(keyOf(start, end, algorithm), digests[index] as string);
      if (start > (ends.get(file.name) ?? 0)) continue; // what comes before it was not copied
      if (end === null || end === file.size) entry.isWhole = true;
      ends.set(file.name, Math.max(ends.get(file.name) ?? 0, end ?? start));
    }
  }

  /**
   * The files that were verified, each of which was copied whole, with the bytes that were signed.
   * @throws {TypeError} if the verification is not one of what was copied
   */
  verified({ resources, serialization: { hashType } }: Verification): readonly NumberedFile[] {
    const files = new Map<string, NumberedFile>();
    for (const resource of resources) {
      const name = this.#nameOf(resource);
      const entry = this.#entries.get(name);
      const { start, end } = boundsOf(resource);
      if (!entry?.isWhole || entry.digests.get(keyOf(start, end, hashType)) !== resource.digest) {
        throw new TypeError('what was verified is not what was copied: verify with the engine that is given');
      }
      files.set(name, { name, number: entry.number, isWhole: true });
    }
    return [...files.values()];
  }

  #nameOf({ path }: Resource): string {
    const [only, another] = this.#entries.keys();
    return path === NAMELESS && only !== undefined && another === undefined ? only : path;
  }
}

function boundsOf({ range }: Resource): { readonly start: number; readonly end: number | null } {
  return { start: range?.[0] ?? 0, end: range?.[1] ?? null };
}

function keyOf(start: number, end: number | null, algorithm: HashAlgorithm): string {
  return `${start}-${end ?? ''} ${algorithm}`;
}
