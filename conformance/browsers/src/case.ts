// One vector, in the form in which it is sent to a page.
import type { Extension } from '@model-signing/core';

/** A file of a model, with its path from the root; the only file has its name. */
export interface CaseFile {
  readonly path: string;
  /** The bytes in Base64. */
  readonly content: string;
}

export interface Case {
  readonly id: string;
  readonly model: { readonly name: string; readonly isFile: boolean; readonly files: readonly CaseFile[] };
  /** The signature files in Base64; only a policy takes more than one. */
  readonly bundles: readonly string[];
  /** The path of the signature file in the model, if it is there. */
  readonly signaturePath: string | null;
  readonly inputs: CaseInputs;
}

/** What the caller says, with the contents of files in place of their names. */
export interface CaseInputs {
  readonly method: string;
  readonly publicKey?: string;
  readonly roots?: readonly string[];
  readonly timestampRoots?: readonly string[];
  readonly verificationTime?: string;
  readonly trustedRoot?: string;
  readonly requireLog?: boolean;
  readonly identity?: string;
  readonly identityProvider?: string;
  readonly ignorePaths?: readonly string[];
  readonly ignoreGitPaths?: boolean;
  readonly ignoreUnsignedFiles?: boolean;
  readonly strict?: boolean;
  readonly draft?: '1.1';
  readonly extensions?: readonly Extension[];
  /** The part of a file that is checked, with the side file of that file in Base64. */
  readonly range?: { readonly path: string; readonly start: number; readonly end: number };
  readonly sideFile?: string;
  readonly only?: readonly string[];
  readonly lfsPointers?: boolean;
  readonly ociManifest?: boolean;
  readonly policy?: string;
  /** The files that the policy names, in Base64 by path. */
  readonly policyFiles?: Readonly<Record<string, string>>;
  readonly as?: string;
}

/** What came of a vector: everything that a caller can decide by. */
export interface Outcome {
  readonly outcome: 'accept' | 'reject' | 'error';
  readonly code?: string;
  readonly message?: string;
  readonly detail?: unknown;
}
