import { OmsError, quote } from '@model-signing/core';
import { type Instance, instances } from '../instances.ts';
import { reasonOf } from '../reason.ts';
import type { TrustAnchor } from '../trust-anchor.ts';
import { readTrustCache, trustCacheFile, writeTrustCache } from './trust-cache.ts';
import type { UpdateChain, UpdateFiles } from './update-chain.ts';

/** Longer paths are cut in messages. */
const MAX_PATH = 1000;

/** A trust root that was fetched, and verified from the anchor of the instance. */
export interface StoredTrust {
  /** Where it came from, for messages. */
  readonly source: string;
  /** When it should no longer be used, in ISO 8601. */
  readonly expires: string;
  /** JSON. */
  readonly trustedRoot: Uint8Array;
}

/** What the store has, or why it cannot be used. */
export interface StoreState {
  readonly stored: StoredTrust | null;
  /** A sentence; null if nothing is wrong. */
  readonly problem: string | null;
}

export interface StoreRequest {
  readonly instance: Instance;
  readonly anchor: TrustAnchor;
  /** Default: the user's cache directory. */
  readonly directory?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Reads the trust root that was fetched last and verifies it again. One that is older than the built-in one is ignored.
 * @param check throws if the trust root is of no use
 */
export async function readTrustStore(
  { instance, anchor, directory }: StoreRequest,
  check: (trustedRoot: Uint8Array) => void,
): Promise<StoreState> {
  const file = trustCacheFile(instance, directory);
  if (file === null) return { stored: null, problem: null };
  try {
    const verified = await readVerified(file, anchor);
    if (verified) check(verified.files.trustedRoot);
    return { stored: verified && toStored(instance, verified), problem: null };
  } catch (error) {
    return {
      stored: null,
      problem: `the stored trust root ${quote(file, MAX_PATH)} cannot be used: ${reasonOf(error)}`,
    };
  }
}

/**
 * Fetches the current trust root and keeps it for later calls.
 * @param check throws if the trust root is of no use; it is not kept then
 * @throws {OmsError} `signer/service-failed`
 */
export async function refreshTrustStore(
  { instance, anchor, directory, signal }: StoreRequest,
  check: (trustedRoot: Uint8Array) => void,
): Promise<StoreState> {
  const file = trustCacheFile(instance, directory);
  // What cannot be used is replaced.
  const before = file === null ? null : await readVerified(file, anchor).catch(() => null);
  const { mirror } = instances[instance];
  const { fetchTrust } = await import('./fetch-trust.ts');
  const fetched = await fetchTrust({ mirror, anchor: bytesOfRoot(anchor), before: before?.chain, signal });
  if (await isOlder(fetched.chain, anchor)) {
    throw new OmsError('signer/service-failed', `the trust root from ${mirror} is older than the built-in one`);
  }
  check(fetched.files.trustedRoot);
  return { stored: toStored(instance, fetched), problem: await keep(file, fetched.files) };
}

/** Keeps what was fetched, and returns the problem if that fails: it can be used nevertheless. */
async function keep(file: string | null, files: UpdateFiles): Promise<string | null> {
  if (file === null) return 'the fetched trust root cannot be kept: there is no home directory';
  try {
    await writeTrustCache(file, files);
    return null;
  } catch (error) {
    return `the fetched trust root cannot be kept in ${quote(file, MAX_PATH)}: ${reasonOf(error)}`;
  }
}

interface VerifiedFiles {
  readonly files: UpdateFiles;
  readonly chain: UpdateChain;
}

/** Reads and verifies what was stored; null if there is nothing, or if it is older than what is built in. */
async function readVerified(file: string, anchor: TrustAnchor): Promise<VerifiedFiles | null> {
  const files = await readTrustCache(file);
  if (files === null) return null;
  const newest = files.roots.at(-1);
  if (newest === undefined) throw new Error('it has no root');
  const { statedVersion, verifyUpdate } = await import('./update-chain.ts');
  // What an older version of this package stored need not verify from a newer anchor.
  if (statedVersion(newest) < anchor.version) return null;
  const chain = await verifyUpdate(bytesOfRoot(anchor), files);
  if (await isOlder(chain, anchor)) return null;
  const { builtIn } = anchor;
  if (builtIn?.targets === chain.versions.targets && !sameText(files.trustedRoot, builtIn.trustedRoot)) {
    throw new Error('it differs from the built-in one, and claims to have the same version');
  }
  return { files, chain };
}

/** Whether any of the metadata has a lower version than the metadata of the built-in trust root. */
async function isOlder(chain: UpdateChain, { builtIn }: TrustAnchor): Promise<boolean> {
  const { olderRole } = await import('./update-chain.ts');
  return builtIn !== null && olderRole(chain.versions, builtIn) !== undefined;
}

/**
 * The timestamp expires within days, which says when to fetch again and not until when the trust root may be used: that is what
 * the others say (OMS-TRUST-4).
 */
function toStored(instance: Instance, { chain, files }: VerifiedFiles): StoredTrust {
  const ends = [chain.root, chain.snapshot, chain.targets].map(({ expires }) => Date.parse(expires));
  return {
    source: instances[instance].mirror,
    expires: new Date(Math.min(...ends)).toISOString(),
    trustedRoot: files.trustedRoot,
  };
}

function bytesOfRoot({ root }: TrustAnchor): Uint8Array {
  return new TextEncoder().encode(root);
}

function sameText(bytes: Uint8Array, text: string): boolean {
  return Buffer.from(text, 'utf8').equals(bytes);
}
