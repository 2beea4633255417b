import type { Output } from './output.ts';
import type { GlobalFlags } from './settings.ts';

/** What every command needs besides its arguments. */
export interface Context {
  readonly output: Output;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

/** Runs the work of a command under the settings of its flags. */
export type Run = (flags: GlobalFlags, work: (context: Context) => Promise<void>) => Promise<void>;
