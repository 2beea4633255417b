import { MAX_BUNDLE_BYTES } from '@model-signing/core';
import { SourceError } from '../source-error.ts';
import type { Descriptor } from './manifest.ts';
import {
  attestationsWanted,
  claimedType,
  listReferrers,
  type Referrer,
  readReferrers,
  taggedReferrers,
  type Unusable,
} from './referrers.ts';
import type { RegistryClient } from './registry-client.ts';
import { isModelSignature, MAX_SEARCHED } from './signatures.ts';

/**
 * Something attached to a model: a bundle that may be an attestation, one that is attached twice, or what is no bundle. `name` is the
 * digest of the manifest that is attached. `problem` is untrusted: escape it before printing.
 */
export type AttachedAttestation =
  | { readonly kind: 'bundle'; readonly name: string; readonly bundle: Uint8Array }
  | { readonly kind: 'duplicate'; readonly name: string; readonly of: string }
  | { readonly kind: 'unknown'; readonly name: string; readonly problem: string };

/** Bundles of at most this many bytes are fetched several at a time. */
const SMALL = 1024 * 1024;

/**
 * What is attached to a manifest and is no signature of a model, by its own content, one at a time.
 * @throws {SourceError} `source/too-large`, `source/response-invalid`, and what the registry fails with
 */
export async function* attachedAttestations(
  client: RegistryClient,
  subject: string,
  signal?: AbortSignal,
): AsyncGenerator<AttachedAttestation, void, void> {
  const descriptors = await listAll(client, subject, signal);
  const seen = new Map<string, string>();
  let bytes = 0;
  for await (const some of readReferrers(client, subject, descriptors, signal)) {
    const wanted = await withoutSignatures(some);
    const early = await Promise.all(wanted.map((one) => (isSmall(one) ? readBundle(client, one, signal) : null)));
    for (const [index, one] of wanted.entries()) {
      const name = one.digest;
      if ('problem' in one) {
        yield { kind: 'unknown', name, problem: one.problem };
        continue;
      }
      const of = seen.get(one.layer.digest);
      if (of !== undefined) {
        yield { kind: 'duplicate', name, of };
        continue;
      }
      seen.set(one.layer.digest, name);
      bytes += one.layer.size;
      if (bytes > MAX_SEARCHED) throw tooMuch(subject);
      const read = early[index] ?? (await readBundle(client, one, signal));
      if ('problem' in read) yield { kind: 'unknown', name, problem: read.problem };
      else if (!(await isSignature(one, read.bundle))) yield { kind: 'bundle', name, bundle: read.bundle };
    }
  }
}

/** Both lists: a registry that has the API now may have had none when something was attached. */
async function listAll(
  client: RegistryClient,
  subject: string,
  signal: AbortSignal | undefined,
): Promise<readonly Descriptor[]> {
  const { isTagRead, descriptors } = await listReferrers(client, subject, attestationsWanted, signal);
  if (isTagRead) return descriptors;
  const tagged = await taggedReferrers(client, subject, attestationsWanted, signal);
  const all = new Map([...descriptors, ...tagged].map((each) => [each.digest, each]));
  if (all.size <= attestationsWanted.most) return [...all.values()];
  throw new SourceError(
    'source/too-large',
    `more than ${attestationsWanted.most} ${attestationsWanted.called} are attached to ${subject}`,
  );
}

/** Without those that say of themselves that they are signatures, where the list did not say so. */
async function withoutSignatures(some: readonly (Referrer | Unusable)[]): Promise<readonly (Referrer | Unusable)[]> {
  const isWanted = some.map((one) => 'problem' in one || attestationsWanted.isWanted(claimedType(one.manifest)));
  const wanted = await Promise.all(isWanted);
  return some.filter((_, index) => wanted[index]);
}

function isSmall(one: Referrer | Unusable): one is Referrer {
  return !('problem' in one) && one.layer.size <= SMALL;
}

/** The bundle, or what is wrong with this one, so that the others are still read. */
async function readBundle(
  client: RegistryClient,
  { layer }: Referrer,
  signal: AbortSignal | undefined,
): Promise<{ readonly bundle: Uint8Array } | { readonly problem: string }> {
  try {
    return { bundle: await client.blob(layer, MAX_BUNDLE_BYTES, signal) };
  } catch (error) {
    if (!(error instanceof SourceError) || !ofOneBundle.has(error.code)) throw error;
    return { problem: error.message };
  }
}

const ofOneBundle: ReadonlySet<string> = new Set(['source/not-found', 'source/response-invalid', 'source/too-large']);

/** What does not say what it is has to be read; what claims another type and is a signature is refused by who opens it. */
async function isSignature({ manifest }: Referrer, bundle: Uint8Array): Promise<boolean> {
  return claimedType(manifest) === null && isModelSignature(bundle);
}

function tooMuch(subject: string): SourceError {
  return new SourceError(
    'source/too-large',
    `the bundles that are attached to ${subject} have more than ${MAX_SEARCHED} bytes together`,
  );
}
