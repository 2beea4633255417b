import type { VectorInputs, VectorModel } from '../vectors/vector.ts';

/** A model, a bundle, and the inputs of a verifier. */
export interface VerifyCase {
  readonly model: VectorModel;
  readonly inputs: VectorInputs;
  readonly bundle: Uint8Array;
  /** Reads a file that the inputs name. */
  readonly read: (file: string) => Buffer;
  /** The exclusions of earlier verifications, which a defective program keeps. */
  readonly carriedOver?: readonly string[];
  /** The files of attestations, if there are any. */
  readonly attestations?: readonly Buffer[] | undefined;
}

/** A model, the bundles, and the policy that decides. */
export interface PolicyCase extends Omit<VerifyCase, 'read'> {
  readonly furtherBundles: readonly Uint8Array[];
  readonly policy: Uint8Array;
  /** Reads a file that the policy names; null if there is none. */
  readonly read: (file: string) => Buffer | null;
}
