import type { Pem } from '@model-signing/core';
import { KeyError, type OpenedKey } from '@model-signing/keys';

/** A token that wants a PIN. Its texts are escaped. */
export interface Pkcs11Token {
  readonly label: string;
  readonly serial: string;
  readonly manufacturer: string;
  readonly model: string;
  /** Whether a wrong PIN now would lock the token. */
  readonly isFinalTry: boolean;
}

export interface Pkcs11Options {
  /**
   * Asked for the PIN of the token, once, and only if the URI has none and the token wants one that is not typed on its own
   * keypad. Null if there is none.
   */
  readonly pin?: ((token: Pkcs11Token) => Promise<string | Uint8Array | null>) | undefined;
  /**
   * The absolute path of the module, for URIs that name none. Default: the environment variable `PKCS11_MODULE_PATH`, or else the
   * one module that is installed in the usual folders.
   */
  readonly module?: string | undefined;
  /** A certificate, PEM, whose public key is that of the private key, for tokens that hold neither a public key nor a certificate. */
  readonly certificate?: Pem | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A public key of a token. */
export interface Pkcs11PublicKey {
  /** SubjectPublicKeyInfo in PEM, in the canonical form that hints are computed from (OMS-KEY-1). */
  readonly publicKey: string;
  /** The token and the key, for people, without secrets. Untrusted text is escaped. */
  readonly description: string;
  /** PEM of the certificate on the token with the same ID and public key, if there is exactly one. */
  readonly certificate: string | null;
}

/** A private key in a token, with a session that is logged in. */
export interface OpenedPkcs11Key extends OpenedKey, Pkcs11PublicKey {
  readonly publicKey: string;
  readonly description: string;
}

/**
 * Opens the one private key that a PKCS #11 URI fits, and logs in to its token if the token wants that. The key signs with
 * `CKM_ECDSA`; disposing of it ends the session, and the use of the module with the last of its keys.
 * @throws {KeyError} `key/reference-invalid`, `key/module-missing`, `key/not-found`, `key/ambiguous`, `key/unsupported`,
 * `key/pin-missing`, `key/pin-wrong`, `key/pin-locked`, `key/unreachable`, `key/refused`, `key/response-invalid`
 *
 * @example
 * await using key = await openPkcs11Key('pkcs11:token=release;object=models', { pin: async () => readPin() });
 * await signModel(localModel('my-model'), keySigner({ key }));
 */
export async function openPkcs11Key(_uri: string, _options: Pkcs11Options = {}): Promise<OpenedPkcs11Key> {
  throw new KeyError('key/refused', 'not written yet');
}

/**
 * Reads the public key that a PKCS #11 URI fits. It logs in, and asks for a PIN, only if the token hides public keys without it.
 * @throws {KeyError} as {@link openPkcs11Key}
 */
export async function readPkcs11PublicKey(_uri: string, _options: Pkcs11Options = {}): Promise<Pkcs11PublicKey> {
  throw new KeyError('key/refused', 'not written yet');
}
