export * from '#copy-verified';
export * from '#pull';
export * from '#skill';
export { findSignature, rankSignatureNames, withoutSignature } from './discovery.ts';
export { type FetchSignatureOptions, fetchSignature } from './fetch-signature.ts';
export { type HuggingFaceModelOptions, huggingFaceModel } from './huggingface/model.ts';
export { withLfsPointers } from './lfs/lfs-pointers.ts';
export { metadataOnly } from './metadata-only.ts';
export type { Attached } from './oci/attach.ts';
export type { AttachedAttestation } from './oci/attestations.ts';
export type { OciCredentials } from './oci/credentials.ts';
export { type ManifestFileOptions, type ManifestModel, ociManifestModel } from './oci/manifest-model.ts';
export { type OciModel, type OciModelOptions, ociModel } from './oci/model.ts';
export type { OciView } from './oci/views.ts';
export { type OpenSourceModelOptions, openSourceModel } from './open-model.ts';
export {
  formatReference,
  type HuggingFaceReference,
  type ModelReference,
  type OciReference,
  parseReference,
} from './reference.ts';
export { SourceError, type SourceErrorCode, type SourceErrorOptions } from './source-error.ts';
export type { SourceLocation, SourceModel, StoredSignature } from './source-model.ts';
