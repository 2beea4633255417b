import type { Limits, Observation } from './answer.ts';
import type { Call } from './flags.ts';

/** A series of calls to an adapter, one after another. */
export interface Session {
  /**
   * Makes one call. Never rejects because of the adapter: its behaviour is reported in the answer.
   * @param directory of the case, where everything that is written belongs
   */
  call(call: Call, directory: string, limits: Limits): Promise<Observation>;
  /** Ends the processes of the session. */
  close(): Promise<void>;
}
