import { quote } from '@model-signing/core';

/** Which file of a model an address means. */
export interface FileAddress {
  /** As transformers.js names the file; a signed file has its canonical name. */
  readonly name: string;
  /** The revision that was asked for. */
  readonly revision: string;
}

/** Where transformers.js looks for models. */
export interface Hub {
  readonly host: string;
  readonly template: string;
}

const REVISION = '{revision}';

/** The addresses of the files of one model, as transformers.js makes them from `remoteHost` and `remotePathTemplate`. */
export class ModelAddresses {
  readonly model: string;
  readonly revision: string;
  /** What comes before the revision, and between it and the name. */
  readonly #before: string;
  readonly #after: string;

  /** @throws {TypeError} for a model or revision that has no address of its own, or a hub without absolute address */
  constructor({ host, template }: Hub, model: string, revision: string) {
    checkHost(host);
    checkSegments('model', model);
    checkSegments('revision', revision);
    const path = trimSlashes(template.replaceAll('{model}', model));
    const [before = '', after, ...more] = `${withoutEnd(host)}/${path}/`.split(REVISION);
    if (after === undefined || more.length > 0) {
      throw new TypeError(`env.remotePathTemplate must name {revision} once, and is ${quote(template)}`);
    }
    this.model = model;
    this.revision = revision;
    this.#before = before;
    this.#after = after;
  }

  /** The file that an address means, at any revision; null if it is none of this model. */
  fileOf(address: string): FileAddress | null {
    if (!address.startsWith(this.#before)) return null;
    const rest = address.slice(this.#before.length);
    const end = rest.indexOf('/');
    if (end <= 0 || !rest.startsWith(this.#after, end)) return null;
    return { revision: decoded(rest.slice(0, end)), name: rest.slice(end + this.#after.length) };
  }

  /** The address of a file at the guarded revision. */
  addressOf(name: string): string {
    const path = name.split('/').map(encodeURIComponent).join('/');
    return `${this.#before}${encodeURIComponent(this.revision)}${this.#after}${path}`;
  }
}

/** Whether an address is on the host of the hub, however it is written. */
export function isOnHost(address: string, host: string): boolean {
  return normalized(address)?.startsWith(normalized(`${withoutEnd(host)}/`) as string) ?? false;
}

/** What a relative address is relative to: in a browser, the page. */
function base(): string | undefined {
  return (globalThis as { location?: { readonly href?: string } }).location?.href;
}

/** An address in the form in which it is requested; null if it is none. */
export function normalized(address: string): string | null {
  return URL.parse(address, base())?.href ?? null;
}

/** An address without what may hold a secret. */
export function withoutSecrets(address: string): string {
  const url = URL.parse(address, base());
  return url?.host ? `${url.protocol}//${url.host}${url.pathname}` : address.slice(0, 100);
}

function checkHost(host: string): void {
  const protocol = URL.parse(host)?.protocol;
  if (protocol === 'https:' || protocol === 'http:') return;
  throw new TypeError(`env.remoteHost must be an absolute address with https: or http:, and is ${quote(host)}`);
}

/** Segments that an address would not keep as they are would mean another model or revision. */
function checkSegments(option: string, value: string): void {
  const isUsable = (part: string) => part !== '' && part !== '.' && part !== '..';
  const hasOther = /[^\w./-]/.test(value);
  if (!hasOther && value.split('/').every(isUsable)) return;
  throw new TypeError(
    `the option ${option} must be a name on the hub of letters, digits and ".", "_", "-", "/", and is ${quote(value)}`,
  );
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function trimSlashes(path: string): string {
  return withoutEnd(path.startsWith('/') ? path.slice(1) : path);
}

function withoutEnd(path: string): string {
  return path.endsWith('/') ? path.slice(0, -1) : path;
}
