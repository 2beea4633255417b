import type { ModelFile } from '../model.ts';

/**
 * What can say that a file is as it was when it was signed. It has no digests: the worst that it can do is to keep the old digest of
 * a file that changed, with which no signature verifies.
 */
export interface ReuseEvidence {
  /** SHA-256 of the bundle for whose files it speaks, in lowercase hexadecimal; null if it knows of none. */
  readonly bundle: string | null;
  /**
   * Looks at a file before any file is hashed.
   * @returns null for a file of which it will never say anything, such as a small one
   */
  look(file: ModelFile): Promise<FileLook | null>;
  /**
   * Looks again once everything is hashed.
   * @returns whether the file is still as it was at the first look
   */
  isStill(file: ModelFile): Promise<boolean>;
}

export interface FileLook {
  /** In bytes. */
  readonly size: number;
  /** Whether the file is as it was when the bundle was signed. */
  readonly isUnchanged: boolean;
}
