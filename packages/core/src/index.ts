export { defaultEngine } from '#engine';
export * from '#models';
export {
  type Attestation,
  type AttestedClaim,
  type AttestOptions,
  attest,
  attestedSubject,
  isSignatureType,
  type MadeAttestation,
  type OpenAttestationOptions,
  openAttestation,
  signedPredicate,
} from './attest.ts';
export type { AcceptOptions } from './check-content.ts';
export type {
  HashEngine,
  HashJob,
  HashOptions,
  PreparedEngine,
  Progress,
  RangeRead,
  RangeReader,
} from './engine.ts';
export type { Curve, HashAlgorithm } from './format/algorithms.ts';
export type { AttestedSubject, DigestDomain, ParsedAttestation } from './format/attestation.ts';
export { MAX_BUNDLE_BYTES, type Method, methodOf, type VerificationMaterial } from './format/bundle.ts';
export type { BundleClaims, DigestClaim, StatementClaims, SubjectClaims } from './format/claims.ts';
export { encodingOf, withoutByteOrderMark } from './format/encoding.ts';
export {
  type Difference,
  type ErrorCode,
  errorCodes,
  isOmsError,
  OmsError,
  type OmsErrorOptions,
  type OmsErrorWith,
  type Stage,
  type Warning,
} from './format/errors.ts';
export { BLAKE3_SIDE_FILE, type Extension, ML_DSA_65, SUB_MANIFESTS } from './format/extensions.ts';
export {
  type Annotations,
  type ByteRange,
  type Draft,
  type Manifest,
  type Resource,
  resourceName,
  type Serialization,
  type SubManifest,
} from './format/manifest/manifest.ts';
export { encodeSubManifest, SUB_MANIFEST_NAME } from './format/manifest/sub-manifests.ts';
export { canonicalIgnorePath } from './format/names.ts';
export { preAuthenticationEncoding, type SignatureForm } from './format/pae.ts';
export type { PointerKind } from './format/pointer.ts';
export { isReservedType, predicateName, predicateNames, predicateTypeOf } from './format/predicate-types.ts';
export { escapeHidden, printable, quote, redact } from './format/text.ts';
export type { Audit } from './hashing/audit.ts';
export type { Evidence, EvidenceOptions, ReadModelOptions } from './hashing/options.ts';
export type { FileLook, ReuseEvidence } from './hashing/reuse-evidence.ts';
export type { IgnoredFilesOptions } from './ignored.ts';
export { type FileEntry, type Inspection, inspectBundle, inspectFile } from './inspect.ts';
export { anyOf } from './methods/any-of.ts';
export {
  type CertificateSignerOptions,
  type CertificateUsage,
  type CertificateVerifierOptions,
  certificateSigner,
  certificateVerifier,
} from './methods/certificate.ts';
export type { Pem } from './methods/ec-key.ts';
export { type KeyExtensions, type KeyVerifierOptions, keySigner, keyVerifier, keyVerifierOf } from './methods/key.ts';
export {
  type TimestampedVerifierOptions,
  timestampedSigner,
  timestampedVerifier,
} from './methods/key-timestamps.ts';
export type { KeySignerOptions, PrivateKeyHandle } from './methods/private-key.ts';
export { inspectPublicKey, type PublicKeySummary } from './methods/public-key.ts';
export {
  type HttpTimestampOptions,
  httpTimestampAuthority,
  type TimestampAuthority,
} from './methods/timestamp-authority.ts';
export type {
  Content,
  ContentDigest,
  ExcludedCode,
  HubLink,
  KnownDigest,
  Listing,
  ListOptions,
  Model,
  ModelFile,
  UnusableEntry,
} from './model.ts';
export {
  type Observer,
  type OperationEnd,
  type OperationFacts,
  type OperationName,
  observe,
} from './observe.ts';
export { type OpenSignatureOptions, openSignature, type SignedManifest } from './open.ts';
export {
  type OpenVerifiedOptions,
  openVerified,
  type ReadReport,
  type VerifiedFile,
  type VerifiedModel,
} from './open-verified.ts';
export { type PlannedModel, planModel } from './planned.ts';
export { type Reuse, type ReuseOptions, type ReuseReport, reuseDigests } from './reuse.ts';
export { selectSigned } from './select.ts';
export {
  type ByteSource,
  type MadeSideFile,
  makeSideFile,
  openRanges,
  type SideFileOptions,
  type VerifiedRanges,
} from './side-file.ts';
export {
  type HashedModel,
  type HashModelOptions,
  hashModel,
  type SignedModel,
  type SignModelOptions,
  signModel,
} from './sign.ts';
export type { GivenSubManifest } from './signed-sub-manifests.ts';
export type {
  CertificateIdentity,
  CertificateSummary,
  KeyIdentity,
  MadeSignature,
  SignedContent,
  Signer,
  SignerIdentity,
  SigstoreIdentity,
  VerifiedSignature,
  Verifier,
  Warn,
} from './signer.ts';
export type { Coverage, HashedBy, ListingState, Verdict } from './verdict.ts';
export {
  type Verification,
  type VerifyModelOptions,
  type VerifySignedOptions,
  verifyModel,
  verifySigned,
} from './verify.ts';
export { type SignatureOutcome, verifySeveral } from './verify-several.ts';
export { type VerifySomeOptions, verifySome } from './verify-some.ts';
