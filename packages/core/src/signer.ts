import type { Curve } from './format/algorithms.ts';
import type { Method, VerificationMaterial } from './format/bundle.ts';
import type { ErrorCode } from './format/errors.ts';
import type { SignatureForm } from './format/pae.ts';

/** What is signed: a payload and its type. The pre-authentication encoding of DSSE binds both. */
export interface SignedContent {
  readonly payloadType: string;
  readonly payload: Uint8Array;
}

/** Makes signatures, with a key, a certificate or a token. */
export interface Signer {
  /** @param warn reports something unusual that the signer did nevertheless */
  sign(content: SignedContent, warn: Warn): Promise<MadeSignature>;
}

export interface MadeSignature {
  readonly signature: Uint8Array;
  /** What goes into the bundle, so that a verifier can tell whose signature it is. */
  readonly material: VerificationMaterial;
  /** Who signed, for the caller. */
  readonly identity: SignerIdentity;
  /** The key that signed, in PEM, if the material does not have it: for what logs the signature. */
  readonly publicKey?: string | undefined;
}

/**
 * Decides whether a signature is by someone the caller trusts. Keeps nothing from one call to the next.
 *
 * The type of the identity reaches the caller: `verifyModel` with a `Verifier<KeyIdentity>` returns a `KeyIdentity`.
 */
export interface Verifier<Identity extends SignerIdentity = SignerIdentity> {
  /** The signing methods that this verifier accepts; bundles of others are refused before it is called (OMS-METHOD-3). */
  readonly methods: readonly Method[];
  /**
   * Returns only if the signature is valid and the caller trusts who made it.
   * @param material from the bundle, hence untrusted: it may select among what the caller trusts, and must not add to it
   * @throws {OmsError} `signer/…`, `envelope/…`
   */
  verify(
    content: SignedContent,
    signature: Uint8Array,
    material: VerificationMaterial,
    warn: Warn,
  ): Promise<VerifiedSignature<Identity>>;
}

/** What a verifier established. */
export interface VerifiedSignature<Identity extends SignerIdentity = SignerIdentity> {
  readonly identity: Identity;
  /** Which bytes the signature covers: `dsse`, unless the verifier accepts what version 0.2.0 signed (OMS-HIST-4). */
  readonly form: SignatureForm;
}

/**
 * Reports something unusual that a signer, a verifier or a model accepts. Throws in strict mode, which accepts nothing unusual,
 * and refuses in the end even if what it throws is caught. Call it before the returned promise settles: once the result is
 * there it always throws, because the warning can no longer be part of it.
 */
export type Warn = (code: ErrorCode, message: string) => void;

/** Who signed, as a verifier established it. */
export type SignerIdentity = KeyIdentity | CertificateIdentity | SigstoreIdentity;

export interface KeyIdentity {
  readonly method: 'key';
  /** The curve, or what the key is if it is on none: only with an extension of the draft. */
  readonly curve: Curve | 'ml-dsa-65';
  /** Lowercase hexadecimal SHA-256 of the public key's PEM text (OMS-KEY-1). */
  readonly hint: string;
  /** The earliest time of a timestamp by an authority that the caller trusts, in ISO 8601; absent if there is none. */
  readonly timestampedAt?: string;
  /** The earliest time that a required log entry proves, in ISO 8601; absent if none was required. */
  readonly loggedAt?: string;
}

export interface CertificateIdentity extends CertificateSummary {
  readonly method: 'certificate';
  readonly curve: Curve;
  /** Alternative names of the subject that are text: addresses, host names, URIs. */
  readonly subjectAltNames: readonly string[];
  readonly validFrom: string;
  readonly validTo: string;
  /** From the signer's certificate to the trust anchor; from a signer, the certificates that go into the bundle. */
  readonly path: readonly CertificateSummary[];
  /** The time at which all of them are valid, in ISO 8601. */
  readonly verifiedAt: string;
  /** The source of that time: a verified timestamp, the clock of this machine, or the caller. */
  readonly timeFrom: 'timestamp' | 'clock' | 'caller';
  /** The earliest time that a required log entry proves, in ISO 8601; absent if none was required. */
  readonly loggedAt?: string;
}

/** A certificate of a path. Names are escaped for printing. */
export interface CertificateSummary {
  readonly subject: string;
  readonly issuer: string;
  /** Hexadecimal. */
  readonly serialNumber: string;
  /** Lowercase hexadecimal SHA-256 of the certificate. */
  readonly fingerprint: string;
}

/** A person, a workflow or a machine, as its identity provider named it to a certificate authority (section 3.3). */
export interface SigstoreIdentity {
  readonly method: 'sigstore';
  /** The name in the certificate: an address, a URI or a user name. */
  readonly identity: string;
  /** The identity provider that vouched for the name, usually a URL. */
  readonly issuer: string;
  /** The earliest verified time of the signature, in ISO 8601. */
  readonly signedAt: string;
}
