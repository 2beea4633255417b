import type { HashAlgorithm } from '@model-signing/core';
import type { PolicyDocument } from '@model-signing/spec/policy';

/** Whether a refusal is enforced, or reported with `enforced: false`. */
export type PolicyMode = 'enforce' | 'warn';

/** A policy that was read and checked, with the keys and certificates that it names. */
export interface Policy {
  readonly document: PolicyDocument;
  readonly mode: PolicyMode;
  /** By the names that the rules use. */
  readonly signers: ReadonlyMap<string, PolicySigner>;
  /** In the order of the document: the first that matches decides. */
  readonly rules: readonly PolicyRule[];
  readonly revoked: PolicyRevocations;
}

export type PolicySigner = PolicyKeySigner | PolicyCertificateSigner | PolicySigstoreSigner;

interface CommonSigner {
  readonly name: string;
  readonly description: string | null;
  /** The last millisecond at which it counts: of a date without a time, the last one of that day in UTC. */
  readonly validUntil: Date | null;
}

export interface PolicyKeySigner extends CommonSigner {
  readonly method: 'key';
  /** In PEM, as it was given. */
  readonly publicKey: string | Uint8Array;
  /** Lowercase hexadecimal SHA-256 of the key's canonical PEM text, which is also the hint in a bundle (OMS-KEY-1). */
  readonly fingerprint: string;
  /** Of the timestamp authorities, in PEM. Without any, there is no verified time. */
  readonly timestampRoots: readonly (string | Uint8Array)[];
  /** The certificates in `timestampRoots`. */
  readonly timestampAnchors: readonly PolicyCertificate[];
}

export interface PolicyCertificateSigner extends CommonSigner {
  readonly method: 'certificate';
  /** In PEM, each with one or many trust anchors. */
  readonly trusted: readonly (string | Uint8Array)[];
  /** The certificates in `trusted`. */
  readonly anchors: readonly PolicyCertificate[];
  /** Of the timestamp authorities, in PEM. Without any, there is no verified time. */
  readonly timestampRoots: readonly (string | Uint8Array)[];
  /** The certificates in `timestampRoots`. */
  readonly timestampAnchors: readonly PolicyCertificate[];
  /** What one of the alternative names of the signer's certificate must be; null accepts every certificate. */
  readonly identity: ExpectedText | null;
  /** What the subject of the signer's certificate must be, as it is printed. */
  readonly subject: ExpectedText | null;
  /** Lowercase hexadecimal SHA-256 of the only certificate that counts. */
  readonly fingerprint: string | null;
}

export interface PolicySigstoreSigner extends CommonSigner {
  readonly method: 'sigstore';
  /** Compared exactly. */
  readonly issuer: string;
  readonly identity: ExpectedText;
  /** The trust root of an instance; null for the public one. Its JSON is not checked here. */
  readonly trustedRoot: Uint8Array | null;
  /** Lowercase hexadecimal SHA-256 of `trustedRoot`. */
  readonly trustedRootDigest: string | null;
}

/** A certificate that a policy trusts. */
export interface PolicyCertificate {
  /** Printable. */
  readonly subject: string;
  /** Lowercase hexadecimal SHA-256 of the certificate. */
  readonly fingerprint: string;
  /** Its last second. */
  readonly validTo: Date;
}

/** A text that is expected, exactly or by a pattern in RE2 syntax for the whole of it. */
export interface ExpectedText {
  readonly kind: 'exact' | 'pattern';
  readonly text: string;
  matches(found: string): boolean;
}

/** A rule, with the defaults filled in. `require` is null exactly if the rule rejects. */
export interface PolicyRule {
  readonly description: string | null;
  readonly match: readonly string[];
  readonly reject: boolean;
  readonly require: PolicyRequirements | null;
  /** The rule's own, else the policy's. This one decides. */
  readonly mode: PolicyMode;
}

/** What a rule requires. Nothing is left open: null says that there is no such requirement. */
export interface PolicyRequirements {
  /** Names of signers, each once. */
  readonly signedBy: readonly string[];
  /** How many different signers must have signed. */
  readonly threshold: number;
  /** Canonical paths in the model that may be left unverified, with everything below them; the signatures may be as well. */
  readonly ignoredPaths: readonly string[];
  readonly unsignedFiles: 'refuse' | 'report';
  readonly symlinks: boolean;
  /** Null accepts each of the format. */
  readonly hashAlgorithms: readonly HashAlgorithm[] | null;
  readonly historicalFormats: boolean;
  readonly timestamp: 'required' | 'optional';
  /** A signature counts if its verified time is at or after this; a date without a time is its first moment in UTC. */
  readonly signedAfter: Date | null;
  /** A signature counts if its verified time is before this; a date without a time is its first moment in UTC. */
  readonly signedBefore: Date | null;
  readonly strict: boolean;
  readonly rootDigests: readonly string[] | null;
  /** The attestations that a model needs, each of them; a signer counts only for the types that name it. */
  readonly attestations: readonly RequiredAttestation[];
}

/** An attestation that a rule requires. */
export interface RequiredAttestation {
  /** A URI, compared exactly. */
  readonly predicateType: string;
  /** Names of signers, of which any one counts. Who may sign the model is another question. */
  readonly signedBy: readonly string[];
}

/** What no longer counts, whatever the rules say. */
export interface PolicyRevocations {
  readonly rootDigests: ReadonlySet<string>;
  /**
   * The names of signers, and the time from which they no longer count. Each covers every signature that this signer accepts, also if
   * another entry of `signers` accepts it as well.
   */
  readonly signers: ReadonlyMap<string, Date>;
}
