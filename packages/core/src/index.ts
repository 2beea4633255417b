export { defaultEngine } from '#engine';
export type { HashEngine, HashJob, HashOptions, PreparedEngine, Progress } from './engine.ts';
export type { HashAlgorithm } from './format/algorithms.ts';
export { MAX_BUNDLE_BYTES, type Method, type VerificationMaterial } from './format/bundle.ts';
export { preAuthenticationEncoding } from './format/encoding.ts';
export {
  type Difference,
  type ErrorCode,
  errorCodes,
  OmsError,
  type OmsErrorOptions,
  quote,
  type Stage,
  type Warning,
} from './format/errors.ts';
export type { Manifest, Resource, Serialization } from './format/manifest.ts';
export { canonicalIgnorePath } from './format/names.ts';
export type { Annotations, Draft } from './format/versions/draft.ts';
export type { Evidence, EvidenceOptions, ReadModelOptions } from './hashing/options.ts';
export { type Inspection, inspectBundle } from './inspect.ts';
export {
  type CertificateSignerOptions,
  type CertificateUsage,
  type CertificateVerifierOptions,
  certificateSigner,
  certificateVerifier,
} from './methods/certificate.ts';
export type { Curve, Pem } from './methods/ec-key.ts';
export {
  type HttpTimestampOptions,
  httpTimestampAuthority,
  type TimestampAuthority,
} from './methods/timestamp-authority.ts';
export type { Content, KnownDigest, Listing, ListOptions, Model, ModelFile, UnusableEntry } from './model.ts';
export { type LocalModelOptions, localModel } from './node/local-model.ts';
export {
  type HashedModel,
  type HashModelOptions,
  hashModel,
  type SignedModel,
  type SignModelOptions,
  signModel,
} from './sign.ts';
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
