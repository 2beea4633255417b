export { algorithms } from '../generated/v1.1/algorithms.ts';
export type {
  Annotations,
  Bundle,
  DigestAlgorithm,
  Envelope,
  Predicate,
  PublicKey,
  ResourceDescriptor,
  Rfc3161Timestamp,
  RootDigest,
  Serialization,
  Signature,
  Statement,
  Subject,
  TimestampVerificationData,
  VerificationMaterial,
  X509Certificate,
  X509CertificateChain,
} from '../generated/v1.1/documents.ts';
export type { RequirementId } from '../generated/v1.1/requirement-id.ts';
export { BUNDLE_MEDIA_TYPE, PAYLOAD_TYPE, PREDICATE_TYPE, STATEMENT_TYPE } from './identifiers.ts';
export {
  type Issue,
  type Validation,
  validateBundle,
  validateEnvelope,
  validatePredicate,
  validateProducedBundle,
  validateProducedEnvelope,
  validateProducedPredicate,
  validateProducedStatement,
  validateStatement,
} from './validate.ts';
