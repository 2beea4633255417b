export * from '#pull';
export { withLfsPointers } from './lfs/lfs-pointers.ts';
export {
  formatReference,
  type HuggingFaceReference,
  type ModelReference,
  type OciReference,
  parseReference,
} from './reference.ts';
export { SourceError, type SourceErrorCode, type SourceErrorOptions } from './source-error.ts';
export type { SourceLocation, SourceModel, StoredSignature } from './source-model.ts';
