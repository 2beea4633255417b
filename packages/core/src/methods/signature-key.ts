import type { KeyIdentity, SignedContent } from '../signer.ts';

/** A public key that verifies envelopes. */
export interface SignatureKey {
  readonly curve: KeyIdentity['curve'];
  /** Lowercase hexadecimal SHA-256 of the key's canonical PEM text (OMS-KEY-1). */
  readonly hint: string;
  /** The text that the hint is of. */
  readonly pem: string;
  /**
   * Whether `signature` is this key's over the pieces of `message`, one after another.
   * @param hash the key's own, except for a historical form
   */
  verify(message: Iterable<Uint8Array>, signature: Uint8Array, hash?: 'sha256' | 'sha384' | 'sha512'): Promise<boolean>;
}

/** Signs envelopes with a private key. */
export interface EnvelopeKey<Key extends SignatureKey = SignatureKey> {
  readonly publicKey: Key;
  /** Signs the PAE of the content, as the algorithm of the key demands (OMS-DSSE-3, OMS-ALG-4, OMS-ALG-9, OMS-PQ-4). */
  sign(content: SignedContent): Promise<Uint8Array>;
}
