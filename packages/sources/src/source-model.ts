import type { Model } from '@model-signing/core';

/** Where a model was found, down to the revision that everything after it is asked of. */
export interface SourceLocation {
  readonly kind: 'huggingface' | 'oci';
  /** The name as it was given, in its usual form: `hf://org/model@main`. */
  readonly reference: string;
  /** The same model by what can never be something else: `hf://org/model@<commit>`, `oci://host/name@sha256:…`. */
  readonly pinned: string;
  /** The commit (40 hexadecimal digits) or the digest of the manifest (`sha256:…`). */
  readonly revision: string;
  /** Whether the name itself gave the commit or the digest, so that the store had no say in it. */
  readonly isPinned: boolean;
}

/** A model in a store, at one revision. Its files carry the digests that the store advertises. */
export interface SourceModel extends Model {
  readonly location: SourceLocation;
  /**
   * The places of signatures in the store, the most usual first; those of the same `rank` are equally good, and the caller has to
   * choose among them.
   * @throws {SourceError}
   */
  findSignatures(signal?: AbortSignal): Promise<readonly StoredSignature[]>;
  /**
   * The signature of this name: a path among the files of the model, or the digest of a referrer.
   * @throws {SourceError} `source/not-found`
   */
  readSignature(name: string, signal?: AbortSignal): Promise<Uint8Array>;
}

/** A signature that a store keeps for a model. Nothing about it is verified. */
export interface StoredSignature {
  /** What {@link SourceModel.readSignature} takes: `model.sig`, `sha256:…`. Untrusted: escape it before printing. */
  readonly name: string;
  /** Lower is looked at first. */
  readonly rank: number;
  /** Why it is taken for a signature: `its name is model.sig`. */
  readonly why: string;
}
