import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type HubFault, sendContent } from './hub-content.ts';
import { type Commit, type HubFile, HubRepository, type StoredFile } from './hub-store.ts';

export type { HubFault } from './hub-content.ts';
export type { GeneratedFile, HubFile } from './hub-store.ts';

export interface HubOptions {
  /** The files on `main` of each repository, by the names `org/model` and `datasets/org/name`. */
  readonly repositories: Readonly<Record<string, Readonly<Record<string, HubFile>>>>;
  /** Without this token, no repository is there. Default: all are public. */
  readonly token?: string;
  /** Repositories whose content needs an agreement that the owner of the token has not given. */
  readonly gated?: readonly string[];
  /** By the name of a file, or by the path of a request. */
  readonly faults?: Readonly<Record<string, HubFault>>;
  /** Entries in one page of a listing. Default 1000. */
  readonly pageSize?: number;
  /** Files with more bytes are large: they have a SHA-256, and are served by the other origin. Default 1000. */
  readonly lfsAbove?: number;
}

/** A request as it came in. */
export interface HubRequest {
  readonly host: 'hub' | 'bridge';
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly authorization: string | null;
  readonly range: string | null;
  readonly ifRange: string | null;
  status: number;
  /** The bytes of content that were sent. */
  bytes: number;
}

/**
 * A hub on loopback with the part of Hugging Face's API that readers use: revisions, listings in pages, small files behind a redirect
 * of its own, and large ones behind a redirect to another origin that refuses credentials.
 */
export interface Hub {
  /** Without a slash at the end. */
  readonly url: string;
  /** The other origin. */
  readonly bridge: string;
  readonly log: HubRequest[];
  readonly faults: Map<string, HubFault>;
  /** Adds a commit with exactly these files to a branch, `main` by default, and returns its identifier. */
  commit(repository: string, files: Readonly<Record<string, HubFile>>, branch?: string): string;
  /** The commit that a branch is at. */
  head(repository: string, branch?: string): string;
  stop(): Promise<void>;
}

export async function startHub(options: HubOptions): Promise<Hub> {
  const state = new HubState(options);
  const hub = await listen((request, response) => state.handle('hub', request, response));
  const bridge = await listen((request, response) => state.handle('bridge', request, response));
  state.urls = { hub: urlOf(hub), bridge: urlOf(bridge) };
  return {
    url: state.urls.hub,
    bridge: state.urls.bridge,
    log: state.log,
    faults: state.faults,
    commit: (repository, files, branch = 'main') => state.repository(repository).commit(files, branch),
    head: (repository, branch = 'main') => state.repository(repository).branches.get(branch) as string,
    stop: async () => void (await Promise.all([hub, bridge].map(close))),
  };
}

const SIGNATURE = 'X-Amz-Signature=0f1e2d3c';

/** What every origin tells browsers. */
const CORS = {
  'access-control-allow-origin': '*',
  'access-control-allow-headers': 'authorization, range, if-range',
  'access-control-expose-headers':
    'X-Repo-Commit,X-Error-Code,X-Error-Message,ETag,Link,Accept-Ranges,Content-Range,X-Linked-Size,X-Linked-ETag',
};

class HubState {
  readonly log: HubRequest[] = [];
  readonly faults: Map<string, HubFault>;
  urls = { hub: '', bridge: '' };
  readonly #options: HubOptions;
  readonly #repositories = new Map<string, HubRepository>();

  constructor(options: HubOptions) {
    this.#options = options;
    this.faults = new Map(Object.entries(options.faults ?? {}));
    for (const [name, files] of Object.entries(options.repositories)) {
      const repository = new HubRepository(name, options.lfsAbove ?? 1000);
      repository.commit(files, 'main');
      this.#repositories.set(name, repository);
    }
  }

  repository(name: string): HubRepository {
    const found = this.#repositories.get(name);
    if (!found) throw new Error(`the hub has no repository ${name}`);
    return found;
  }

  async handle(host: HubRequest['host'], request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url: path = '/', headers } = request;
    const entry: HubRequest = {
      ...{ host, method, path, status: 0, bytes: 0 },
      authorization: headers.authorization ?? null,
      range: headers.range ?? null,
      ifRange: headers['if-range']?.toString() ?? null,
    };
    this.log.push(entry);
    for (const [name, value] of Object.entries(CORS)) response.setHeader(name, value);
    request.resume();
    const url = new URL(path, this.urls[host]);
    if (method === 'OPTIONS') response.end();
    else if (!(await this.#isFaulty(url.pathname, request, response))) {
      entry.bytes = await (host === 'hub' ? this.#hub(url, request, response) : this.#bridge(url, request, response));
    }
    entry.status = response.statusCode;
  }

  /** The fault for a path or a file, counted. */
  #faultOf(key: string): HubFault {
    const fault = this.faults.get(key);
    if (!fault) return {};
    if (fault.times !== undefined && fault.times-- <= 0) return {};
    return fault;
  }

  async #isFaulty(key: string, request: IncomingMessage, response: ServerResponse): Promise<boolean> {
    return sendFault(this.#faultOf(key), request, response);
  }

  async #hub(url: URL, request: IncomingMessage, response: ServerResponse): Promise<number> {
    const route = routeOf(url.pathname);
    const repository = route && this.#repositories.get(route.repository);
    const { token } = this.#options;
    const given = request.headers.authorization;
    if (token !== undefined && given !== `Bearer ${token}`) {
      if (given !== undefined) return sendError(response, 401, '', 'Invalid credentials in Authorization header');
      return sendError(response, 401, 'RepoNotFound', 'Repository not found');
    }
    if (!route || !repository) return sendError(response, token === undefined ? 401 : 404, 'RepoNotFound', 'Not found');
    const commit = repository.at(route.revision);
    if (!commit) return sendError(response, 404, 'RevisionNotFound', `Invalid rev id: ${route.revision}`);
    if (route.kind === 'revision') {
      return sendJson(response, { _id: '1', id: repository.name, modelId: repository.name, sha: commit.id });
    }
    if (route.kind === 'tree') return this.#tree(url, commit, response);
    if (this.#options.gated?.includes(repository.name))
      return sendError(response, 403, 'GatedRepo', 'Access is restricted');
    const file = commit.files.get(route.path);
    if (!file) return sendError(response, 404, 'EntryNotFound', 'Entry not found');
    response.setHeader('x-repo-commit', commit.id);
    if (file.lfs) return sendRedirect(response, 302, this.#bridgeUrl(repository, file));
    if (route.kind === 'resolve') return sendRedirect(response, 307, cacheUrl(repository, commit, file));
    return this.#content(file, request, response);
  }

  #tree(url: URL, { files }: Commit, response: ServerResponse): number {
    const { pageSize = 1000 } = this.#options;
    const all = entriesOf([...files.values()]);
    const at = Number(url.searchParams.get('cursor') ?? 0);
    if (at + pageSize < all.length) {
      const next = `${this.urls.hub}${url.pathname}?recursive=true&limit=${pageSize}&cursor=${at + pageSize}`;
      response.setHeader('link', `<${next}>; rel="next"`);
    }
    return sendJson(response, all.slice(at, at + pageSize));
  }

  #bridgeUrl({ name }: HubRepository, { path, lfs }: StoredFile): string {
    const query = `${SIGNATURE}&name=${encodeURIComponent(path)}`;
    return `${this.urls.bridge}/${encodeURIComponent(name)}/${lfs?.oid}?${query}`;
  }

  /** Storage with signed addresses refuses a second way to prove who asks. */
  async #bridge(url: URL, request: IncomingMessage, response: ServerResponse): Promise<number> {
    if (request.headers.authorization !== undefined) return sendError(response, 400, 'InvalidArgument', 'Two ways');
    if (!url.search.includes(SIGNATURE)) return sendError(response, 403, 'AccessDenied', 'Not signed');
    const [name = '', sha256 = ''] = url.pathname.slice(1).split('/');
    const file = this.repository(decodeURIComponent(name)).large(sha256);
    if (!file) return sendError(response, 404, 'NoSuchKey', 'Not found');
    return this.#content({ ...file, path: url.searchParams.get('name') ?? file.path }, request, response);
  }

  async #content(file: StoredFile, request: IncomingMessage, response: ServerResponse): Promise<number> {
    const fault = this.#faultOf(file.path);
    if (sendFault(fault, request, response)) return 0;
    return sendContent(request, response, file, fault);
  }
}

interface Route {
  readonly kind: 'revision' | 'tree' | 'resolve' | 'resolve-cache';
  readonly repository: string;
  readonly revision: string;
  readonly path: string;
}

/** What a path asks for. A repository has one or two words; each word and each part of the path is decoded by itself. */
function routeOf(pathname: string): Route | null {
  const words = pathname.slice(1).split('/');
  const decoded = (from: number, to?: number) => words.slice(from, to).map(decodeURIComponent).join('/');
  if (words[0] === 'api' && (words[1] === 'models' || words[1] === 'datasets')) {
    const at = words.findIndex((word, index) => index > 2 && (word === 'revision' || word === 'tree'));
    const repository = `${words[1] === 'datasets' ? 'datasets/' : ''}${decoded(2, at === -1 ? undefined : at)}`;
    if (at === -1) return { kind: 'revision', repository, revision: 'HEAD', path: '' };
    const kind = words[at] as 'revision' | 'tree';
    return { kind, repository, revision: decoded(at + 1, at + 2), path: decoded(at + 2) };
  }
  if (words[0] === 'api' && words[1] === 'resolve-cache') {
    const prefix = words[2] === 'datasets' ? 'datasets/' : '';
    const at = words.findIndex((word, index) => index > 3 && /^[0-9a-f]{40}$/.test(word));
    if (at === -1) return null;
    const repository = prefix + decoded(3, at);
    return { kind: 'resolve-cache', repository, revision: decoded(at, at + 1), path: decoded(at + 1) };
  }
  const at = words.indexOf('resolve');
  if (at < 1) return null;
  return { kind: 'resolve', repository: decoded(0, at), revision: decoded(at + 1, at + 2), path: decoded(at + 2) };
}

/** Files with the directories above them, in the order of their names. */
function entriesOf(files: readonly StoredFile[]): object[] {
  const directories = new Set<string>();
  for (const { path } of files) {
    for (let at = path.indexOf('/'); at !== -1; at = path.indexOf('/', at + 1)) directories.add(path.slice(0, at));
  }
  const entries = [
    ...[...directories].map((path) => ({ type: 'directory', oid: '1'.repeat(40), size: 0, path })),
    ...files.map(({ path, size, oid, lfs }) => ({
      ...{ type: 'file', oid, size, path },
      ...(lfs ? { lfs, xetHash: lfs.oid } : {}),
    })),
  ];
  return entries.sort((a, b) => (a.path < b.path ? -1 : 1));
}

function cacheUrl({ name }: HubRepository, { id }: Commit, { path, oid }: StoredFile): string {
  const kind = name.startsWith('datasets/') ? '' : 'models/';
  return `/api/resolve-cache/${kind}${name}/${id}/${path.split('/').map(encodeURIComponent).join('/')}?etag=%22${oid}%22`;
}

/** Whether the fault is the whole response. */
function sendFault(fault: HubFault, request: IncomingMessage, response: ServerResponse): boolean {
  if (fault.stall) return true;
  if (fault.respond) {
    const { status = 200, headers, body } = fault.respond(request);
    response.writeHead(status, headers).end(body);
    return true;
  }
  if (fault.location !== undefined) sendRedirect(response, 302, fault.location);
  else if (fault.status !== undefined) response.writeHead(fault.status, fault.headers).end();
  return fault.location !== undefined || fault.status !== undefined;
}

function sendRedirect(response: ServerResponse, status: number, location: string): number {
  const body = `Redirecting to ${location}`;
  response.writeHead(status, { location, 'content-length': Buffer.byteLength(body) }).end(body);
  return 0;
}

function sendJson(response: ServerResponse, value: unknown): number {
  const body = JSON.stringify(value);
  response.writeHead(200, { 'content-type': 'application/json; charset=utf-8' }).end(body);
  return Buffer.byteLength(body);
}

function sendError(response: ServerResponse, status: number, code: string, message: string): number {
  const headers = { 'x-error-code': code, 'x-error-message': message, 'content-type': 'application/json' };
  response.writeHead(status, headers).end(JSON.stringify({ error: message }));
  return 0;
}

async function listen(handle: (request: IncomingMessage, response: ServerResponse) => Promise<void>): Promise<Server> {
  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

function urlOf(server: Server): string {
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
