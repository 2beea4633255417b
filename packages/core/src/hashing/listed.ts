import type { HashJob, PreparedEngine } from '../engine.ts';
import { digestSize, type HashAlgorithm } from '../format/algorithms.ts';
import { quote } from '../format/text.ts';
import type { Listing, ModelFile } from '../model.ts';
import type { Evidence, EvidenceOptions, ReadModelOptions } from './options.ts';

export interface ListedDigests {
  /** In the order of the jobs, in lowercase hexadecimal. */
  readonly digests: readonly string[];
  readonly evidence: Evidence;
}

/**
 * Computes the digests of listed files, and confirms afterwards that the files are still those that were listed.
 * @throws {OmsError} `model/changed`, `manifest/algorithm-unsupported`
 */
export async function hashListed(
  listing: Listing,
  jobs: readonly HashJob[],
  algorithm: HashAlgorithm,
  engine: PreparedEngine,
  options: ReadModelOptions & EvidenceOptions,
): Promise<ListedDigests> {
  const { threads, concurrency, onProgress, signal } = options;
  const known = mayBeAdvertised(options) ? jobs.map((job) => knownDigest(job, algorithm)) : [];
  const isAdvertised = known.some((digest) => digest !== null);
  const unknown = isAdvertised ? jobs.filter((_, index) => known[index] === null) : jobs;
  const hashed = await engine.hash(unknown, { algorithm, threads, concurrency, onProgress, signal });
  if (hashed.length !== unknown.length) throw new TypeError('the engine did not return one digest for each job');
  await listing.confirm();
  if (!isAdvertised) return { digests: hashed, evidence: 'bytes' };
  let next = 0;
  return { digests: known.map((digest) => digest ?? (hashed[next++] as string)), evidence: 'advertised' };
}

function mayBeAdvertised({ evidence = 'bytes' }: EvidenceOptions): boolean {
  if (evidence !== 'bytes' && evidence !== 'advertised') {
    throw new TypeError('the evidence must be "bytes" or "advertised"');
  }
  return evidence === 'advertised';
}

/** The digest that the source of a file advertises for the whole job, if it uses this algorithm. */
function knownDigest({ file, start, end }: HashJob, algorithm: HashAlgorithm): string | null {
  const { known } = file.content;
  if (known?.algorithm !== algorithm || start !== 0 || (end !== null && end !== file.size)) return null;
  checkDigest(file, known.digest, algorithm);
  return known.digest;
}

function checkDigest({ name }: ModelFile, digest: string, algorithm: HashAlgorithm): void {
  if (digest.length === 2 * digestSize[algorithm] && /^[0-9a-f]*$/.test(digest)) return;
  throw new TypeError(`the known digest of ${quote(name)} is not ${algorithm} in lowercase hexadecimal`);
}
