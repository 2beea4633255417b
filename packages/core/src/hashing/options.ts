import type { HashEngine, Progress } from '../engine.ts';

/** What signing, hashing and verifying a model have in common. */
export interface ReadModelOptions {
  /** Paths relative to the model root that are left out, each with everything below it. Not patterns. */
  readonly ignorePaths?: readonly string[] | undefined;
  /** Leave out `.git`, `.gitattributes`, `.github` and `.gitignore` at the top level. Default true. */
  readonly ignoreGitPaths?: boolean | undefined;
  /** What computes the digests. Default: worker threads on this machine. */
  readonly engine?: HashEngine | undefined;
  /** Threads to hash with, the calling one included. Default: one for each processor. */
  readonly threads?: number | undefined;
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
}
