// Puts a layout into a registry, by the OCI distribution specification and with nothing that is installed:
// `node scripts/image/push.ts LAYOUT HOST/NAME TAG…`. A registry of this machine is spoken to without TLS. REGISTRY_USER and
// REGISTRY_PASSWORD are sent to the registry's token service, if it wants a token.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Descriptor } from './layout.ts';

/** The members of a manifest or an index that are read here. */
interface Document {
  readonly mediaType: string;
  readonly config?: Descriptor;
  readonly layers?: readonly Descriptor[];
  readonly manifests?: readonly Descriptor[];
}

class Repository {
  readonly #layout: string;
  readonly #host: string;
  readonly #name: string;
  #authorization: string | null = null;

  constructor(layout: string, place: string) {
    const slash = place.indexOf('/');
    if (slash < 1) throw new Error(`${place} is not HOST/NAME`);
    this.#layout = layout;
    this.#host = place.slice(0, slash);
    this.#name = place.slice(slash + 1);
  }

  /** Pushes what a document names, and then the document, under its digest. */
  async push(descriptor: Descriptor): Promise<void> {
    const { config, layers = [], manifests = [] }: Document = JSON.parse(this.bytes(descriptor).toString());
    for (const each of manifests) await this.push(each);
    for (const each of [...(config ? [config] : []), ...layers]) await this.#pushBlob(each);
    await this.tag(descriptor, descriptor.digest);
  }

  async tag(descriptor: Descriptor, reference: string): Promise<void> {
    const headers = { 'content-type': descriptor.mediaType };
    await this.#request(`manifests/${reference}`, { method: 'PUT', headers, body: this.bytes(descriptor) }, [201]);
  }

  bytes({ digest }: Descriptor): Buffer {
    return readFileSync(path.join(this.#layout, 'blobs', ...digest.split(':')));
  }

  async #pushBlob(descriptor: Descriptor): Promise<void> {
    const found = await this.#request(`blobs/${descriptor.digest}`, { method: 'HEAD' }, [200, 404]);
    if (found.status === 200) return;
    const started = await this.#request('blobs/uploads/', { method: 'POST' }, [202]);
    const place = new URL(started.headers.get('location') ?? '', started.url);
    if (place.host !== this.#host) throw new Error(`the registry wants an upload to ${place.host}`);
    place.searchParams.set('digest', descriptor.digest);
    const headers = { 'content-type': 'application/octet-stream' };
    await this.#request(place, { method: 'PUT', headers, body: this.bytes(descriptor) }, [201]);
  }

  async #request(what: string | URL, init: RequestInit, expected: readonly number[]): Promise<Response> {
    const isHere = /^(?:127\.0\.0\.1|localhost)(?::\d+)?$/.test(this.#host);
    const base = `${isHere ? 'http' : 'https'}://${this.#host}/v2/${this.#name}/`;
    const url = new URL(what, base);
    const send = () => {
      const headers = new Headers(init.headers);
      if (this.#authorization !== null) headers.set('authorization', this.#authorization);
      return fetch(url, { ...init, headers, redirect: 'error' });
    };
    let response = await send();
    if (response.status === 401 && this.#authorization === null) {
      this.#authorization = await this.#token(response.headers.get('www-authenticate') ?? '');
      response = await send();
    }
    if (expected.includes(response.status)) return response;
    throw new Error(`${init.method} ${url.pathname}: ${response.status} ${(await response.text()).slice(0, 500)}`);
  }

  /** A token to push with. The service that gives it must be the registry itself, since it is sent the password. */
  async #token(challenge: string): Promise<string> {
    const value = (name: string) => new RegExp(`${name}="([^"]*)"`).exec(challenge)?.[1] ?? '';
    const realm = URL.parse(value('realm'));
    if (realm?.protocol !== 'https:' || realm.host !== this.#host)
      throw new Error(`${this.#host} has its token service elsewhere, to which nothing is sent`);
    realm.searchParams.set('service', value('service'));
    realm.searchParams.set('scope', `repository:${this.#name}:pull,push`);
    const { REGISTRY_USER: user = '', REGISTRY_PASSWORD: password = '' } = process.env;
    const authorization = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
    const response = await fetch(realm, { headers: { authorization }, redirect: 'error' });
    if (!response.ok) throw new Error(`${this.#host} gave no token: ${response.status}`);
    return `Bearer ${((await response.json()) as { readonly token: string }).token}`;
  }
}

/** Pushes the image of a layout under tags. @returns the digest of what a registry serves under them. @throws {Error} */
export async function pushLayout(layout: string, place: string, tags: readonly string[]): Promise<string> {
  const { manifests }: Document = JSON.parse(readFileSync(path.join(layout, 'index.json'), 'utf8'));
  const [index, ...more] = manifests ?? [];
  if (index === undefined || more.length > 0) throw new Error(`${layout} does not hold one image`);
  const repository = new Repository(layout, place);
  await repository.push(index);
  for (const tag of tags) await repository.tag(index, tag);
  return index.digest;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [layout, place, ...tags] = process.argv.slice(2);
  if (!layout || !place || tags.length === 0)
    throw new Error('usage: node scripts/image/push.ts LAYOUT HOST/NAME TAG…');
  console.log(`${place}@${await pushLayout(layout, place, tags)}`);
}
