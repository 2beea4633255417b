import { quote } from '@model-signing/core';
import { type Document, discard } from '../http/client.ts';
import { isLoopback } from '../http/origin.ts';
import { readRange } from '../http/read-range.ts';
import type { TransportResponse } from '../http/transport.ts';
import type { OciReference } from '../reference.ts';
import { SourceError } from '../source-error.ts';
import { digestOf } from './digest.ts';
import { type Descriptor, isDigest, MAX_MANIFEST_BYTES, parseDocument } from './manifest.ts';
import { DOCKER_LIST, DOCKER_MANIFEST, IMAGE_INDEX, IMAGE_MANIFEST } from './media-types.ts';
import type { RegistryHttp } from './registry-http.ts';

const ACCEPTED = [IMAGE_MANIFEST, DOCKER_MANIFEST, IMAGE_INDEX, DOCKER_LIST].join(', ');

/** A manifest or index as a registry sent it, with the digest of its bytes. */
export interface FetchedManifest {
  readonly bytes: Uint8Array;
  readonly digest: string;
  readonly contentType: string | null;
  readonly etag: string | null;
}

/** Where the API of a repository is. Only registries of this machine are spoken to without TLS. */
export function repositoryUrl({ registry, name }: Pick<OciReference, 'registry' | 'name'>): URL {
  const isDockerHub = registry === 'docker.io' || registry === 'index.docker.io';
  const host = isDockerHub ? 'registry-1.docker.io' : registry;
  const path = isDockerHub && !name.includes('/') ? `library/${name}` : name;
  const url = new URL(`https://${host}/v2/${path}/`);
  if (isLoopback(url)) url.protocol = 'http:';
  return url;
}

/** One repository in a registry, by the OCI distribution specification. Every document's digest is computed from what came. */
export class RegistryClient {
  readonly #http: RegistryHttp;
  readonly #base: URL;

  /** @param base where the API of the repository is, with a slash at the end */
  constructor(http: RegistryHttp, base: URL) {
    this.#http = http;
    this.#base = base;
  }

  get host(): string {
    return this.#base.host;
  }

  /**
   * A manifest or index by its digest or tag; null if there is none.
   * @throws {SourceError} `source/response-invalid` if it is another one than was asked for
   */
  async manifest(reference: string, signal?: AbortSignal): Promise<FetchedManifest | null> {
    const url = this.#url(`manifests/${reference}`);
    const bounds = { maxBytes: MAX_MANIFEST_BYTES, signal };
    const headers = { accept: ACCEPTED };
    const { bytes, header } = await this.#http.document(url, { headers, accept: [404], ...bounds });
    if (bytes === null) return null;
    const stated = isDigest(reference) ? reference : (header('docker-content-digest') ?? '');
    const found = await digestOf(bytes, stated);
    if (isDigest(stated) && stated !== found) {
      throw this.#invalid(`sent another manifest than ${quote(stated)}: its digest is ${found}`);
    }
    const digest = await digestOf(bytes);
    return { bytes, digest, contentType: header('content-type'), etag: header('etag') };
  }

  /** Reads the bytes `[start, end)` of a blob, which are compared with nothing here. */
  readBlob({ digest, size }: Descriptor, start: number, end: number, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
    return readRange(this.#http, this.#url(`blobs/${digest}`), { start, end, size, signal });
  }

  /**
   * A whole blob, checked against its digest.
   * @throws {SourceError} `source/too-large`, `source/response-invalid`
   */
  async blob(descriptor: Descriptor, maxBytes: number, signal?: AbortSignal): Promise<Uint8Array> {
    const { digest, size } = descriptor;
    if (size > maxBytes) {
      throw new SourceError('source/too-large', `${digest} has ${size} bytes, and at most ${maxBytes} are read`);
    }
    const bytes = new Uint8Array(size);
    let at = 0;
    for await (const chunk of this.readBlob(descriptor, 0, size, signal)) {
      bytes.set(chunk, at);
      at += chunk.length;
    }
    const found = await digestOf(bytes, digest);
    if (found !== digest) throw this.#invalid(`sent another blob than ${digest}: its digest is ${found}`);
    return bytes;
  }

  /** A page of the referrers API; null if the registry has none. */
  async referrers(url: URL | string, signal?: AbortSignal): Promise<{ bytes: Uint8Array; next: URL | null } | null> {
    const page = typeof url === 'string' ? this.#url(`referrers/${url}`) : url;
    const headers = { accept: IMAGE_INDEX };
    const response = await this.#http.document(page, {
      headers,
      accept: [400, 404, 405, 406],
      maxBytes: MAX_MANIFEST_BYTES,
      reads: (found) => found.status < 400 && [IMAGE_INDEX, 'application/json'].includes(mediaTypeOf(found)),
      signal,
    });
    const { bytes } = response;
    if (bytes === null) return null;
    const next = this.#nextPage(response);
    // Some registries do not give a list its type, and others send a page of their own where they have none.
    return mediaTypeOf(response) === IMAGE_INDEX || isList(bytes) ? { bytes, next } : null;
  }

  /** Stores a blob unless it is there. */
  async pushBlob(bytes: Uint8Array, signal?: AbortSignal): Promise<string> {
    const digest = await digestOf(bytes);
    // A store that a registry redirects to may refuse to say whether it has something, and then the upload shows what is allowed.
    const accept = [400, 403, 404, 405];
    const found = await this.#http.request(this.#url(`blobs/${digest}`), { method: 'HEAD', accept, signal });
    discard(found);
    if (!accept.includes(found.status)) return digest;
    const started = await this.#http.request(this.#url('blobs/uploads/'), { method: 'POST', signal });
    discard(started);
    const place = this.#uploadPlace(started);
    place.searchParams.set('digest', digest);
    const headers = { 'content-type': 'application/octet-stream' };
    discard(await this.#http.request(place, { method: 'PUT', headers, body: bytes, signal }));
    return digest;
  }

  /**
   * Stores a manifest under a tag, or under its digest.
   * @param ifMatch the tag's entity tag, for a change of what was read before
   * @returns whether it was stored, and not refused because of `ifMatch`
   */
  async pushManifest(
    bytes: Uint8Array,
    mediaType: string,
    reference: string,
    { ifMatch = null, signal }: { readonly ifMatch?: string | null; readonly signal?: AbortSignal | undefined } = {},
  ): Promise<boolean> {
    const headers = { 'content-type': mediaType, ...(ifMatch !== null && { 'if-match': ifMatch }) };
    const url = this.#url(`manifests/${reference}`);
    const response = await this.#http.request(url, { method: 'PUT', headers, body: bytes, accept: [412], signal });
    discard(response);
    return response.status !== 412;
  }

  /** The next page, which only the registry itself can have. */
  #nextPage({ header, url }: Document): URL | null {
    const link = header('link');
    if (link === null) return null;
    const [, address = null] = /^\s*<([^<>]{1,4096})>\s*;\s*rel="?next"?/i.exec(link.slice(0, 8192)) ?? [];
    const next = address === null ? null : URL.parse(address, url.href);
    if (next === null) throw this.#invalid('sent a list whose next page has no address');
    if (next.origin === this.#base.origin && next.pathname.startsWith(this.#base.pathname)) return next;
    throw this.#invalid(`sent a list whose next page is elsewhere: ${quote(next.host + next.pathname)}`);
  }

  /** Where to send a blob. It may be on another host, to which no credentials go. */
  #uploadPlace({ header, url }: TransportResponse): URL {
    const place = URL.parse(header('location') ?? '', url.href);
    if (header('location') === null || place === null || place.username !== '' || place.password !== '') {
      throw this.#invalid('says nowhere to upload to');
    }
    const isDowngrade = place.protocol !== 'https:' && this.#base.protocol === 'https:';
    if (isDowngrade || (isLoopback(place) && !isLoopback(this.#base))) {
      throw this.#invalid(`wants an upload to ${place.protocol}//${place.host}, to which nothing is sent`);
    }
    return place;
  }

  #url(path: string): URL {
    return new URL(path, this.#base);
  }

  #invalid(problem: string): SourceError {
    return new SourceError('source/response-invalid', `the registry ${this.host} ${problem}`);
  }
}

/** The media type of a response, without its parameters. */
function mediaTypeOf({ header }: Pick<TransportResponse, 'header'>): string {
  const [type = ''] = (header('content-type') ?? '').toLowerCase().split(';');
  return type.trim();
}

function isList(bytes: Uint8Array): boolean {
  try {
    return Array.isArray((parseDocument(bytes, 'list of referrers') as { manifests?: unknown } | null)?.manifests);
  } catch (error) {
    if (error instanceof SourceError && error.code === 'source/manifest-invalid') return false;
    throw error;
  }
}
