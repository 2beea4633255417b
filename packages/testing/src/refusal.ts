import { expect } from 'vitest';

/** Runs an attempt that must be refused, and returns the error. */
export interface Refused<E extends Error & { readonly code: string }> {
  (code: E['code'], attempt: () => Promise<unknown>): Promise<E>;
  (code: E['code'], attempt: () => unknown): E;
}

/**
 * Makes an assertion for one class of errors: `refusal(code, attempt)` returns the error that `attempt` throws. The test fails
 * if the attempt succeeds or throws anything other than an error of this class with this code.
 */
export function refusalOf<E extends Error & { readonly code: string }>(
  type: abstract new (...parameters: never[]) => E,
): Refused<E> {
  const refused = (code: string, error: unknown): E => {
    if (!(error instanceof type)) throw error;
    expect(error.code, error.message).toBe(code);
    return error;
  };
  const succeeded = (code: string, outcome: unknown): never => {
    throw new Error(`expected ${code}, got ${JSON.stringify(outcome)}`);
  };
  return ((code: string, attempt: () => unknown) => {
    let outcome: unknown;
    try {
      outcome = attempt();
    } catch (error) {
      return refused(code, error);
    }
    if (!(outcome instanceof Promise)) return succeeded(code, outcome);
    return outcome.then(
      (value) => succeeded(code, value),
      (error) => refused(code, error),
    );
  }) as Refused<E>;
}
