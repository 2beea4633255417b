import { printable } from '@model-signing/core';

/** What went wrong with a source, and never a verdict on a signature. The table is closed. */
export type SourceErrorCode =
  /** The name of a model is not in a form that is understood. */
  | 'source/reference-invalid'
  /** The name leaves open which revision it means, and the caller accepts only one that does not. */
  | 'source/not-pinned'
  /** There is no such model, revision or file, or it is hidden from a caller without a token. */
  | 'source/not-found'
  /** The server wants other credentials, or none could be read. */
  | 'source/unauthorized'
  /** No server, or none that stayed until the end, after every attempt. */
  | 'source/unreachable'
  /** The response is not what the protocol or the request demands. */
  | 'source/response-invalid'
  /** A manifest of a registry is not in the form that it must have, or names files that no model can have. */
  | 'source/manifest-invalid'
  /** The response is beyond a bound that protects the caller. */
  | 'source/too-large'
  /** The store has no digest that a signature could be compared with. */
  | 'source/digest-unavailable'
  /** No signature lies at any of the places where one is looked for. */
  | 'source/signature-absent'
  /** Several signatures lie at places of the same rank, and the caller has to choose. */
  | 'source/signature-ambiguous'
  /** The place where a model was to be put is taken by something else, or cannot be written. */
  | 'source/target-unusable'
  /** The disk has less space than the model needs. */
  | 'source/no-space'
  /** Two names of the model would be one file on a common file system. */
  | 'source/names-collide';

export interface SourceErrorOptions {
  readonly cause?: unknown;
  /** What the caller has to choose from: the names of signatures, say. Untrusted: escape them before printing. */
  readonly choices?: readonly string[] | undefined;
}

/**
 * A model could not be found, listed, read or put in place where it is kept. The message names the server or the file, what was
 * expected and what was found. It holds no credentials, and is printable.
 */
export class SourceError extends Error {
  override readonly name = 'SourceError';
  readonly code: SourceErrorCode;
  readonly choices: readonly string[];

  constructor(code: SourceErrorCode, message: string, { choices = [], ...options }: SourceErrorOptions = {}) {
    super(printable(message), 'cause' in options ? { cause: options.cause } : undefined);
    this.code = code;
    this.choices = choices;
  }
}
