import type { Method, VerificationMaterial } from './format/bundle.ts';
import { preAuthenticationEncoding } from './format/encoding.ts';
import { type ErrorCode, OmsError } from './format/errors.ts';
import { HISTORICAL_FORM, historicalEncoding, MAX_HISTORICAL_BYTES } from './format/versions/historical.ts';
import { type Curve, type EcPublicKey, importPrivateKey, importPublicKey, type Pem } from './node/crypto.ts';

/** What is signed: a payload and its type. DSSE's pre-authentication encoding binds both. */
export interface SignedContent {
  readonly payloadType: string;
  readonly payload: Uint8Array;
}

/** Makes signatures. A PEM key, a certificate, a token, a key service: each is one of these. */
export interface Signer {
  sign(content: SignedContent): Promise<MadeSignature>;
}

export interface MadeSignature {
  readonly signature: Uint8Array;
  /** What goes into the bundle, so that a verifier can tell whose signature it is. */
  readonly material: VerificationMaterial;
  /** Who signed, for the caller. */
  readonly identity: SignerIdentity;
}

/** Decides whether a signature is by someone the caller trusts. Carries nothing over from one call to the next. */
export interface Verifier {
  /** The signing method that this verifier is for; bundles of another are refused (OMS-METHOD-3). */
  readonly method: Method;
  /**
   * @param material from the bundle, hence a stranger's: it may select among what the caller trusts and add nothing to it
   * @throws {OmsError} `signer/…`, `envelope/…`
   */
  verify(
    content: SignedContent,
    signature: Uint8Array,
    material: VerificationMaterial,
    warn: Warn,
  ): Promise<SignerIdentity>;
}

/** Tells of something unusual that a verifier accepts. Throws in strict mode, where nothing unusual is accepted. */
export type Warn = (code: ErrorCode, message: string) => void;

/**
 * Holds a signature against a key: over the PAE, or over what version 0.2.0 signed instead, with a warning by which
 * `envelope.ts` knows which predicate it has to be (OMS-HIST-4).
 * @throws {OmsError} `envelope/signature-invalid`, `envelope/historical-form`
 */
export async function verifySignature(
  key: EcPublicKey,
  { payloadType, payload }: SignedContent,
  signature: Uint8Array,
  warn: Warn,
): Promise<void> {
  if (await key.verify(preAuthenticationEncoding(payloadType, payload), signature)) return;
  const small = payload.length <= MAX_HISTORICAL_BYTES;
  if (small && (await key.verify(historicalEncoding(payloadType, payload), signature, 'sha256'))) {
    warn('envelope/historical-form', HISTORICAL_FORM);
    return;
  }
  throw new OmsError('envelope/signature-invalid', 'the signature is not by the given key, or the payload was changed');
}

/** Who signed, as a verifier established it. */
export type SignerIdentity = KeyIdentity | CertificateIdentity | SigstoreIdentity;

export interface KeyIdentity {
  readonly method: 'key';
  readonly curve: Curve;
  /** Lowercase hexadecimal SHA-256 of the public key's PEM text (OMS-KEY-1). */
  readonly hint: string;
}

export interface CertificateIdentity extends CertificateSummary {
  readonly method: 'certificate';
  readonly curve: Curve;
  /** Alternative names of the subject that are text: addresses, host names, URIs. */
  readonly subjectAltNames: readonly string[];
  readonly validFrom: string;
  readonly validTo: string;
  /** From the signer's certificate to the one that the caller trusts; of a signer, what goes into the bundle. */
  readonly path: readonly CertificateSummary[];
  /** The instant at which all of them are valid, in ISO 8601. */
  readonly verifiedAt: string;
  /** Where that instant is from: a verified timestamp, this machine's clock, or the caller. */
  readonly timeFrom: 'timestamp' | 'clock' | 'caller';
}

/** A certificate of a path. Names are made printable. */
export interface CertificateSummary {
  readonly subject: string;
  readonly issuer: string;
  /** Hexadecimal. */
  readonly serialNumber: string;
  /** Lowercase hexadecimal SHA-256 of the certificate. */
  readonly fingerprint: string;
}

/** A person, a workflow or a machine, as its issuer named it to a certificate authority (section 3.3). */
export interface SigstoreIdentity {
  readonly method: 'sigstore';
  /** The name in the certificate: an address, a URI or a user name. */
  readonly identity: string;
  /** Whoever vouched for the name, mostly a URL. */
  readonly issuer: string;
  /** The earliest verified time of the signature, in ISO 8601. */
  readonly signedAt: string;
}

export interface KeySignerOptions {
  /** PEM: PKCS#8, SEC1, or either of them encrypted. */
  readonly privateKey: Pem;
  /** For an encrypted key; ignored for another. */
  readonly passphrase?: string | Uint8Array | undefined;
}

/**
 * Signs with a private key on P-256, P-384 or P-521 (section 3.1).
 * @throws {OmsError} `signer/key-unreadable`, `signer/key-unsupported`, `signer/passphrase-missing`,
 * `signer/passphrase-wrong`
 */
export function keySigner({ privateKey, passphrase }: KeySignerOptions): Signer {
  const key = importPrivateKey(privateKey, passphrase);
  const { curve, hint } = key.publicKey;
  return {
    async sign({ payloadType, payload }) {
      return {
        signature: await key.sign(preAuthenticationEncoding(payloadType, payload)),
        material: { publicKey: { hint }, tlogEntries: [] },
        identity: { method: 'key', curve, hint },
      };
    },
  };
}

export interface KeyVerifierOptions {
  /** PEM: SubjectPublicKeyInfo. This key decides, and never one from a bundle (OMS-KEY-3). */
  readonly publicKey: Pem;
}

/**
 * Accepts signatures by the private half of one public key (section 3.1).
 * @throws {OmsError} `signer/key-unreadable`, `signer/key-unsupported`
 */
export function keyVerifier({ publicKey }: KeyVerifierOptions): Verifier {
  const key = importPublicKey(publicKey);
  return {
    method: 'key',
    async verify(content, signature, material, warn) {
      checkHint(key, material.publicKey?.hint);
      await verifySignature(key, content, signature, warn);
      return { method: 'key', curve: key.curve, hint: key.hint };
    },
  };
}

/** The hint only says whose signature is claimed, so a wrong one names the cause before the signature fails (OMS-KEY-4). */
function checkHint(key: EcPublicKey, hint: string | undefined): void {
  if (hint === undefined || hint === key.hint) return;
  throw new OmsError(
    'signer/key-mismatch',
    `the bundle was signed with another key: its hint is ${hint}, the key's is ${key.hint}`,
  );
}
