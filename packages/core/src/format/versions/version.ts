import type { Serialization as WrittenSerialization } from '@model-signing/spec';
import type { Warnings } from '../errors.ts';
import type { Annotations, Draft, RootContent, StatedManifest } from '../manifest/manifest.ts';
import type { SignedBytes } from '../pae.ts';
import type { SchemaIssue, SchemaVerdict } from '../schema-error.ts';

/** A statement as read from a payload. The type does not say whether it was signed: see `envelope.ts`. */
export interface ParsedStatement {
  /** What the signer called the model; null in a form that has no place for it. Informative only (OMS-SUBJECT-5). */
  readonly subjectName: string | null;
  readonly manifest: StatedManifest;
}

/** A version of the format, or a historical form: everything in which they differ. */
export interface FormatVersion {
  readonly name: '1.0' | Draft | '0.2';
  readonly predicateType: string;
  /** Which bytes of the envelope the signature covers. */
  readonly signedBytes: SignedBytes;
  /**
   * Validates a statement against the schema of this version. What the schema cannot express is left to `checkManifest`.
   * @throws {OmsError} `statement/…`, and `manifest/…` for faults inside the predicate
   */
  readStatement(value: unknown, warnings: Warnings): ParsedStatement;
  /** In lowercase hexadecimal. */
  rootDigest(content: RootContent): string;
  /** The root digest of version 1.0, in a version that states it beside its own (OMS-ROOT-8). */
  publishedRootDigest?(content: RootContent): string;
}

/** A version that can be written as well as read. */
export interface CurrentVersion extends FormatVersion {
  /** The draft that this version is, if it is one. */
  readonly draft?: Draft;
  /** Validates a statement that we make, except for its resources. */
  validateProducedShell(statement: unknown): SchemaVerdict;
  /** Returns a function that validates resources that we make; `from` is the index of the first one in the statement. */
  producedResourcesValidator(
    serialization: WrittenSerialization,
  ): (resources: readonly unknown[], from: number) => SchemaIssue | null;
  /**
   * Refuses annotations that cannot be signed, before the model is read.
   * @throws {OmsError} `manifest/annotations-invalid`
   * @throws {TypeError} if the version has no place for annotations
   */
  checkAnnotations(annotations: Annotations): void;
  /**
   * Refuses to sign through links, in a version that does not record them (OMS-LINK-20).
   * @throws {OmsError} `model/symlink`
   */
  checkLinks?(): void;
}
