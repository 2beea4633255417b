import { type Listing, type ListOptions, MAX_BUNDLE_BYTES, quote } from '@model-signing/core';
import { nameProblem } from '@model-signing/core/names';
import { aFunction, anAbortSignal, aString, checkEach, trueOrFalse } from '@model-signing/x509/options';
import { hubEndpoint, hubToken } from '#hub-environment';
import { rankSignatureNames } from '../discovery.ts';
import { HttpClient, type HttpClientOptions } from '../http/client.ts';
import { readRange } from '../http/read-range.ts';
import { formatReference, type HuggingFaceReference, parseReference } from '../reference.ts';
import { SourceError } from '../source-error.ts';
import type { SourceLocation, SourceModel, StoredSignature } from '../source-model.ts';
import { fetchTransport } from '../web/transport.ts';
import { parseEndpoint, RepositoryUrls } from './endpoint.ts';
import { listingOf } from './listing.ts';
import { explainRefusal } from './refusal.ts';
import { readTree, type Tree, type TreeFile } from './tree.ts';

export interface HuggingFaceModelOptions {
  /** The address of the hub. Default: in Node that of `HF_ENDPOINT`, else `https://huggingface.co`. */
  readonly endpoint?: string | undefined;
  /**
   * A token, which is sent to the endpoint and to no other origin; null for none. Default: none; in Node, if the endpoint is the default,
   * the one in `HF_TOKEN` or in the file of `hf auth login`.
   */
  readonly token?: string | null | undefined;
  /** Sends the requests. Default: the `fetch` of the browser; in Node, a client that uses the proxies of the environment. */
  readonly fetch?: typeof globalThis.fetch | undefined;
  /** Refuse a reference that does not give the commit itself. Default false. */
  readonly requirePinned?: boolean | undefined;
  /** Ends the request for the commit. Later requests have signals of their own. */
  readonly signal?: AbortSignal | undefined;
}

const tokenOrNull = {
  ...aString,
  expected: 'a string or null',
  accepts: (value: unknown) => value === null || aString.accepts(value),
};

const rules = {
  endpoint: aString,
  token: tokenOrNull,
  fetch: aFunction,
  requirePinned: trueOrFalse,
  signal: anAbortSignal,
};

/** What the hub says about a revision, which may include a list of all files. */
const MAX_REVISION_BYTES = 64 * 1024 * 1024;

/**
 * A model or data set on Hugging Face or another hub with its API. The revision is resolved to a commit at once, and all that follows
 * is asked of that commit. Files are read as they are hashed, none is kept; those in LFS or Xet carry the SHA-256 that the hub
 * advertises.
 * @param reference `hf://org/model[@revision]`, `hf://datasets/org/name[@revision]`
 * @throws {SourceError} `source/reference-invalid`, `source/not-pinned`, `source/not-found`, `source/unauthorized`,
 * `source/unreachable`, `source/response-invalid`
 *
 * @example
 * const model = await huggingFaceModel('hf://org/model@main');
 * const bundle = await model.readSignature('model.sig');
 * const { signer } = await verifyModel(model, bundle, keyVerifier({ publicKey: await readFile('key.pub.pem') }));
 * console.log(model.location.pinned, signer.hint);
 */
export async function huggingFaceModel(
  reference: string | HuggingFaceReference,
  options: HuggingFaceModelOptions = {},
): Promise<SourceModel> {
  const { endpoint, token, fetch, requirePinned = false, signal } = checkEach(options, rules);
  return openRepository(referenceOf(reference), {
    endpoint,
    token,
    requirePinned,
    signal,
    client: fetch === undefined ? {} : { transport: fetchTransport(fetch) },
  });
}

/** The options with those of the client, which tests shorten. */
export interface RepositoryOptions extends Omit<HuggingFaceModelOptions, 'fetch'> {
  readonly client: HttpClientOptions;
}

/** As {@link huggingFaceModel}. */
export async function openRepository(
  reference: HuggingFaceReference,
  { endpoint: given, token: givenToken, requirePinned, signal, client: settings }: RepositoryOptions,
): Promise<SourceModel> {
  const { revision } = reference;
  const isPinned = revision !== null && isCommit(revision);
  if (requirePinned && !isPinned) {
    const found = revision === null ? 'it names no revision' : `${quote(revision)} is no commit`;
    const message = `${formatReference(reference)} leaves open what it means: ${found}; name a commit, of 40 hexadecimal digits, after @`;
    throw new SourceError('source/not-pinned', message);
  }
  const endpoint = parseEndpoint(given ?? hubEndpoint());
  const isDefault = given === undefined || parseEndpoint(hubEndpoint()).origin === endpoint.origin;
  const token = checkToken(givenToken === undefined && isDefault ? await hubToken() : (givenToken ?? null));
  const urls = new RepositoryUrls(endpoint, reference);
  const client = new HttpClient({
    ...settings,
    authorize: ({ origin }) => (token !== null && origin === endpoint.origin ? `Bearer ${token}` : null),
    explain: (response) => explainRefusal(response, urls, token !== null),
  });
  const commit = await resolveCommit(client, urls, revision, signal);
  if (isPinned && commit !== revision) {
    throw new SourceError(
      'source/response-invalid',
      `${endpoint.host} has for the commit ${revision} another one, ${commit}`,
    );
  }
  const location = {
    kind: 'huggingface',
    reference: urls.at(revision),
    pinned: urls.at(commit),
    revision: commit,
    isPinned,
  } as const;
  return new Repository(client, urls, location);
}

function referenceOf(reference: string | HuggingFaceReference): HuggingFaceReference {
  // An object is written and read again, as it may not have come from `parseReference`.
  const text = typeof reference === 'string' ? reference : formatReference(reference);
  const parsed = parseReference(text);
  if (parsed.kind === 'huggingface') return parsed;
  throw new SourceError(
    'source/reference-invalid',
    `${quote(text)} names no model on a hub: expected hf://ORG/MODEL[@REVISION]`,
  );
}

function checkToken(token: string | null): string | null {
  if (token === null || /^[\x21-\x7e]+$/.test(token)) return token;
  const message = 'the token for the hub is empty or has characters that no token has, such as a line break';
  throw new SourceError('source/unauthorized', message);
}

function isCommit(text: unknown): text is string {
  return typeof text === 'string' && /^[0-9a-f]{40}$/.test(text);
}

async function resolveCommit(
  client: HttpClient,
  urls: RepositoryUrls,
  revision: string | null,
  signal: AbortSignal | undefined,
): Promise<string> {
  const bounds = { maxBytes: MAX_REVISION_BYTES, maxValues: 4_000_000, signal };
  const answer = await client.json(urls.revision(revision), bounds);
  const { sha } = (answer ?? {}) as Record<string, unknown>;
  if (isCommit(sha)) return sha;
  const found = typeof sha === 'string' ? quote(sha) : 'nothing';
  throw new SourceError(
    'source/response-invalid',
    `${urls.endpoint.host} gives as the commit of ${urls.at(revision)} ${found}, not 40 hexadecimal digits`,
  );
}

class Repository implements SourceModel {
  readonly name: string;
  readonly location: SourceLocation;
  readonly #client: HttpClient;
  readonly #urls: RepositoryUrls;
  readonly #signatures = new Set<string>();
  /** What a commit holds does not change, so it is listed once. */
  #tree: Tree | null = null;

  constructor(client: HttpClient, urls: RepositoryUrls, location: SourceLocation) {
    this.name = urls.reference.repository.split('/').at(-1) as string;
    this.location = location;
    this.#client = client;
    this.#urls = urls;
  }

  async list(options: ListOptions): Promise<Listing> {
    const tree = await this.#list(options.signal);
    return listingOf({ tree, signatures: this.#signatures, read: this.#reader }, options);
  }

  async findSignatures(signal?: AbortSignal): Promise<readonly StoredSignature[]> {
    const { files } = await this.#list(signal);
    return rankSignatureNames(files.map(({ name }) => name));
  }

  async readSignature(name: string, signal?: AbortSignal): Promise<Uint8Array> {
    const problem = name.isWellFormed() ? nameProblem(name) : 'it is no valid Unicode';
    if (problem !== null) {
      throw new SourceError('source/not-found', `${quote(name)} names no file of ${this.location.pinned}: ${problem}`);
    }
    const bytes = await this.#client.bytes(this.#url(name), { maxBytes: MAX_BUNDLE_BYTES, signal });
    this.#signatures.add(name);
    return bytes;
  }

  async #list(signal: AbortSignal | undefined): Promise<Tree> {
    this.#tree ??= await readTree(this.#client, this.#urls.tree(this.location.revision), signal);
    return this.#tree;
  }

  readonly #reader = ({ name, size }: TreeFile) => {
    return (start: number, end: number, signal?: AbortSignal) =>
      readRange(this.#client, this.#url(name), { start, end, size, signal });
  };

  #url(name: string): URL {
    return this.#urls.file(this.location.revision, name);
  }
}
