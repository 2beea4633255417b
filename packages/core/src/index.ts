export { MAX_BUNDLE_BYTES, type Method, type VerificationMaterial } from './bundle.ts';
export {
  type CertificateSignerOptions,
  type CertificateUsage,
  type CertificateVerifierOptions,
  certificateSigner,
  certificateVerifier,
} from './certificate.ts';
export type { Curve, Pem } from './crypto.ts';
export type { Annotations, Draft } from './draft.ts';
export { preAuthenticationEncoding } from './encoding.ts';
export {
  type Difference,
  type ErrorCode,
  errorCodes,
  OmsError,
  type OmsErrorOptions,
  type Stage,
  type Warning,
} from './errors.ts';
export type { HashAlgorithm } from './hashing/algorithms.ts';
export { type HashJob, type HashOptions, hashFiles } from './hashing/hash-files.ts';
export type { Progress } from './hashing/progress.ts';
export { type Inspection, inspectBundle } from './inspect.ts';
export { type LocalModelOptions, localModel } from './local-model.ts';
export type { Manifest, Resource, Serialization } from './manifest.ts';
export type { Content, Listing, ListOptions, Model, ModelFile, ReadModelOptions, UnusableEntry } from './model.ts';
export { canonicalIgnorePath } from './names.ts';
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
export { escapeHidden, printable, quote } from './text.ts';
export { type HttpTimestampOptions, httpTimestampAuthority, type TimestampAuthority } from './timestamp-authority.ts';
export { type Verification, type VerifyModelOptions, verifyModel } from './verify.ts';
