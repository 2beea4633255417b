import { quote } from '@model-signing/core';
import { isSafe } from '../http/origin.ts';
import { formatReference, type HuggingFaceReference } from '../reference.ts';
import { SourceError } from '../source-error.ts';

/** Where Hugging Face is. */
export const HUGGING_FACE = 'https://huggingface.co';

/**
 * The address of a hub: over https, or over http on this machine, without a query.
 * @throws {SourceError} `source/reference-invalid`
 */
export function parseEndpoint(text: string): URL {
  const url = URL.parse(text);
  // Neither a password nor a query may get into a message.
  if (
    url === null ||
    !isSafe(url) ||
    url.username !== '' ||
    url.password !== '' ||
    url.search !== '' ||
    url.hash !== ''
  ) {
    const shown = url === null ? 'not an address' : quote(`${url.protocol}//${url.host}${url.pathname}`);
    const more = url === null || url.href === `${url.protocol}//${url.host}${url.pathname}` ? '' : ' with more';
    throw new SourceError(
      'source/reference-invalid',
      `the endpoint of the hub is ${shown}${more}, and must be the address of a hub over https, such as ${HUGGING_FACE}, without password and query (http only for this machine)`,
    );
  }
  return url;
}

/** The addresses of one repository. Every part of a name is encoded by itself, so that none can become another address. */
export class RepositoryUrls {
  readonly endpoint: URL;
  readonly reference: HuggingFaceReference;
  readonly #api: string;
  readonly #files: string;

  constructor(endpoint: URL, reference: HuggingFaceReference) {
    const base = endpoint.href.replace(/\/$/, '');
    const name = encodePath(reference.repository);
    this.endpoint = endpoint;
    this.reference = reference;
    this.#api = `${base}/api/${reference.type}s/${name}`;
    this.#files = `${base}/${reference.type === 'dataset' ? 'datasets/' : ''}${name}`;
  }

  /** What a revision is; of the default branch if there is none. */
  revision(revision: string | null): URL {
    const at = revision === null ? '' : `/revision/${encodeURIComponent(revision)}`;
    return new URL(`${this.#api}${at}?expand=sha`);
  }

  tree(commit: string): URL {
    return new URL(`${this.#api}/tree/${commit}?recursive=true&expand=false`);
  }

  file(commit: string, name: string): URL {
    return new URL(`${this.#files}/resolve/${commit}/${encodePath(name)}`);
  }

  /** The page of the repository, for people. */
  get page(): string {
    return this.#files;
  }

  /** The name at a revision, in its usual form. */
  at(revision: string | null): string {
    return formatReference({ ...this.reference, revision });
  }
}

function encodePath(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}
