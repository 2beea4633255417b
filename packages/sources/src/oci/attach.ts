import { inspectBundle } from '@model-signing/core';
import { SourceError } from '../source-error.ts';
import { digestOf } from './digest.ts';
import { type Descriptor, MAX_MANIFEST_BYTES, parseDocument, parseIndex } from './manifest.ts';
import { BUNDLE, EMPTY, IMAGE_INDEX, IMAGE_MANIFEST } from './media-types.ts';
import { bundleLayer, fetchReferrers, listReferrers, MAX_REFERRERS, referrersTag } from './referrers.ts';
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
 * Attaches a bundle to a manifest in the form of cosign, and makes sure that it is listed.
 * @throws {OmsError} if it is no signature of a model
 * @throws {SourceError} what the registry fails with
 */
export async function attachBundle(
  client: RegistryClient,
  subject: Subject,
  bundle: Uint8Array,
  signal?: AbortSignal,
): Promise<Attached> {
  await inspectBundle(bundle);
  const layer = { mediaType: BUNDLE, digest: await digestOf(bundle), size: bundle.length };
  const listed = await listReferrers(client, subject.digest, signal);
  const referrers = await fetchReferrers(client, subject.digest, listed.descriptors, signal);
  const same = referrers.find(({ manifest }) => bundleLayer(manifest)?.digest === layer.digest);
  if (same) return { digest: same.digest, how: listed.how, wasThere: true };
  if (listed.descriptors.length >= MAX_REFERRERS) throw tooMany(subject);

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
      'dev.sigstore.bundle.predicateType': predicateTypeOf(bundle),
    },
  };
  const bytes = new TextEncoder().encode(JSON.stringify(manifest));
  const digest = await digestOf(bytes);
  await client.pushManifest(bytes, IMAGE_MANIFEST, digest, { signal });
  const { annotations, artifactType, mediaType } = manifest;
  const entry = { mediaType, digest, size: bytes.length, artifactType, annotations };
  // What the registry says when it takes the manifest is not relied on: some say that they list it and do not, or the other way round.
  const isListed = listed.how === 'api' && (await lists(client, subject, digest, signal));
  if (!isListed) await addToIndex(client, subject, entry, signal);
  return { digest, how: isListed ? 'api' : 'tag', wasThere: false };
}

/** Of a bundle that was read already. */
function predicateTypeOf(bundle: Uint8Array): string {
  const { dsseEnvelope } = JSON.parse(new TextDecoder().decode(bundle)) as { dsseEnvelope: { payload: string } };
  const payload = Uint8Array.from(atob(dsseEnvelope.payload), (character) => character.charCodeAt(0));
  return (JSON.parse(new TextDecoder().decode(payload)) as { predicateType: string }).predicateType;
}

async function lists(client: RegistryClient, { digest }: Subject, wanted: string, signal?: AbortSignal) {
  const { how, descriptors } = await listReferrers(client, digest, signal);
  return how === 'api' && descriptors.some((each) => each.digest === wanted);
}

/** Adds an entry to the index under the tag, keeps the others as they are, and reads it again, since two clients may write at once. */
async function addToIndex(
  client: RegistryClient,
  subject: Subject,
  entry: Subject & object,
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
    if (bytes.length > MAX_MANIFEST_BYTES) throw tooMany(subject);
    await client.pushManifest(bytes, IMAGE_INDEX, tag, { ifMatch: current?.etag ?? null, signal });
  }
  const { isThere } = readIndex(await client.manifest(tag, signal), tag, entry.digest);
  if (isThere) return;
  throw new SourceError(
    'source/response-invalid',
    `${client.host} did not keep the index ${tag}, so the signature ${entry.digest} is stored but not listed`,
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

function tooMany({ digest }: Subject): SourceError {
  return new SourceError(
    'source/too-large',
    `${MAX_REFERRERS} things are attached to ${digest}, and verifiers look at no more`,
  );
}
