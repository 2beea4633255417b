export { findSignature, rankSignatureNames, withoutSignature } from './discovery.ts';
export { type FetchSignatureOptions, fetchSignature } from './fetch-signature.ts';
export { type HuggingFaceModelOptions, huggingFaceModel } from './huggingface/model.ts';
export { metadataOnly } from './metadata-only.ts';
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
