import { fromHex, toHex } from '#platform';
import type { HashJob, HashOptions, PreparedEngine } from '../engine.ts';
import { unlessAborted } from '../format/abort.ts';
import { digestSize, type HashAlgorithm } from '../format/algorithms.ts';
import { compareNames } from '../format/names.ts';
import { quote } from '../format/text.ts';
import type { Listing } from '../model.ts';
import type { Evidence, ReadModelOptions } from './options.ts';

export interface ListedDigests {
  /** In the order of the jobs, in lowercase hexadecimal. */
  readonly digests: readonly string[];
  readonly evidence: Evidence;
  /** Names of the files whose digest is one that the model's source advertises, in canonical order. */
  readonly advertised: readonly string[];
}

/** The ranges to hash, and the digest that each of them should have if something was signed. */
interface Listed {
  readonly jobs: readonly HashJob[];
  readonly expected?: readonly string[];
}

/**
 * Computes the digests of listed files, and confirms afterwards that the files are still those that were listed.
 * @param accepted whether digests that the model's source advertises may be used; by default they are not
 * @throws {OmsError} `model/changed`, `manifest/algorithm-unsupported`
 */
export async function hashListed(
  listing: Listing,
  listed: Listed,
  algorithm: HashAlgorithm,
  engine: PreparedEngine,
  options: ReadModelOptions & Pick<HashOptions, 'onPointer' | 'signing'>,
  accepted: Evidence = 'bytes',
): Promise<ListedDigests> {
  const { threads, concurrency, onProgress, signal, onPointer, signing } = options;
  const { jobs } = listed;
  const mayUse = mayBeAdvertised(accepted);
  const known = mayUse ? jobs.map((job) => knownDigest(job, algorithm)) : [];
  const isAdvertised = known.some((digest) => digest !== null);
  const unknown = isAdvertised ? jobs.filter((_, index) => known[index] === null) : jobs;
  const hashed = await engine.hash(unknown.slice(), {
    ...{ algorithm, threads, concurrency, onProgress, signal, onPointer },
    ...(signing && { signing }),
  });
  signal?.throwIfAborted();
  checkHashed(hashed, unknown, algorithm);
  await unlessAborted(signal, () => listing.confirm());
  if (!mayUse) return { digests: hashed, evidence: 'bytes', advertised: [] };
  return withAdvertised(listed, known, hashed, algorithm);
}

/** Puts together the digests that were hashed and those that are advertised. */
function withAdvertised(
  { jobs, expected = [] }: Listed,
  known: readonly (string | null)[],
  hashed: readonly string[],
  algorithm: HashAlgorithm,
): ListedDigests {
  const advertised = new Set<string>();
  let next = 0;
  const digests = jobs.map((job, index) => {
    const digest = known[index] ?? pointedDigest(job, expected[index], hashed[next++] as string, algorithm);
    if (typeof digest === 'string') advertised.add(job.file.name);
    return digest ?? (hashed[next - 1] as string);
  });
  const names = [...advertised].sort(compareNames);
  return { digests, evidence: names.length > 0 ? 'advertised' : 'bytes', advertised: names };
}

function mayBeAdvertised(evidence: Evidence): boolean {
  if (evidence !== 'bytes' && evidence !== 'advertised') {
    throw new TypeError('the evidence must be "bytes" or "advertised"');
  }
  return evidence === 'advertised';
}

/** An engine is not our code: any other result would show as a model that differs, or not before a signature is verified. */
export function checkHashed(hashed: readonly string[], jobs: readonly HashJob[], algorithm: HashAlgorithm): void {
  if (!Array.isArray(hashed)) throw new TypeError('the engine returned no array of digests');
  if (hashed.length !== jobs.length) {
    throw new TypeError(
      `the engine returned ${hashed.length} digests in place of one digest for each job (${jobs.length})`,
    );
  }
  for (let from = 0; from < jobs.length; from += DIGESTS_AT_ONCE) {
    const until = Math.min(from + DIGESTS_AT_ONCE, jobs.length);
    if (areDigests(hashed, from, until, algorithm)) continue;
    for (let index = from; index < until; index++) {
      if (isDigest(hashed[index], algorithm)) continue;
      const { name } = (jobs[index] as HashJob).file;
      throw new TypeError(`the engine returned for ${quote(name)} no ${algorithm} digest in lowercase hexadecimal`);
    }
  }
}

/** Digests are joined before their characters are looked at, because every call has a cost. */
const DIGESTS_AT_ONCE = 1024;

function areDigests(values: readonly unknown[], from: number, until: number, algorithm: HashAlgorithm): boolean {
  const length = 2 * digestSize[algorithm];
  let joined = '';
  for (let index = from; index < until; index++) {
    const value = values[index];
    if (typeof value !== 'string' || value.length !== length) return false;
    joined += value;
  }
  return isHexadecimal(joined);
}

/** The digest that the source of a file advertises for the whole job, if it uses this algorithm, without a look at the bytes. */
function knownDigest(job: HashJob, algorithm: HashAlgorithm): string | null {
  return job.file.content.known?.pointer === undefined ? advertisedFor(job, algorithm) : null;
}

/**
 * The digest that a pointer states, if the file's own bytes are not those that should be there and what it points to is. A real
 * file that looks like a pointer is therefore compared as the file that it is.
 */
function pointedDigest(
  job: HashJob,
  expected: string | undefined,
  hashed: string,
  algorithm: HashAlgorithm,
): string | null {
  if (expected === undefined || hashed === expected || job.file.content.known?.pointer === undefined) return null;
  return advertisedFor(job, algorithm) === expected ? expected : null;
}

function advertisedFor({ file, start, end }: HashJob, algorithm: HashAlgorithm): string | null {
  const { known } = file.content;
  if (known?.algorithm !== algorithm || start !== 0 || (end !== null && end !== file.size)) return null;
  const { digest } = known;
  if (isDigest(digest, algorithm)) return digest;
  throw new TypeError(`the known digest of ${quote(file.name)} is not ${algorithm} in lowercase hexadecimal`);
}

function isDigest(digest: unknown, algorithm: HashAlgorithm): digest is string {
  return typeof digest === 'string' && digest.length === 2 * digestSize[algorithm] && isHexadecimal(digest);
}

/** Decoding is several times faster than looking at each character. It stops at the first one that is no digit. */
function isHexadecimal(text: string): boolean {
  return toHex(fromHex(text)) === text;
}
