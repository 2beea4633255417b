// Generated from the schemas by oms-spec generate. Do not edit.

/**
 * A digest algorithm of the registry.
 */
export type DigestAlgorithm = 'sha256' | 'blake2b' | 'blake3';

/**
 * A bundle: who signed, and the signed envelope.
 */
export interface Bundle {
  /**
   * The media type of a Sigstore bundle, version 0.3.
   */
  mediaType: 'application/vnd.dev.sigstore.bundle.v0.3+json';
  verificationMaterial: VerificationMaterial;
  dsseEnvelope: Envelope;
}
/**
 * An object that names the signer in exactly one of the members publicKey, x509CertificateChain and certificate.
 */
export interface VerificationMaterial {
  publicKey?: PublicKey;
  x509CertificateChain?: X509CertificateChain;
  certificate?: X509Certificate;
  /**
   * An array of log entries.
   */
  tlogEntries?: unknown[];
  timestampVerificationData?: TimestampVerificationData;
}
/**
 * An object that identifies the key in exactly one of the members hint and rawBytes.
 */
export interface PublicKey {
  /**
   * A key hint: 64 lowercase hexadecimal digits.
   */
  hint?: string;
  /**
   * Standard Base64 with padding, not empty.
   */
  rawBytes?: string;
}
/**
 * An object that holds the signer's certificate, then the intermediate ones.
 */
export interface X509CertificateChain {
  /**
   * An array of at least one certificate.
   */
  certificates: X509Certificate[];
}
/**
 * An object that holds a certificate in DER as rawBytes.
 */
export interface X509Certificate {
  /**
   * Standard Base64 with padding, not empty.
   */
  rawBytes: string;
}
/**
 * An object that holds signed timestamps.
 */
export interface TimestampVerificationData {
  /**
   * An array of RFC 3161 timestamps.
   */
  rfc3161Timestamps?: Rfc3161Timestamp[];
}
/**
 * An object that holds a timestamp response as signedTimestamp.
 */
export interface Rfc3161Timestamp {
  /**
   * Standard Base64 with padding, not empty.
   */
  signedTimestamp: string;
}
/**
 * A DSSE envelope: a payload and one signature over it.
 */
export interface Envelope {
  /**
   * The payload type of an in-toto statement.
   */
  payloadType: 'application/vnd.in-toto+json';
  /**
   * Standard Base64 with padding, not empty.
   */
  payload: string;
  /**
   * An array of exactly one signature.
   *
   * @minItems 1
   * @maxItems 1
   */
  signatures: [Signature];
}
/**
 * A signature with the member "sig".
 */
export interface Signature {
  /**
   * Standard Base64 with padding, not empty.
   */
  sig: string;
  /**
   * A string or null; its value decides nothing.
   */
  keyid?: string | null;
}
/**
 * An OMS predicate: what was signed, and how the list of it was made.
 */
export interface Predicate {
  serialization: Serialization;
  /**
   * An array of at least one descriptor.
   */
  resources: ResourceDescriptor[];
  annotations?: Annotations;
}
/**
 * An object that says how the descriptors were made.
 */
export interface Serialization {
  /**
   * The method: one descriptor for each file, or for each shard of a file.
   */
  method: 'files' | 'shards';
  hash_type: DigestAlgorithm;
  /**
   * A boolean: whether symbolic links were followed.
   */
  allow_symlinks: boolean;
  /**
   * A shard size: an integer number of bytes from 1 to 9007199254740991.
   */
  shard_size?: number;
  /**
   * An array of paths that were excluded.
   *
   * Items: A canonical name without the characters *, ?, [ and ].
   */
  ignore_paths?: string[];
}
/**
 * A descriptor with name, digest and algorithm.
 */
export interface ResourceDescriptor {
  /**
   * A canonical name: relative, components separated by one "/", none of them empty, "." or "..", and no NUL.
   */
  name: string;
  /**
   * A digest: lowercase hexadecimal digits, as many as the algorithm gives.
   */
  digest: string;
  /**
   * The name of the digest's algorithm.
   */
  algorithm: string;
}
/**
 * An object of at most 64 strings, each under a short lowercase key.
 */
export interface Annotations {
  /**
   * A string of at most 4096 characters.
   */
  [k: string]: string;
}
/**
 * An in-toto statement: the model's name and root digest, and the predicate.
 */
export interface Statement {
  /**
   * The type of an in-toto statement, version 1.
   */
  _type: 'https://in-toto.io/Statement/v1';
  /**
   * The predicate type of this version, and of no other.
   */
  predicateType: 'https://model-signing.example/draft/signature/v1.1';
  /**
   * An array of exactly one subject.
   *
   * @minItems 1
   * @maxItems 1
   */
  subject: [Subject];
  predicate: Predicate;
}
/**
 * A subject: the name a model goes by and its root digest.
 */
export interface Subject {
  /**
   * A string that is not empty.
   */
  name: string;
  digest: RootDigest;
}
/**
 * An object that holds the root digest under "sha256".
 */
export interface RootDigest {
  /**
   * A root digest: 64 lowercase hexadecimal digits.
   */
  sha256: string;
}
