import { expect } from 'vitest';
import { type ErrorCode, OmsError } from '../format/errors.ts';

/** The refusal that `attempt` ends with; fails the test if it succeeds, or ends with another code or another error. */
export async function refusal(code: ErrorCode, attempt: () => unknown): Promise<OmsError> {
  let outcome: unknown;
  try {
    outcome = await attempt();
  } catch (error) {
    if (!(error instanceof OmsError)) throw error;
    expect(error.code, error.message).toBe(code);
    return error;
  }
  throw new Error(`expected ${code}, got ${JSON.stringify(outcome)}`);
}
