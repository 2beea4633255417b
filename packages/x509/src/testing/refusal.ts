import { expect } from 'vitest';
import { X509Error, type X509ErrorCode } from '../errors.ts';

/** The refusal that `attempt` ends with; fails the test if it succeeds, or ends with another code or another error. */
export function refusal(code: X509ErrorCode, attempt: () => unknown): X509Error {
  try {
    attempt();
  } catch (error) {
    if (!(error instanceof X509Error)) throw error;
    expect(error.code, error.message).toBe(code);
    return error;
  }
  throw new Error(`expected ${code}, and it was accepted`);
}
