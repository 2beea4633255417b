import { OmsError } from '@model-signing/core';
import { HttpError, sendRequest } from '@model-signing/core/http';
import type { Root, Snapshot, Targets, Timestamp } from '@tufjs/models';
import { reasonOf } from '../reason.ts';
import { TARGET, UpdateChain, type UpdateFiles } from './update-chain.ts';

const REQUEST_MS = 20_000;
const TOTAL_MS = 120_000;
const ATTEMPTS = 3;

/** The limits of tuf-js. */
const MAX_ROOTS = 256;
const MAX_ROOT_BYTES = 512_000;
const MAX_TIMESTAMP_BYTES = 16_384;
const MAX_SNAPSHOT_BYTES = 2_000_000;
const MAX_TARGETS_BYTES = 5_000_000;
/** Far more than a trust root has. */
const MAX_TRUST_ROOT_BYTES = 4 * 1024 * 1024;

export interface FetchOptions {
  /** The address of a repository of The Update Framework. */
  readonly mirror: string;
  /** The root to start from. */
  readonly anchor: Uint8Array;
  /** What was fetched before and verified: nothing older is accepted. */
  readonly before?: UpdateChain | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** What was fetched, verified. */
export interface FetchedTrust {
  readonly files: UpdateFiles;
  readonly chain: UpdateChain;
}

/**
 * Fetches the trust root of an instance by the client workflow of The Update Framework, section 5 (OMS-TRUST-5): every file is
 * verified from the anchor before the next is asked for, nothing may have expired, and nothing may be older than before.
 * @throws {OmsError} `signer/service-failed`
 */
export async function fetchTrust(options: FetchOptions): Promise<FetchedTrust> {
  const timeout = AbortSignal.timeout(TOTAL_MS);
  const signal = options.signal ? AbortSignal.any([options.signal, timeout]) : timeout;
  try {
    return await update(options, signal);
  } catch (error) {
    options.signal?.throwIfAborted();
    const why = timeout.aborted ? `it took more than ${TOTAL_MS / 1000} seconds` : reasonOf(error);
    throw new OmsError('signer/service-failed', `the trust root cannot be fetched from ${options.mirror}: ${why}`);
  }
}

async function update({ mirror, anchor, before }: FetchOptions, signal: AbortSignal): Promise<FetchedTrust> {
  const get = async (name: string, maxBytes: number) => {
    const limits = { maxBytes, timeout: REQUEST_MS, attempts: ATTEMPTS, signal };
    return (await sendRequest(`${mirror}/${name}`, limits)).body;
  };
  const chain = new UpdateChain(anchor);
  for (const root of before?.roots.slice(1) ?? []) chain.addRoot(root);
  await addNewRoots(chain, get);
  checkCurrent('root', chain.root);
  const timestamp = await get('timestamp.json', MAX_TIMESTAMP_BYTES);
  chain.setTimestamp(timestamp);
  checkCurrent('timestamp', chain.timestamp);
  const consistent = chain.root.consistentSnapshot;
  const { snapshotMeta } = chain.timestamp;
  const prefixOf = (version: number | string) => (consistent ? `${version}.` : '');
  const snapshot = await get(
    `${prefixOf(snapshotMeta.version)}snapshot.json`,
    Math.min(snapshotMeta.length ?? MAX_SNAPSHOT_BYTES, MAX_SNAPSHOT_BYTES),
  );
  chain.setSnapshot(snapshot);
  checkCurrent('snapshot', chain.snapshot);
  const { targetsMeta } = chain;
  const targets = await get(
    `${prefixOf(targetsMeta.version)}targets.json`,
    Math.min(targetsMeta.length ?? MAX_TARGETS_BYTES, MAX_TARGETS_BYTES),
  );
  chain.setTargets(targets);
  checkCurrent('targets', chain.targets);
  if (before) chain.checkNotOlder(before);
  const { target } = chain;
  const [hash] = Object.values(target.hashes);
  const trustedRoot = await get(
    `targets/${prefixOf(hash ?? '')}${TARGET}`,
    Math.min(target.length, MAX_TRUST_ROOT_BYTES),
  );
  await chain.checkTarget(trustedRoot);
  return { chain, files: { roots: chain.roots, timestamp, snapshot, targets, trustedRoot } };
}

/** Adds every root that follows. The first that is missing ends them. */
async function addNewRoots(
  chain: UpdateChain,
  get: (name: string, maxBytes: number) => Promise<Uint8Array>,
): Promise<void> {
  for (let count = 0; count < MAX_ROOTS; count++) {
    try {
      chain.addRoot(await get(`${chain.root.version + 1}.root.json`, MAX_ROOT_BYTES));
    } catch (error) {
      if (error instanceof HttpError && [403, 404].includes(error.response?.status ?? 0)) return;
      throw error;
    }
  }
}

function checkCurrent(role: string, metadata: Root | Timestamp | Snapshot | Targets): void {
  if (metadata.isExpired()) throw new Error(`its ${role} expired on ${metadata.expires}`);
}
