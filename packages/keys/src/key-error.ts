import { printable } from '@model-signing/core';

/** What went wrong with a key that is held elsewhere, and never a verdict on a signature. The table is closed. */
export type KeyErrorCode =
  /** The reference to the key is not in a form that is understood. */
  | 'key/reference-invalid'
  /** There is no such token, key, version or certificate. */
  | 'key/not-found'
  /** Several keys or tokens fit the reference, and the caller has to say which. */
  | 'key/ambiguous'
  /** The key is there, and is not one that can make signatures of models. */
  | 'key/unsupported'
  /** The token wants a PIN, and none was given. */
  | 'key/pin-missing'
  /** The token refuses the PIN. */
  | 'key/pin-wrong'
  /** The token accepts no PIN any more, until it is unlocked. */
  | 'key/pin-locked'
  /** The program, module or package that reaches the key is not installed, or cannot be loaded. */
  | 'key/module-missing'
  /** The service wants other credentials, or none could be read. */
  | 'key/unauthorized'
  /** No service, or none that responded in time. */
  | 'key/unreachable'
  /** The token, service or plugin refuses, in its own words. */
  | 'key/refused'
  /** The response is not what the protocol or the request demands, or is beyond a bound that protects the caller. */
  | 'key/response-invalid';

export interface KeyErrorOptions {
  readonly cause?: unknown;
  /** What the caller has to choose from: the identifiers of keys, say. Untrusted: escape them before printing. */
  readonly choices?: readonly string[] | undefined;
}

/**
 * A key could not be found, opened or used where it is held. The message names the token, the service or the plugin, what was
 * expected and what was found. It holds no PIN and no credentials, and is printable.
 */
export class KeyError extends Error {
  override readonly name = 'KeyError';
  readonly code: KeyErrorCode;
  readonly choices: readonly string[];

  constructor(code: KeyErrorCode, message: string, { choices = [], ...options }: KeyErrorOptions = {}) {
    super(printable(message), 'cause' in options ? { cause: options.cause } : undefined);
    this.code = code;
    this.choices = choices;
  }
}
