import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { RegistryAuth, type RegistryAuthOptions } from './registry-auth.ts';
import { type BlobContent, type Descriptor, digestOf, mediaTypes, Repository } from './registry-content.ts';
import {
  type FaultRequest,
  type PlannedResponse,
  type RegistryFault,
  RegistryFaults,
  send,
} from './registry-faults.ts';

export interface RegistryOptions extends RegistryAuthOptions {
  /** Whether there is a referrers API; without it, clients keep an index under a tag. Default `api`. */
  readonly referrers?: 'api' | 'none' | undefined;
  /** The most referrers on one page. Default 100. */
  readonly pageSize?: number | undefined;
  /** Whether blobs are read from another origin, to which the registry redirects. Default false. */
  readonly blobsElsewhere?: boolean | undefined;
  /** Whether blobs are uploaded to another origin. Default false. */
  readonly uploadsElsewhere?: boolean | undefined;
}

export interface LoggedRequest {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly origin: 'registry' | 'elsewhere';
  readonly authorization: string | null;
  readonly range: string | null;
  readonly status: number;
  /** Of the body of the response. */
  readonly bytes: number;
}

export interface PushOptions {
  /** The annotation with the names. Default `org.cncf.model.filepath`. */
  readonly key?: string;
  /** Of the layers. Default that of raw weights in ModelPack. */
  readonly mediaType?: string;
  readonly config?: string;
}

const ROUTE = /^\/v2\/([a-z0-9._/-]+)\/(manifests|blobs|referrers)\/(uploads\/[^/]*|[^/]+)$/;

/** A registry in memory by the distribution specification, on a free loopback port. It also does what `faults` says. */
export class TestRegistry {
  readonly log: LoggedRequest[] = [];
  readonly faults = new RegistryFaults();
  readonly auth: RegistryAuth;
  readonly #options: RegistryOptions;
  readonly #repositories = new Map<string, Repository>();
  readonly #server: Server;
  readonly #elsewhere: Server;

  constructor(options: RegistryOptions) {
    this.#options = options;
    this.auth = new RegistryAuth(options);
    this.#server = createServer((request, response) => this.#serve('registry', request, response));
    this.#elsewhere = createServer((request, response) => this.#serve('elsewhere', request, response));
  }

  async start(): Promise<void> {
    for (const server of [this.#server, this.#elsewhere]) {
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
    }
  }

  async stop(): Promise<void> {
    for (const server of [this.#server, this.#elsewhere]) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  }

  /** Host and port, as in `oci://host/name`. */
  get host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get url(): string {
    return `http://${this.host}`;
  }

  /** The other origin: the token service, and blobs or uploads if they are kept there. */
  get elsewhere(): string {
    return `http://127.0.0.1:${(this.#elsewhere.address() as AddressInfo).port}`;
  }

  repository(name: string): Repository {
    const found = this.#repositories.get(name) ?? new Repository();
    this.#repositories.set(name, found);
    return found;
  }

  /** Adds a model: each file is one layer, named by an annotation. */
  push(name: string, tag: string | null, files: Readonly<Record<string, BlobContent>>, options: PushOptions = {}) {
    const { key = 'org.cncf.model.filepath', mediaType = mediaTypes.raw, config = '{}' } = options;
    const repository = this.repository(name);
    const layers = Object.entries(files).map(([file, content]) => {
      return { ...repository.addBlob(content), mediaType, annotations: { [key]: file } };
    });
    const manifest = {
      schemaVersion: 2,
      mediaType: mediaTypes.manifest,
      artifactType: mediaTypes.model,
      config: { ...repository.addBlob(config), mediaType: mediaTypes.config },
      layers,
    };
    return { ...this.pushManifest(name, tag, manifest), manifest };
  }

  /** Adds a manifest as it is, whatever it refers to. */
  pushManifest(name: string, tag: string | null, manifest: object | Uint8Array, mediaType?: string): Descriptor {
    const bytes = manifest instanceof Uint8Array ? manifest : Buffer.from(JSON.stringify(manifest));
    const own = 'mediaType' in manifest ? String(manifest.mediaType) : mediaTypes.manifest;
    const { digest, mediaType: stored } = this.repository(name).addManifest(bytes, mediaType ?? own, tag);
    return { mediaType: stored, digest, size: bytes.length };
  }

  pushBlob(name: string, content: BlobContent): string {
    return this.repository(name).addBlob(content).digest;
  }

  referrersOf(name: string, digest: string): Descriptor[] {
    return this.repository(name).referrersOf(digest);
  }

  async #serve(origin: LoggedRequest['origin'], incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { method = 'GET', headers } = incoming;
    const url = new URL(incoming.url ?? '/', origin === 'registry' ? this.url : this.elsewhere);
    const pieces: Buffer[] = [];
    try {
      for await (const piece of incoming) pieces.push(piece);
      const request = { method, url, headers };
      const fault = this.faults.take(method, url.pathname);
      const planned = forced(request, fault) ?? this.#plan(origin, request, Buffer.concat(pieces), fault);
      const { authorization = null, range = null } = headers;
      const index = this.log.length;
      const entry = { method, path: url.pathname, query: url.search, origin, authorization, range };
      this.log.push({ ...entry, status: planned.status, bytes: 0 });
      const bytes = await send(outgoing, method === 'HEAD' ? { ...planned, body: [] } : planned, fault);
      this.log[index] = { ...entry, status: planned.status, bytes };
    } catch {
      outgoing.destroy();
    }
  }

  #plan(
    origin: LoggedRequest['origin'],
    request: FaultRequest,
    body: Buffer,
    fault: RegistryFault | undefined,
  ): PlannedResponse {
    const { method, url, headers } = request;
    if (origin === 'elsewhere' && url.pathname === '/token') {
      return plain(this.auth.token(request, body.toString()));
    }
    const [, name = '', kind, last = ''] = ROUTE.exec(url.pathname) ?? [];
    if (origin === 'elsewhere') {
      // Stores with signed addresses refuse a request that has credentials as well.
      if (headers.authorization !== undefined) return failure(400, 'InvalidArgument');
      return last.startsWith('uploads/') ? this.#upload(name, request, body) : this.#blob(name, last, request, fault);
    }
    const challenge = this.auth.challenge(method, name, headers.authorization, `${this.elsewhere}/token`);
    if (challenge !== null) return failure(401, 'UNAUTHORIZED', { 'www-authenticate': challenge });
    if (/^\/v2\/?$/.test(url.pathname)) return plain({ body: '{}' });
    if (kind === 'manifests') return this.#manifest(name, last, request, body);
    if (kind === 'referrers' && this.#options.referrers !== 'none') return this.#referrers(name, last, url);
    if (kind === 'blobs' && last.startsWith('uploads/')) return this.#upload(name, request, body);
    if (kind === 'blobs' && this.#options.blobsElsewhere && this.repository(name).blobs.has(last)) {
      return plain({ status: 307, headers: { location: `${this.elsewhere}${url.pathname}?signature=1` } });
    }
    return kind === 'blobs' ? this.#blob(name, last, request, fault) : failure(404, 'NOT_FOUND');
  }

  #manifest(name: string, reference: string, { method, headers }: FaultRequest, body: Buffer): PlannedResponse {
    const repository = this.repository(name);
    const found = repository.find(reference);
    if (method !== 'PUT') {
      if (!found) return failure(404, 'MANIFEST_UNKNOWN');
      const named = { 'docker-content-digest': found.digest, etag: `"${found.digest}"` };
      return plain({ headers: { 'content-type': found.mediaType, ...named }, body: found.bytes });
    }
    const [missing] = repository.missingBlobs(body);
    if (missing) return failure(404, 'MANIFEST_BLOB_UNKNOWN');
    const expected = headers['if-match'];
    if (expected !== undefined && expected !== `"${found?.digest}"`) return failure(412, 'PRECONDITION_FAILED');
    if (reference.includes(':') && reference !== digestOf(body)) return failure(400, 'DIGEST_INVALID');
    const tag = reference.includes(':') ? null : reference;
    const stored = repository.addManifest(body, headers['content-type'] ?? mediaTypes.manifest, tag);
    const { subject } = JSON.parse(body.toString()) as { subject?: Descriptor };
    const listed = subject && this.#options.referrers !== 'none';
    const location = `/v2/${name}/manifests/${stored.digest}`;
    return plain({
      status: 201,
      headers: { location, 'docker-content-digest': stored.digest, ...(listed && { 'oci-subject': subject.digest }) },
    });
  }

  #referrers(name: string, digest: string, url: URL): PlannedResponse {
    const { pageSize = 100 } = this.#options;
    const from = Number(url.searchParams.get('from') ?? 0);
    const all = this.repository(name).referrersOf(digest);
    const body = { schemaVersion: 2, mediaType: mediaTypes.index, manifests: all.slice(from, from + pageSize) };
    const isLast = from + pageSize >= all.length;
    const next = `<${url.pathname}?from=${from + pageSize}>; rel="next"`;
    return plain({
      headers: { 'content-type': mediaTypes.index, ...(isLast ? {} : { link: next }) },
      body: JSON.stringify(body),
    });
  }

  #upload(name: string, { method, url }: FaultRequest, body: Buffer): PlannedResponse {
    const location = `${this.#options.uploadsElsewhere ? this.elsewhere : ''}/v2/${name}/blobs/uploads/1?state=1`;
    if (method === 'POST') return plain({ status: 202, headers: { location } });
    if (method !== 'PUT') return failure(405, 'UNSUPPORTED');
    const digest = digestOf(body);
    if (url.searchParams.get('digest') !== digest) return failure(400, 'DIGEST_INVALID');
    this.repository(name).addBlob(body);
    return plain({
      status: 201,
      headers: { location: `/v2/${name}/blobs/${digest}`, 'docker-content-digest': digest },
    });
  }

  #blob(name: string, digest: string, { headers }: FaultRequest, fault?: RegistryFault): PlannedResponse {
    const blob = this.repository(name).blobs.get(digest);
    if (!blob) return failure(404, 'BLOB_UNKNOWN');
    const etag = `"${digest}"`;
    const common = { 'content-type': 'application/octet-stream', 'accept-ranges': 'bytes', etag };
    const [, first, last] = /^bytes=(\d+)-(\d*)$/.exec(headers.range ?? '') ?? [];
    const isWanted = headers['if-range'] === undefined || headers['if-range'] === etag;
    if (first === undefined || !isWanted || (fault && 'ignoreRange' in fault)) {
      const sized = { ...common, 'content-length': String(blob.size) };
      return { status: 200, headers: sized, start: 0, body: blob.read(0, blob.size) };
    }
    const start = Number(first);
    if (start >= blob.size) return failure(416, 'RANGE', { 'content-range': `bytes */${blob.size}` });
    const end = last === '' ? blob.size : Math.min(Number(last) + 1, blob.size);
    const ranged = { 'content-range': `bytes ${start}-${end - 1}/${blob.size}`, 'content-length': String(end - start) };
    return { status: 206, headers: { ...common, ...ranged }, start, body: blob.read(start, end) };
  }
}

/** Starts a registry. The caller stops it. */
export async function startRegistry(options: RegistryOptions = {}): Promise<TestRegistry> {
  const registry = new TestRegistry(options);
  await registry.start();
  return registry;
}

/** What a fault sends in place of a response. */
function forced(request: FaultRequest, fault: RegistryFault | undefined): PlannedResponse | undefined {
  if (!fault) return undefined;
  if ('status' in fault) return plain(fault);
  if (!('respond' in fault)) return undefined;
  const response = fault.respond(request);
  return response && plain(response);
}

function plain({
  status = 200,
  headers = {},
  body = '',
}: {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
}): PlannedResponse {
  const bytes = Buffer.from(body);
  return { status, headers: { 'content-length': String(bytes.length), ...headers }, start: 0, body: [bytes] };
}

function failure(status: number, code: string, headers: Record<string, string> = {}): PlannedResponse {
  const body = JSON.stringify({ errors: [{ code, message: 'refused by the test registry' }] });
  return plain({ status, headers: { 'content-type': 'application/json', ...headers }, body });
}
