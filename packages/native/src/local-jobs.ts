import { lstatSync } from 'node:fs';
import type { HashJob } from '@model-signing/core';

/** The jobs of local files, of which each has a path. */
export type LocalJobs = readonly HashJob[];

/** The sizes of the files, in the order of the jobs: -1 if one is not known. */
export type Sizes = Float64Array;

/** Looking up the sizes of so many files would cost more than it gains. */
const MANY_FILES = 1500;

export function pathOf({ file: { content } }: HashJob): string {
  return (content as { readonly path: string }).path;
}

/** The sizes that were listed, and those of few files that were not. */
export function sizesOf(jobs: LocalJobs): Sizes {
  return Float64Array.from(jobs, jobs.length < MANY_FILES ? sizeOf : ({ file }) => file.size ?? -1);
}

/** A file that cannot be looked at gets no size: opening it reports the failure. */
function sizeOf(job: HashJob): number {
  try {
    return job.file.size ?? lstatSync(pathOf(job)).size;
  } catch {
    return -1;
  }
}

/** Bytes in all jobs, or null if a size is not known. */
export function totalBytes(jobs: LocalJobs, sizes: Sizes): number | null {
  let total = 0;
  for (const [job, { start, end }] of jobs.entries()) {
    const until = end ?? (sizes[job] as number);
    if (until < 0) return null;
    total += until - start;
  }
  return total;
}

/** Whether there are at least so many bytes in the jobs, which is found out by looking at as few files as possible. */
export function haveBytes(jobs: LocalJobs, enough: number): boolean {
  let bytes = 0;
  return jobs.some((job) => {
    bytes += (job.end ?? Math.max(sizeOf(job), 0)) - job.start;
    return bytes >= enough;
  });
}
