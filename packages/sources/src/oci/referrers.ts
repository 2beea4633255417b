import { isSignatureType, quote } from '@model-signing/core';
import { SourceError } from '../source-error.ts';
import { type Descriptor, type OciManifest, parseIndex, parseManifest } from './manifest.ts';
import { EMPTY, isBundleType } from './media-types.ts';
import type { RegistryClient } from './registry-client.ts';

/** Which of the things that are attached to a model are wanted, and how many of them are looked at. */
export interface Wanted {
  /** The most of them. */
  readonly most: number;
  /** What messages call them: `64 things that may be signatures`. */
  readonly called: string;
  /** By the predicate type that an annotation claims, which is null if there is none. */
  isWanted(claimedType: string | null): Promise<boolean>;
}

/** What may be a signature of the model: whatever does not claim to be an attestation. */
export const signaturesWanted: Wanted = {
  most: 64,
  called: 'things that may be signatures',
  isWanted: async (claimed) => claimed === null || isSignatureType(claimed),
};

/** What may be an attestation: whatever does not claim to be a signature. */
export const attestationsWanted: Wanted = {
  most: 10_000,
  called: 'things that may be attestations',
  isWanted: async (claimed) => claimed === null || !(await isSignatureType(claimed)),
};

/** The annotation by which clients say what a bundle claims, so that others need not read it. */
export const PREDICATE_TYPE = 'dev.sigstore.bundle.predicateType';

/** The predicate type that something attached claims to have; null if it does not say. It is as true as the client that attached it. */
export function claimedType({ annotations }: Pick<Descriptor, 'annotations'>): string | null {
  return annotations[PREDICATE_TYPE] ?? null;
}

const MAX_PAGES = 256;

/** Ten times what 10,000 entries take, as clients write them. */
const MAX_LIST_BYTES = 64 * 1024 * 1024;

/** The most manifests that are fetched at the same time. */
const PARALLEL = 8;

/** What a registry lists as attached, and by which of the two ways. */
export interface ListedReferrers {
  readonly how: 'api' | 'tag';
  /** Whether the index under the tag was looked at. */
  readonly isTagRead: boolean;
  readonly descriptors: readonly Descriptor[];
}

/** A manifest that is attached to a model and has one bundle, by its own content. */
export interface Referrer {
  readonly digest: string;
  readonly manifest: OciManifest;
  readonly layer: Descriptor;
}

/** Something that a registry lists as attached, and why it has no bundle about this model. */
export interface Unusable {
  readonly digest: string;
  readonly problem: string;
}

/** The tag under which clients keep the list of referrers where a registry keeps none. */
export function referrersTag(digest: string): string {
  return digest.replace(':', '-').slice(0, 128);
}

/**
 * What is attached to a manifest, by the referrers API or else by the index under the tag. The registry's list is a claim: what an entry
 * is, its own manifest says.
 * @throws {SourceError} `source/too-large` for more than are looked at, `source/response-invalid`
 */
export async function listReferrers(
  client: RegistryClient,
  digest: string,
  wanted: Wanted,
  signal?: AbortSignal,
): Promise<ListedReferrers> {
  const found = new Found(digest, wanted);
  let page = await client.referrers(digest, signal);
  const how = page === null ? 'tag' : 'api';
  let bytes = 0;
  for (let pages = 1; page !== null; pages++) {
    bytes += page.bytes.length;
    await found.add(parseIndex(page.bytes, `list of what is attached to ${digest}`));
    if (page.next === null) break;
    if (pages === MAX_PAGES || bytes > MAX_LIST_BYTES)
      throw new SourceError('source/too-large', `${client.host} sent ${pages} pages, and no end`);
    page = await client.referrers(page.next, signal);
    // The rest of the list would be lost in silence, and with it a signature or the fact that there are two.
    if (page === null)
      throw new SourceError(
        'source/response-invalid',
        `${client.host} has no page ${pages + 1} of a list that goes on there`,
      );
  }
  // A client that attached something before the registry had the API, or while the API did not show it, used the tag.
  const isTagRead = found.isEmpty;
  if (isTagRead) await found.add(await indexUnderTag(client, digest, signal));
  return { how, isTagRead, descriptors: found.descriptors };
}

/** What the index under the tag lists as attached. */
export async function taggedReferrers(
  client: RegistryClient,
  digest: string,
  wanted: Wanted,
  signal?: AbortSignal,
): Promise<readonly Descriptor[]> {
  const found = new Found(digest, wanted);
  await found.add(await indexUnderTag(client, digest, signal));
  return found.descriptors;
}

async function indexUnderTag(client: RegistryClient, digest: string, signal?: AbortSignal): Promise<Descriptor[]> {
  const index = await client.manifest(referrersTag(digest), signal);
  return index === null ? [] : parseIndex(index.bytes, `index ${referrersTag(digest)}`);
}

/** What is attached and wanted, each once. */
class Found {
  readonly #subject: string;
  readonly #wanted: Wanted;
  readonly #byDigest = new Map<string, Descriptor>();

  constructor(subject: string, wanted: Wanted) {
    this.#subject = subject;
    this.#wanted = wanted;
  }

  get isEmpty(): boolean {
    return this.#byDigest.size === 0;
  }

  get descriptors(): readonly Descriptor[] {
    return [...this.#byDigest.values()];
  }

  async add(descriptors: readonly Descriptor[]): Promise<void> {
    for (const { mediaType, digest, size, annotations } of descriptors) {
      const claimed = claimedType({ annotations });
      // Other annotations are not kept: a list of 10,000 entries may have many.
      const kept = claimed === null ? {} : { [PREDICATE_TYPE]: claimed };
      if (await this.#wanted.isWanted(claimed))
        this.#byDigest.set(digest, { mediaType, digest, size, annotations: kept });
    }
    const { most, called } = this.#wanted;
    if (this.#byDigest.size <= most) return;
    const message = `more than ${most} ${called} are attached to ${this.#subject}, and no more are looked at`;
    throw new SourceError('source/too-large', `${message}: name a signature by its digest`);
  }
}

/**
 * The manifests that are attached to a model and have a bundle, each judged by its own content. Those that are attached to something else,
 * that are gone, or that are of another kind are left out.
 * @throws {SourceError}
 */
export async function* fetchReferrers(
  client: RegistryClient,
  subject: string,
  descriptors: readonly Descriptor[],
  signal?: AbortSignal,
): AsyncGenerator<Referrer, void, void> {
  for await (const some of readReferrers(client, subject, descriptors, signal)) {
    for (const one of some) if (!('problem' in one)) yield one;
  }
}

/**
 * The manifests that are attached to a model, some at a time and in their order, each with a bundle or with why it has none.
 * @throws {SourceError}
 */
export async function* readReferrers(
  client: RegistryClient,
  subject: string,
  descriptors: readonly Descriptor[],
  signal?: AbortSignal,
): AsyncGenerator<readonly (Referrer | Unusable)[], void, void> {
  for (let from = 0; from < descriptors.length; from += PARALLEL) {
    const some = descriptors.slice(from, from + PARALLEL);
    yield await Promise.all(some.map(({ digest }) => readReferrer(client, subject, digest, signal)));
  }
}

/** One attached manifest; null if it is none of this subject that holds a bundle. */
export async function fetchReferrer(
  client: RegistryClient,
  subject: string,
  digest: string,
  signal?: AbortSignal,
): Promise<Referrer | null> {
  const read = await readReferrer(client, subject, digest, signal);
  return 'problem' in read ? null : read;
}

async function readReferrer(
  client: RegistryClient,
  subject: string,
  wanted: string,
  signal?: AbortSignal,
): Promise<Referrer | Unusable> {
  const fetched = await client.manifest(wanted, signal);
  if (fetched === null) return { digest: wanted, problem: 'it is listed, and the registry does not have it' };
  const { digest } = fetched;
  const manifest = manifestOrNull(fetched.bytes, digest, fetched.contentType);
  if (manifest === null) return { digest, problem: 'it is no manifest of layers' };
  if (manifest.subject?.digest !== subject) return { digest, problem: 'it is attached to something else' };
  const layer = bundleLayer(manifest);
  const problem = `it has no bundle, or several: its type is ${quote(manifest.artifactType ?? manifest.config.mediaType)}`;
  return layer === null ? { digest, problem } : { digest, manifest, layer };
}

function manifestOrNull(bytes: Uint8Array, digest: string, contentType: string | null): OciManifest | null {
  try {
    return parseManifest(bytes, `manifest ${digest}`, contentType);
  } catch (error) {
    if (error instanceof SourceError && error.code === 'source/manifest-invalid') return null;
    throw error;
  }
}

/** Types that say of a manifest that its only layer is a bundle: cosign's, and that of the Python implementation. */
const signatureTypes = new Set(['application/vnd.model-signing.signature.v0.1']);

/** The one layer that holds a bundle; null if there is none, or more than one. */
export function bundleLayer({ artifactType, config, layers }: OciManifest): Descriptor | null {
  const typed = layers.filter(({ mediaType }) => isBundleType(mediaType));
  const [only, ...others] = typed;
  if (only !== undefined) return others.length === 0 ? only : null;
  const type = artifactType ?? (config.mediaType === EMPTY ? '' : config.mediaType);
  const [layer, ...further] = layers;
  return layer && further.length === 0 && (isBundleType(type) || signatureTypes.has(type)) ? layer : null;
}
