import { inspectFile, isOmsError, MAX_BUNDLE_BYTES } from '@model-signing/core';
import { rankSignatureNames } from '../discovery.ts';
import { SourceError } from '../source-error.ts';
import type { StoredSignature } from '../source-model.ts';
import { type Descriptor, isDigest, parseManifest } from './manifest.ts';
import {
  bundleLayer,
  fetchReferrer,
  fetchReferrers,
  listReferrers,
  type Referrer,
  referrersTag,
  signaturesWanted,
  taggedReferrers,
} from './referrers.ts';
import type { RegistryClient } from './registry-client.ts';

/** The most bytes of all bundles that one search reads. */
export const MAX_SEARCHED = 2 * MAX_BUNDLE_BYTES;

const RANK = { attached: 0, tagged: 1, layer: 2 } as const;

interface Candidate {
  readonly name: string;
  readonly referrer: Referrer;
  readonly rank: number;
}

/** What one search has found and read so far. */
class Search {
  readonly found: StoredSignature[] = [];
  /** The digests of the bundles that were looked at. */
  readonly bundles = new Set<string>();
  bytes = 0;
}

/** The signatures that a registry keeps for one manifest. */
export class AttachedSignatures {
  readonly #client: RegistryClient;
  readonly #subject: string;
  /** The last bundles that a search read, by the names under which they were found. */
  #read = new Map<string, Uint8Array>();

  /** @param subject the digest of the model's manifest */
  constructor(client: RegistryClient, subject: string) {
    this.#client = client;
    this.#subject = subject;
  }

  /** The tag under which the Python implementation keeps a signature where a registry has no referrers API. */
  get #tag(): string {
    return `${referrersTag(this.#subject)}.sig`;
  }

  /**
   * What is attached and is, by its own content, the signature of a model. Nothing of it is verified.
   * @throws {SourceError} `source/too-large`, `source/response-invalid`, and what the registry fails with
   */
  async find(signal?: AbortSignal): Promise<StoredSignature[]> {
    this.#read = new Map();
    const { isTagRead, descriptors } = await listReferrers(this.#client, this.#subject, signaturesWanted, signal);
    const search = new Search();
    await this.#search(search, descriptors, signal);
    if (search.found.length === 0 && !isTagRead) {
      const tagged = await taggedReferrers(this.#client, this.#subject, signaturesWanted, signal);
      await this.#search(search, tagged, signal);
    }
    const tagged = await this.#tagged(signal);
    if (tagged) await this.#judge(search, { name: this.#tag, referrer: tagged, rank: RANK.tagged }, signal);
    return search.found;
  }

  async #search(search: Search, descriptors: readonly Descriptor[], signal?: AbortSignal): Promise<void> {
    for await (const referrer of fetchReferrers(this.#client, this.#subject, descriptors, signal)) {
      await this.#judge(search, { name: referrer.digest, referrer, rank: RANK.attached }, signal);
    }
  }

  /** Adds a candidate to what was found if its bundle is the signature of a model. */
  async #judge(search: Search, { name, referrer, rank }: Candidate, signal?: AbortSignal): Promise<void> {
    const { layer } = referrer;
    // The same bundle, attached twice, is one signature.
    if (layer.size > MAX_BUNDLE_BYTES || search.bundles.has(layer.digest)) return;
    search.bundles.add(layer.digest);
    search.bytes += layer.size;
    if (search.bytes > MAX_SEARCHED) throw tooMuch(this.#subject);
    const bytes = await this.#blob(name, layer, signal);
    if (!(await isModelSignature(bytes))) return;
    if (search.found.length === 0) this.#read.set(name, bytes);
    search.found.push({ name, rank, why: rank === RANK.tagged ? 'its tag names the manifest' : 'it is attached' });
  }

  /**
   * The bundle of a signature that {@link find} named, or of any manifest that is attached to the model.
   * @throws {SourceError} `source/not-found`
   */
  async read(name: string, signal?: AbortSignal): Promise<Uint8Array> {
    const known = this.#read.get(name);
    if (known) return known;
    const referrer = name === this.#tag ? await this.#tagged(signal) : await this.#named(name, signal);
    if (referrer) return this.#blob(name, referrer.layer, signal);
    throw new SourceError(
      'source/not-found',
      `${name} is no signature that is attached to ${this.#subject} in ${this.#client.host}`,
    );
  }

  /** The bundle of what has this name. */
  async #blob(name: string, layer: Descriptor, signal?: AbortSignal): Promise<Uint8Array> {
    try {
      return await this.#client.blob(layer, MAX_BUNDLE_BYTES, signal);
    } catch (cause) {
      if (!(cause instanceof SourceError) || cause.code !== 'source/not-found') throw cause;
      const message = `${this.#client.host} lists ${name} as attached to ${this.#subject}, and has not its content ${layer.digest}`;
      throw new SourceError('source/not-found', message, { cause });
    }
  }

  #named(name: string, signal?: AbortSignal): Promise<Referrer | null> {
    return fetchReferrer(this.#client, this.#subject, name, signal);
  }

  async #tagged(signal?: AbortSignal): Promise<Referrer | null> {
    const fetched = await this.#client.manifest(this.#tag, signal);
    if (fetched === null) return null;
    try {
      const manifest = parseManifest(fetched.bytes, `manifest ${this.#tag}`, fetched.contentType);
      const isOther = manifest.subject !== null && manifest.subject.digest !== this.#subject;
      const layer = bundleLayer(manifest);
      return isOther || layer === null ? null : { digest: fetched.digest, manifest, layer };
    } catch (error) {
      if (error instanceof SourceError && error.code === 'source/manifest-invalid') return null;
      throw error;
    }
  }
}

/** Whether a name is one of something attached, and not that of a layer. */
export function namesAttached(name: string): boolean {
  return isDigest(name) || /^sha256-[0-9a-f]{64}\.sig$/.test(name);
}

/** The layers of a model that have the names of signatures, after all that is attached. */
export function signatureLayers(names: Iterable<string>): StoredSignature[] {
  return rankSignatureNames(names, RANK.layer);
}

/** A bundle of another kind, such as that of a build's provenance, is no candidate, and neither is what is no bundle. */
export async function isModelSignature(bytes: Uint8Array): Promise<boolean> {
  try {
    return (await inspectFile(bytes)).some(({ kind }) => kind === 'model');
  } catch (error) {
    if (!isOmsError(error)) throw error;
    return !error.code.startsWith('bundle/');
  }
}

function tooMuch(subject: string): SourceError {
  return new SourceError(
    'source/too-large',
    `the bundles that are attached to ${subject} have more than ${MAX_SEARCHED} bytes, so one has to be named by its digest`,
  );
}
