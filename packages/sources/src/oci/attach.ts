import { inspectBundle, inspectFile, isSignatureType, OmsError } from '@model-signing/core';
import { SourceError } from '../source-error.ts';
import { digestOf } from './digest.ts';
import { type Descriptor, MAX_MANIFEST_BYTES, parseDocument, parseIndex } from './manifest.ts';
import { BUNDLE, EMPTY, IMAGE_INDEX, IMAGE_MANIFEST } from './media-types.ts';
import {
  attestationsWanted,
  claimedType,
  fetchReferrers,
  listReferrers,
  PREDICATE_TYPE,
  referrersTag,
  signaturesWanted,
  type Wanted,
} from './referrers.ts';
import type { FetchedManifest, RegistryClient } from './registry-client.ts';

/** Where a signature is now. */
export interface Attached {
  /** Of the manifest that holds it. */
  readonly digest: string;
  /** Whether the registry lists it by its API, or an index under a tag does. */
  readonly how: 'api' | 'tag';
  /** Whether the same bundle was attached before, so that nothing was written. */
  readonly wasThere: boolean;
}

/** How often the index under a tag is read, and written again after another client changed it: as many clients may write at once. */
const ATTEMPTS = 16;

/** What a registry is told about the model that something is attached to. */
export type Subject = Pick<Descriptor, 'mediaType' | 'digest' | 'size'>;

/**
 * Attaches the signature of a model to a manifest in the form of cosign, and makes sure that it is listed.
 * @throws {OmsError} if it is no signature of a model
 * @throws {SourceError} what the registry fails with
 */
export async function attachSignature(
  client: RegistryClient,
  subject: Subject,
  bundle: Uint8Array,
  signal?: AbortSignal,
): Promise<Attached> {
  await inspectBundle(bundle);
  return attachBundle(client, subject, { bundle, predicateType: predicateTypeOf(bundle) }, signaturesWanted, signal);
}

/**
 * Attaches an attestation to a manifest in the form of cosign, and makes sure that it is listed.
 * @throws {OmsError} if it is no attestation
 * @throws {SourceError} what the registry fails with
 */
export async function attachAttestation(
  client: RegistryClient,
  subject: Subject,
  bundle: Uint8Array,
  signal?: AbortSignal,
): Promise<Attached> {
  const predicateType = await attestedType(bundle);
  return attachBundle(client, subject, { bundle, predicateType }, attestationsWanted, signal);
}

/** The predicate type of an attestation, which is not that of a signature. */
async function attestedType(bundle: Uint8Array): Promise<string> {
  const [entry, ...others] = await inspectFile(bundle);
  const type = entry?.kind === 'other' && others.length === 0 ? (entry.claims.statement?.predicateType ?? null) : null;
  if (type !== null && !(await isSignatureType(type))) return type;
  const what =
    entry?.kind === 'model' ? 'it is the signature of a model' : 'it is no bundle with one in-toto statement';
  throw new OmsError('statement/predicate-type', `the bundle is no attestation: ${what}`, { requirement: null });
}

interface Attachment {
  readonly bundle: Uint8Array;
  readonly predicateType: string;
}

async function attachBundle(
  client: RegistryClient,
  subject: Subject,
  { bundle, predicateType }: Attachment,
  wanted: Wanted,
  signal?: AbortSignal,
): Promise<Attached> {
  const layer = { mediaType: BUNDLE, digest: await digestOf(bundle), size: bundle.length };
  const listed = await listReferrers(client, subject.digest, wanted, signal);
  const alike = listed.descriptors.filter((each) => (claimedType(each) ?? predicateType) === predicateType);
  for await (const referrer of fetchReferrers(client, subject.digest, alike, signal)) {
    if (referrer.layer.digest === layer.digest) return { digest: referrer.digest, how: listed.how, wasThere: true };
  }
  if (listed.descriptors.length >= wanted.most) throw tooMany(subject, wanted);

  const empty = new TextEncoder().encode('{}');
  await client.pushBlob(empty, signal);
  await client.pushBlob(bundle, signal);
  const manifest = {
    schemaVersion: 2,
    mediaType: IMAGE_MANIFEST,
    artifactType: BUNDLE,
    config: { mediaType: EMPTY, digest: await digestOf(empty), size: empty.length },
    layers: [layer],
    subject: { mediaType: subject.mediaType, digest: subject.digest, size: subject.size },
    annotations: {
      'org.opencontainers.image.created': new Date().toISOString().replace(/\.\d+/, ''),
      'dev.sigstore.bundle.content': 'dsse-envelope',
      [PREDICATE_TYPE]: predicateType,
    },
  };
  const bytes = new TextEncoder().encode(JSON.stringify(manifest));
  const digest = await digestOf(bytes);
  await client.pushManifest(bytes, IMAGE_MANIFEST, digest, { signal });
  const { annotations, artifactType, mediaType } = manifest;
  const entry = { mediaType, digest, size: bytes.length, artifactType, annotations };
  // What the registry says when it takes the manifest is not relied on: some say that they list it and do not, or the other way round.
  const isListed = listed.how === 'api' && (await lists(client, subject, digest, wanted, signal));
  if (!isListed) await addToIndex(client, subject, entry, wanted, signal);
  return { digest, how: isListed ? 'api' : 'tag', wasThere: false };
}

/** Of a bundle that was read already. */
function predicateTypeOf(bundle: Uint8Array): string {
  const { dsseEnvelope } = JSON.parse(new TextDecoder().decode(bundle)) as { dsseEnvelope: { payload: string } };
  const payload = Uint8Array.from(atob(dsseEnvelope.payload), (character) => character.charCodeAt(0));
  return (JSON.parse(new TextDecoder().decode(payload)) as { predicateType: string }).predicateType;
}

async function lists(
  client: RegistryClient,
  { digest }: Subject,
  attached: string,
  wanted: Wanted,
  signal?: AbortSignal,
): Promise<boolean> {
  const { how, descriptors } = await listReferrers(client, digest, wanted, signal);
  return how === 'api' && descriptors.some((each) => each.digest === attached);
}

/** Adds an entry to the index under the tag, keeps the others as they are, and reads it again, since two clients may write at once. */
async function addToIndex(
  client: RegistryClient,
  subject: Subject,
  entry: Subject & object,
  wanted: Wanted,
  signal?: AbortSignal,
): Promise<void> {
  const tag = referrersTag(subject.digest);
  let isSeen = false;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (attempt > 1) await client.pause(signal);
    const current = await client.manifest(tag, signal);
    const { document, manifests, isThere } = readIndex(current, tag, entry.digest);
    // Registries take what another client read earlier and writes later, so it is looked for twice.
    if (isThere && isSeen) return;
    isSeen = isThere;
    if (isThere) continue;
    const bytes = new TextEncoder().encode(JSON.stringify({ ...document, manifests: [...manifests, entry] }));
    if (bytes.length > MAX_MANIFEST_BYTES) throw tooMany(subject, wanted);
    await client.pushManifest(bytes, IMAGE_INDEX, tag, { ifMatch: current?.etag ?? null, signal });
  }
  const { isThere } = readIndex(await client.manifest(tag, signal), tag, entry.digest);
  if (isThere) return;
  throw new SourceError(
    'source/response-invalid',
    `${client.host} did not keep the index ${tag}, so ${entry.digest} is stored but not listed`,
  );
}

interface ReadIndex {
  readonly document: object;
  readonly manifests: readonly unknown[];
  readonly isThere: boolean;
}

function readIndex(fetched: FetchedManifest | null, tag: string, digest: string): ReadIndex {
  if (fetched === null) {
    return { document: { schemaVersion: 2, mediaType: IMAGE_INDEX }, manifests: [], isThere: false };
  }
  // What is no index is refused here, and never overwritten.
  const isThere = parseIndex(fetched.bytes, `index ${tag}`).some((each) => each.digest === digest);
  const document = parseDocument(fetched.bytes, `index ${tag}`) as { readonly manifests: readonly unknown[] };
  return { document, manifests: document.manifests, isThere };
}

function tooMany({ digest }: Subject, { most, called }: Wanted): SourceError {
  const message = `as many ${called} are attached to ${digest} as verifiers look at, or a list may hold: ${most}, or ${MAX_MANIFEST_BYTES} bytes`;
  return new SourceError('source/too-large', message);
}
