import type { Output } from './output.ts';
import type { GlobalFlags } from './settings.ts';

/** What a command is given besides its arguments. */
export interface Context {
  readonly output: Output;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

/** Runs what a command does, with the settings that its flags ask for. */
export type Run = (flags: GlobalFlags, work: (context: Context) => Promise<void>) => Promise<void>;
