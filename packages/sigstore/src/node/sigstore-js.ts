// The parts of sigstore-js that verifying needs. For browsers, `tools/bundle.ts` puts these exports together in one file.
export { ByteStream, crypto, EXTENSION_OID_SCT, RFC3161Timestamp, X509Certificate } from '@sigstore/core';
export { type TimeRange, type TransparencyLogInstance, TrustedRoot } from '@sigstore/protobuf-specs';
export {
  type SignedEntity,
  type TrustMaterial,
  toTrustMaterial,
  VerificationError,
  Verifier,
} from '@sigstore/verify';
