import type { HashEngine, HashOptions } from '../engine.ts';

/** What signing, hashing and verifying a model have in common. */
export interface ReadModelOptions extends Omit<HashOptions, 'algorithm'> {
  /** Paths relative to the model root that are left out, each with everything below it. Not patterns. */
  readonly ignorePaths?: readonly string[] | undefined;
  /** Leave out `.git`, `.gitattributes`, `.github` and `.gitignore` at the top level. Default true. */
  readonly ignoreGitPaths?: boolean | undefined;
  /** What computes the digests. Default: worker threads on this machine. */
  readonly engine?: HashEngine | undefined;
}

/** What digests rest on: bytes that were hashed, or for at least one file what the model's source advertises. */
export type Evidence = 'bytes' | 'advertised';

export interface EvidenceOptions {
  /**
   * Whether digests that a file's source advertises ({@link KnownDigest}) may stand in for its bytes, which are not read
   * then. Default `bytes`: everything is hashed.
   */
  readonly evidence?: Evidence | undefined;
}
