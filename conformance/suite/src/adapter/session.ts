import type { Limits, Observation } from './answer.ts';
import type { Call } from './flags.ts';

/** An adapter that takes one call after another. */
export interface Session {
  /**
   * Makes one call. Never rejects because of what the adapter does: that is in the answer.
   * @param directory of the case, where everything that is written belongs
   */
  call(call: Call, directory: string, limits: Limits): Promise<Observation>;
  /** Ends whatever runs. */
  close(): Promise<void>;
}
