import type { HashEngine, HashOptions } from '../engine.ts';

/** What signing, hashing and verifying a model have in common. */
export interface ReadModelOptions extends Omit<HashOptions, 'algorithm' | 'onPointer' | 'signing'> {
  /** Paths relative to the model root that are left out, each with everything below it. Not patterns. */
  readonly ignorePaths?: readonly string[] | undefined;
  /** Leave out `.git`, `.gitattributes`, `.github` and `.gitignore` at the top level. Default true. */
  readonly ignoreGitPaths?: boolean | undefined;
  /** What computes the digests. Default: worker threads on this machine. */
  readonly engine?: HashEngine | undefined;
}

/** What the digests are based on: hashed bytes, or for at least one file the digest that the model's source advertises. */
export type Evidence = 'bytes' | 'advertised';

export interface EvidenceOptions {
  /**
   * Whether the digest that a file's source advertises ({@link KnownDigest}) may be used instead of reading and hashing its
   * bytes. Default `bytes`: everything is hashed.
   * With `strict`, only `bytes` is accepted.
   */
  readonly evidence?: Evidence | undefined;
}
