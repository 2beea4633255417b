export { MAX_BUNDLE_BYTES, type Method, type VerificationMaterial } from './format/bundle.ts';
export { preAuthenticationEncoding } from './format/encoding.ts';
export {
  type Difference,
  type ErrorCode,
  errorCodes,
  OmsError,
  type OmsErrorOptions,
  type Stage,
  type Warning,
} from './format/errors.ts';
export type { Manifest, Resource, Serialization } from './format/manifest.ts';
export { canonicalIgnorePath } from './format/names.ts';
export { escapeHidden, printable, quote } from './format/text.ts';
export type { Annotations, Draft } from './format/versions/draft.ts';
export { type Inspection, inspectBundle } from './inspect.ts';
export {
  type CertificateSignerOptions,
  type CertificateUsage,
  type CertificateVerifierOptions,
  certificateSigner,
  certificateVerifier,
} from './methods/certificate.ts';
export {
  type HttpTimestampOptions,
  httpTimestampAuthority,
  type TimestampAuthority,
} from './methods/timestamp-authority.ts';
export type { Content, Listing, ListOptions, Model, ModelFile, ReadModelOptions, UnusableEntry } from './model.ts';
export type { Curve, Pem } from './node/crypto.ts';
export type { HashAlgorithm } from './node/hashing/algorithms.ts';
export { type HashJob, type HashOptions, hashFiles } from './node/hashing/hash-files.ts';
export type { Progress } from './node/hashing/progress.ts';
export { type LocalModelOptions, localModel } from './node/local-model.ts';
export { type HashedModel, type HashModelOptions, hashModel, type SignedModel, signModel } from './sign.ts';
export {
  type CertificateIdentity,
  type CertificateSummary,
  type KeyIdentity,
  type KeySignerOptions,
  type KeyVerifierOptions,
  keySigner,
  keyVerifier,
  type MadeSignature,
  type SignedContent,
  type Signer,
  type SignerIdentity,
  type SigstoreIdentity,
  type Verifier,
  type Warn,
} from './signer.ts';
export { type Verification, type VerifyModelOptions, verifyModel } from './verify.ts';
