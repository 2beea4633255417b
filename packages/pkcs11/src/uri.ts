import { KeyError } from '@model-signing/keys';

/** What a URI by RFC 7512 says of a token and a key. */
export interface Pkcs11Uri {
  readonly token: string | null;
}

/**
 * Reads a PKCS #11 URI (RFC 7512).
 * @throws {KeyError} `key/reference-invalid`
 */
export function parsePkcs11Uri(uri: string): Pkcs11Uri {
  if (!/^pkcs11:/i.test(uri)) throw new KeyError('key/reference-invalid', 'a PKCS #11 URI begins with pkcs11:');
  return { token: null };
}
