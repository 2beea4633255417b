import type { HashAlgorithm, HashJob } from '@model-signing/core';
import type { HashRequest } from './binding.ts';
import { type LocalJobs, pathOf, type Sizes } from './local-jobs.ts';

/** Writes jobs as the compiled engine reads them, in plain loops: they run once for a million jobs, and iterators would take thrice as long. Returns null if a path cannot be written, which no file can have. */
export function requestFor(
  jobs: LocalJobs,
  sizes: Sizes,
  { algorithm, threads }: { readonly algorithm: HashAlgorithm; readonly threads: number },
): HashRequest | null {
  const { fileOfJob, firstJobs } = numberFiles(jobs, sizes);
  const paths = encodePaths(jobs, firstJobs);
  if (paths === null) return null;
  const ranges = new Float64Array(2 * jobs.length);
  for (let job = 0; job < jobs.length; job++) {
    const { start, end } = jobs[job] as HashJob;
    ranges[2 * job] = start;
    ranges[2 * job + 1] = end ?? -1;
  }
  return {
    algorithm,
    threads,
    ...paths,
    sizes: Float64Array.from(firstJobs, (job) => sizes[job] as number),
    files: fileOfJob,
    ranges,
  };
}

interface Numbered {
  readonly fileOfJob: Uint32Array;
  readonly firstJobs: readonly number[];
}

/**
 * Ranges of one file share its number, whichever other jobs lie between them. One that was listed with two sizes has two numbers. A job
 * for a whole file has a number of its own: a million paths need not be compared.
 */
function numberFiles(jobs: LocalJobs, sizes: Sizes): Numbered {
  const numbers = new Map<string, number>();
  const firstJobs: number[] = [];
  const fileOfJob = new Uint32Array(jobs.length);
  for (let job = 0; job < jobs.length; job++) {
    const one = jobs[job] as HashJob;
    if (one.start === 0 && one.end === null) {
      fileOfJob[job] = firstJobs.push(job) - 1;
      continue;
    }
    const path = pathOf(one);
    let number = numbers.get(path);
    if (number === undefined || sizes[firstJobs[number] as number] !== sizes[job]) {
      number = firstJobs.push(job) - 1;
      numbers.set(path, number);
    }
    fileOfJob[job] = number;
  }
  return { fileOfJob, firstJobs };
}

/** How many paths are encoded in one call: each call has a cost, and so have many strings at once. */
const PATHS_AT_ONCE = 1024;

/** Bytes reserved for a path. Memory costs nothing until it is written to. */
const RESERVED = 256;

/** Paths in UTF-8 without separators, or null if one cannot be written. Nearly all are ASCII, where each character is a byte. */
function encodePaths(jobs: LocalJobs, firstJobs: readonly number[]): Pick<HashRequest, 'paths' | 'pathEnds'> | null {
  let paths: Buffer = Buffer.allocUnsafeSlow(RESERVED * firstJobs.length);
  const pathEnds = new Uint32Array(firstJobs.length);
  let end = 0;
  for (let from = 0; from < firstJobs.length; from += PATHS_AT_ONCE) {
    const texts = firstJobs.slice(from, from + PATHS_AT_ONCE).map((job) => pathOf(jobs[job] as HashJob));
    const text = texts.join('');
    const needed = end + 3 * text.length;
    if (needed > paths.length) paths = enlarged(paths.subarray(0, end), 2 * needed);
    const written = paths.write(text, end);
    const isAscii = written === text.length;
    if (text.includes('\0') || !(isAscii || texts.every((each) => each.isWellFormed()))) return null;
    for (let index = 0; index < texts.length; index++) {
      const each = texts[index] as string;
      end += isAscii ? each.length : Buffer.byteLength(each);
      pathEnds[from + index] = end;
    }
  }
  return { paths: paths.subarray(0, end), pathEnds };
}

function enlarged(bytes: Buffer, length: number): Buffer {
  const larger = Buffer.allocUnsafeSlow(length);
  bytes.copy(larger);
  return larger;
}
