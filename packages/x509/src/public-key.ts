/** The hashes of the allow-list. */
export type Hash = 'sha256' | 'sha384' | 'sha512';

/** How to verify a signature. */
export interface SignatureScheme {
  readonly keyType: 'ec' | 'rsa' | 'ed25519';
  /** The hash that is signed; null for Ed25519, which signs the message itself. */
  readonly hash: Hash | null;
  /** For RSASSA-PSS: the length of the salt in octets. */
  readonly saltLength?: number;
}

/** A public key, imported by the platform. */
export interface PublicKey {
  /** `ec`, `rsa`, `ed25519`, or the platform's name for another kind. */
  readonly type: string;
  /** The curve of an `ec` key; absent for one that has no JWK name. */
  readonly curve?: string | undefined;
  /** The size of an `rsa` key's modulus in bits, and its public exponent. */
  readonly rsa?: { readonly bits: number; readonly exponent: bigint } | undefined;
  /**
   * Whether `signature` is this key's over the pieces of `message`, one after another. ECDSA signatures are ASN.1 DER.
   * False, never an exception, for a signature that is malformed and for a scheme of another key type.
   */
  verify(scheme: SignatureScheme, message: Iterable<Uint8Array>, signature: Uint8Array): boolean;
}
