import { availableParallelism } from 'node:os';
import type { HashJob, HashOptions } from '@model-signing/core';
import { type HashLocalOptions, JobFailure, readSmallFile } from '@model-signing/core/make-engine';
import { MAX_POINTER_BYTES, pointerKind } from '@model-signing/core/pointer';
import type { Binding, Failure, HashRequest, Outcome, Run } from './binding.ts';
import { causeOf } from './failure.ts';
import { type LocalJobs, pathOf, sizesOf, totalBytes } from './local-jobs.ts';
import { requestFor } from './request.ts';

/** How often the threads are asked for their progress. */
const POLL_MS = 20;

/** From so many jobs on, a process stays smaller if freed memory is given back, which takes a few milliseconds. */
const LARGE_MODEL = 50_000;

/** Hexadecimal digits are made from so many digests in one call, since every call has a cost. */
const DIGESTS_AT_ONCE = 1024;

/** Whole files that are hashed at once. Each costs memory besides its digest: its path, twice, and its place among the jobs. */
const FILES_AT_ONCE = 250_000;

/**
 * Hashes local files on threads of the compiled engine, very many whole files some at a time. Returns null if it cannot be asked to.
 * @throws {JobFailure} for a file that changed or that the system cannot read
 */
export async function hashNatively(
  binding: Binding,
  jobs: LocalJobs,
  options: HashLocalOptions,
): Promise<string[] | null> {
  const isDivisible = jobs.length > FILES_AT_ONCE && jobs.every(({ start, end }) => start === 0 && end === null);
  if (!isDivisible) return hashAtOnce(binding, jobs, options);
  const { meter } = options;
  meter.expect(null); // the sizes of later files are not looked at yet
  const digests: string[] = [];
  const count = Math.ceil(jobs.length / Math.ceil(jobs.length / FILES_AT_ONCE));
  let bytesBefore = 0;
  for (let from = 0; from < jobs.length; from += count) {
    let bytesNow = 0;
    const set = (bytes: number, done: number) => {
      bytesNow = bytes;
      meter.set(bytesBefore + bytes, from + done);
    };
    const some = jobs.slice(from, from + count);
    const hashing = hashAtOnce(binding, some, { ...options, meter: { expect() {}, set } });
    const hashed = await hashing.catch((error) => {
      throw error instanceof JobFailure ? new JobFailure(from + error.job, error.cause) : error;
    });
    if (hashed === null) return null;
    for (const digest of hashed) digests.push(digest);
    bytesBefore += bytesNow;
  }
  return digests;
}

/** What hashing some of the files tells about its progress. */
interface HashingSome extends Omit<HashLocalOptions, 'meter'> {
  readonly meter: Pick<HashLocalOptions['meter'], 'expect' | 'set'>;
}

async function hashAtOnce(
  binding: Binding,
  jobs: LocalJobs,
  { algorithm, threads = availableParallelism(), meter, signal, onPointer }: HashingSome,
): Promise<string[] | null> {
  signal?.throwIfAborted();
  const isLarge = jobs.length >= LARGE_MODEL;
  if (isLarge) binding.giveBackFreedMemory(); // which the text of a signature took, or the listing
  const sizes = sizesOf(jobs);
  const request = requestFor(jobs, sizes, { algorithm, threads });
  if (request === null) return null;
  const run = startRun(binding, request);
  if (run === null) return null;
  meter.expect(totalBytes(jobs, sizes));
  const outcome = await outcomeOf(run, { meter, signal });
  if (isLarge) binding.giveBackFreedMemory(); // which the request took
  if ('failure' in outcome) throw errorFor(outcome.failure, jobs);
  if (onPointer) reportPointers(outcome.pointers, jobs, onPointer);
  const digests = hexadecimal(outcome.digests, jobs.length);
  free(outcome.digests);
  return digests;
}

/** Returns null if the system has no thread for it. */
function startRun(binding: Binding, request: HashRequest): Run | null {
  try {
    return binding.start(request);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'GenericFailure') return null;
    throw error;
  } finally {
    freeAll(request); // the threads have a copy
  }
}

/** Waits for a run, while it reports progress, until none of its threads works any more. */
async function outcomeOf(run: Run, { meter, signal }: Pick<HashingSome, 'meter' | 'signal'>): Promise<Outcome> {
  const stop = () => run.stop();
  signal?.addEventListener('abort', stop);
  const watch = new ProgressWatch(run, meter);
  try {
    const outcome = await run.finished();
    signal?.throwIfAborted();
    watch.throwIfFailed();
    watch.report();
    return outcome;
  } finally {
    watch.end();
    signal?.removeEventListener('abort', stop);
  }
}

function freeAll({ paths, pathEnds, sizes, files, ranges }: HashRequest): void {
  for (const part of [paths, pathEnds, sizes, files, ranges]) free(part);
}

/** Frees the memory of numbers that nothing uses any more, and that the garbage collector would let live on for long. */
function free({ buffer }: ArrayBufferView): void {
  if (buffer instanceof ArrayBuffer) buffer.transfer(0);
}

/** Passes the progress of a run on, and stops the run if the caller's function for it throws. */
class ProgressWatch {
  readonly #run: Run;
  readonly #meter: HashingSome['meter'];
  readonly #timer: NodeJS.Timeout;
  #failure: { readonly error: unknown } | null = null;

  constructor(run: Run, meter: HashingSome['meter']) {
    this.#run = run;
    this.#meter = meter;
    this.#timer = setInterval(() => this.#poll(), POLL_MS);
  }

  #poll(): void {
    try {
      this.report();
    } catch (error) {
      this.#failure ??= { error };
      this.#run.stop();
      this.end();
    }
  }

  report(): void {
    const { bytes, jobs } = this.#run.progress();
    this.#meter.set(bytes, jobs);
  }

  throwIfFailed(): void {
    if (this.#failure) throw this.#failure.error;
  }

  end(): void {
    clearInterval(this.#timer);
  }
}

/** The failure as the engine in Node would throw it. */
function errorFor(failure: Failure, jobs: LocalJobs): Error {
  const found = jobs[failure.job];
  if (found === undefined) return causeOf(failure, '');
  return new JobFailure(failure.job, causeOf(failure, pathOf(found)));
}

/** The compiled engine knows how pointers begin; which of them are whole ones is decided here. */
function reportPointers(
  candidates: Uint32Array,
  jobs: LocalJobs,
  onPointer: NonNullable<HashOptions['onPointer']>,
): void {
  for (const candidate of candidates) {
    const job = jobs[candidate] as HashJob;
    const bytes = contentOf(pathOf(job));
    const kind = bytes && pointerKind(bytes);
    if (kind) onPointer(job, kind);
  }
}

/** A file that cannot be read any more is taken for no pointer: the listing is compared after this. */
function contentOf(path: string): Uint8Array | null {
  try {
    return readSmallFile(path, MAX_POINTER_BYTES);
  } catch {
    return null;
  }
}

function hexadecimal(bytes: Uint8Array, count: number): string[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const size = bytes.length / count;
  const digests: string[] = [];
  for (let from = 0; from < count; from += DIGESTS_AT_ONCE) {
    const until = Math.min(from + DIGESTS_AT_ONCE, count);
    const text = buffer.toString('hex', from * size, until * size);
    for (let at = 0; at < text.length; at += 2 * size) digests.push(text.slice(at, at + 2 * size));
  }
  return digests;
}
