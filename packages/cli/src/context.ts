import type { Output } from './output.ts';

/** What a command is given besides its arguments. */
export interface Context {
  readonly output: Output;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}
