import { quote } from '@model-signing/core';
import { KeyError } from '@model-signing/keys';

/** The kinds of objects that a URI can name. */
export type Pkcs11ObjectType = 'private' | 'public' | 'cert' | 'secret-key' | 'data';

/**
 * What a URI by RFC 7512 says about a module, a token and a key. What it does not say is null, and fits everything. Texts are
 * percent-decoded and untrusted: escape them before printing.
 */
export interface Pkcs11Uri {
  readonly token: string | null;
  readonly serial: string | null;
  readonly manufacturer: string | null;
  readonly model: string | null;
  readonly slotId: bigint | null;
  readonly slotDescription: string | null;
  readonly slotManufacturer: string | null;
  readonly libraryManufacturer: string | null;
  readonly libraryDescription: string | null;
  readonly libraryVersion: { readonly major: number; readonly minor: number } | null;
  /** The label of the key. */
  readonly object: string | null;
  readonly id: Uint8Array | null;
  readonly type: Pkcs11ObjectType | null;
  /** An absolute path: of the module, or of the folder in which `moduleName` is. */
  readonly modulePath: string | null;
  /** The name of the module's file without `lib` and without what follows the first dot. */
  readonly moduleName: string | null;
  /** The absolute path of a file with the PIN. */
  readonly pinFile: string | null;
  /** A secret: other users of the machine could have read it. It is not enumerable, so that no log or JSON shows it. */
  readonly pinValue: string | null;
}

/**
 * Reads a PKCS #11 URI (RFC 7512). It refuses whatever could make the URI fit other keys than the caller means: attributes that
 * are misspelt, unknown, in the wrong part or given twice.
 * @throws {KeyError} `key/reference-invalid`, with a message that shows no value of an attribute that may be a PIN
 *
 * @example
 * const { token, id, pinValue } = parsePkcs11Uri('pkcs11:token=release;id=%01');
 */
export function parsePkcs11Uri(uri: string): Pkcs11Uri {
  throw new KeyError('key/reference-invalid', `not written yet: ${quote(uri)}`);
}
