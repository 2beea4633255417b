import { SourceError } from '../source-error.ts';
import { type Descriptor, type OciManifest, parseIndex, parseManifest } from './manifest.ts';
import { EMPTY, isBundleType } from './media-types.ts';
import type { RegistryClient } from './registry-client.ts';

/** The most things attached to one model that are looked at. */
export const MAX_REFERRERS = 64;

const MAX_PAGES = 64;

/** The most manifests that are fetched at the same time. */
const PARALLEL = 8;

/** What a registry lists as attached, and by which of the two ways. */
export interface ListedReferrers {
  readonly how: 'api' | 'tag';
  /** Whether the index under the tag was looked at. */
  readonly isTagRead: boolean;
  readonly descriptors: readonly Descriptor[];
}

/** A manifest that is attached to a model, by its own content. */
export interface Referrer {
  readonly digest: string;
  readonly manifest: OciManifest;
}

/** The tag under which clients keep the list of referrers where a registry keeps none. */
export function referrersTag(digest: string): string {
  return digest.replace(':', '-').slice(0, 128);
}

/**
 * What is attached to a manifest, by the referrers API or else by the index under the tag. The registry's list is a claim: what an entry
 * is, its own manifest says.
 * @throws {SourceError} `source/too-large` for more than 64, `source/response-invalid`
 */
export async function listReferrers(
  client: RegistryClient,
  digest: string,
  signal?: AbortSignal,
): Promise<ListedReferrers> {
  const found = new Map<string, Descriptor>();
  let page = await client.referrers(digest, signal);
  const how = page === null ? 'tag' : 'api';
  for (let pages = 1; page !== null; pages++) {
    add(found, parseIndex(page.bytes, `list of what is attached to ${digest}`), digest);
    if (page.next === null) break;
    if (pages === MAX_PAGES)
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
  const isTagRead = found.size === 0;
  if (isTagRead) add(found, await taggedReferrers(client, digest, signal), digest);
  return { how, isTagRead, descriptors: [...found.values()] };
}

/** What the index under the tag lists as attached. */
export async function taggedReferrers(
  client: RegistryClient,
  digest: string,
  signal?: AbortSignal,
): Promise<Descriptor[]> {
  const index = await client.manifest(referrersTag(digest), signal);
  const found = new Map<string, Descriptor>();
  if (index !== null) add(found, parseIndex(index.bytes, `index ${referrersTag(digest)}`), digest);
  return [...found.values()];
}

function add(found: Map<string, Descriptor>, descriptors: readonly Descriptor[], subject: string): void {
  for (const descriptor of descriptors) found.set(descriptor.digest, descriptor);
  if (found.size <= MAX_REFERRERS) return;
  throw new SourceError(
    'source/too-large',
    `more than ${MAX_REFERRERS} things are attached to ${subject}, and no more are looked at: name a signature by its digest`,
  );
}

/**
 * The manifests that are attached to a model and may hold a signature, each judged by its own content. Those that are attached to
 * something else, that are gone, or that are of another kind are left out.
 * @throws {SourceError}
 */
export async function fetchReferrers(
  client: RegistryClient,
  subject: string,
  descriptors: readonly Descriptor[],
  signal?: AbortSignal,
): Promise<Referrer[]> {
  const found: (Referrer | null)[] = [];
  for (let from = 0; from < descriptors.length; from += PARALLEL) {
    const some = descriptors.slice(from, from + PARALLEL);
    found.push(...(await Promise.all(some.map(({ digest }) => fetchReferrer(client, subject, digest, signal)))));
  }
  return found.filter((each) => each !== null);
}

/** One attached manifest; null if it is none of this subject that holds a bundle. */
export async function fetchReferrer(
  client: RegistryClient,
  subject: string | null,
  digest: string,
  signal?: AbortSignal,
): Promise<Referrer | null> {
  const fetched = await client.manifest(digest, signal);
  if (fetched === null) return null;
  const manifest = manifestOrNull(fetched.bytes, fetched.digest, fetched.contentType);
  if (manifest === null || (subject !== null && manifest.subject?.digest !== subject)) return null;
  return bundleLayer(manifest) === null ? null : { digest: fetched.digest, manifest };
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
