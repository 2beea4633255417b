import { huggingFaceModel } from './huggingface/model.ts';
import { ociModel } from './oci/model.ts';
import type { HuggingFaceReference, OciReference } from './reference.ts';
import type { SourceModel } from './source-model.ts';

export interface OpenSourceModelOptions {
  /** Refuse a name that leaves it to the store which revision it means. Default false. */
  readonly requirePinned?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * A model in the store that its name says, at the revision that the store has now.
 * @throws {SourceError}
 */
export async function openSourceModel(
  reference: HuggingFaceReference | OciReference,
  options: OpenSourceModelOptions = {},
): Promise<SourceModel> {
  if (reference.kind === 'huggingface') return huggingFaceModel(reference, options);
  return ociModel(reference, options);
}
