import { quote } from '@model-signing/core';
import { KeyError } from './key-error.ts';

/** A reference to a key, by the way that reaches it. */
export type KeyReference =
  | { readonly kind: 'file'; readonly path: string }
  /** A URI by RFC 7512, which `@model-signing/pkcs11` reads. */
  | { readonly kind: 'pkcs11'; readonly uri: string }
  | TransitReference
  | PluginReference;

/** A key of the transit engine of OpenBao or HashiCorp Vault. */
export interface TransitReference {
  readonly kind: 'transit';
  readonly service: 'openbao' | 'hashivault';
  readonly key: string;
  /** The version that signs; null for the latest one. */
  readonly version: number | null;
}

/** A key that the program `sigstore-kms-NAME` reaches. */
export interface PluginReference {
  readonly kind: 'plugin';
  readonly plugin: string;
  /** What comes after `NAME://`, which only the plugin understands. */
  readonly resource: string;
}

/** It becomes an argument of a program, and a part of messages. */
const MAX_LENGTH = 4096;

const PLUGIN_NAME = /^[a-z][a-z0-9.-]{0,63}$/;

/** What the transit engine and Sigstore accept. */
const KEY_NAME = /^\w(?:[\w.-]{0,253}\w)?$/;

const VERSION = /^[1-9]\d{0,8}$/;

/**
 * Reads what `--key` takes: `pkcs11:…`, `openbao://KEY`, `hashivault://KEY`, `NAME://…`, or else the path of a file. A key of OpenBao
 * or Vault may name its version: `openbao://KEY?version=3`.
 * @throws {KeyError} `key/reference-invalid`
 */
export function parseKeyReference(text: string): KeyReference {
  if (typeof text !== 'string' || text === '') throw invalid('the reference to the key is empty');
  if (/^pkcs11:/i.test(text)) return { kind: 'pkcs11', uri: text };
  const end = text.indexOf('://');
  if (end <= 0 || text.slice(0, end).includes('/')) return { kind: 'file', path: text };
  if (text.length > MAX_LENGTH) throw invalid(`the reference to the key has more than ${MAX_LENGTH} characters`);
  if (hasControlCharacter(text)) throw invalid('the reference to the key has a control character');
  const [name, rest] = [text.slice(0, end), text.slice(end + '://'.length)];
  if (!PLUGIN_NAME.test(name)) {
    const expected = 'lower-case letters, digits, dots and hyphens, after a letter';
    throw invalid(`${quote(name)} before :// is not the name of a plugin, which has ${expected}`);
  }
  if (name === 'file') throw invalid(`a key in a file is named by the path alone, without file://`);
  if (rest === '') throw invalid(`no key is named after ${name}://`);
  if (name === 'openbao' || name === 'hashivault') return transitReference(name, rest);
  return { kind: 'plugin', plugin: name, resource: rest };
}

function transitReference(service: TransitReference['service'], rest: string): TransitReference {
  const [key = '', query, ...more] = rest.split('?');
  if (!KEY_NAME.test(key)) {
    const expected = 'letters, digits, underscores, dots and hyphens';
    throw invalid(`${quote(key)} after ${service}:// is not the name of a key, which has ${expected}`);
  }
  if (query === undefined) return { kind: 'transit', service, key, version: null };
  const [name, value = '', ...others] = query.split('=');
  if (name !== 'version' || !VERSION.test(value) || others.length > 0 || more.length > 0) {
    const example = `${service}://${key}?version=3`;
    throw invalid(`after the name of the key, only its version may follow, as in ${example}, not ${quote(query)}`);
  }
  return { kind: 'transit', service, key, version: Number(value) };
}

function hasControlCharacter(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code < 0x20 || code === 0x7f) return true;
  }
  return !text.isWellFormed();
}

function invalid(message: string): KeyError {
  return new KeyError('key/reference-invalid', message);
}
