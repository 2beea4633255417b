import { KeyError } from './key-error.ts';

/** A reference to a key, by the way that reaches it. */
export type KeyReference =
  | { readonly kind: 'file'; readonly path: string }
  /** A URI by RFC 7512, which `@model-signing/pkcs11` reads. */
  | { readonly kind: 'pkcs11'; readonly uri: string }
  /** A key of the transit engine of OpenBao or HashiCorp Vault. */
  | {
      readonly kind: 'transit';
      readonly service: 'openbao' | 'hashivault';
      readonly key: string;
      readonly version: number | null;
    }
  /** A key that the program `sigstore-kms-NAME` reaches. */
  | { readonly kind: 'plugin'; readonly plugin: string; readonly resource: string };

const PLUGIN_NAME = /^[a-z][a-z0-9.-]{0,63}$/;

/**
 * Reads what `--key` takes: `pkcs11:…`, `openbao://KEY`, `hashivault://KEY`, `NAME://…`, or else the path of a file.
 * @throws {KeyError} `key/reference-invalid`
 */
export function parseKeyReference(text: string): KeyReference {
  if (/^pkcs11:/i.test(text)) return { kind: 'pkcs11', uri: text };
  const end = text.indexOf('://');
  if (end <= 0 || text.slice(0, end).includes('/')) return { kind: 'file', path: text };
  const [name, rest] = [text.slice(0, end), text.slice(end + '://'.length)];
  if (!PLUGIN_NAME.test(name))
    throw new KeyError('key/reference-invalid', 'the name before :// is not that of a plugin');
  if (rest === '') throw new KeyError('key/reference-invalid', `no key is named after ${name}://`);
  if (name === 'openbao' || name === 'hashivault') return { kind: 'transit', service: name, key: rest, version: null };
  return { kind: 'plugin', plugin: name, resource: rest };
}
