import { PolicyError } from './policy-error.ts';

/** The error for a place in the document, given as a JSON pointer. */
export function invalidAt(pointer: string, message: string, cause?: unknown): PolicyError {
  const place = pointer === '' ? 'the policy' : `the policy at ${pointer}`;
  return new PolicyError('policy/invalid', `${place}: ${message}`, { cause });
}

/** A step of a JSON pointer. */
export function step(name: string | number): string {
  return `/${String(name).replaceAll('~', '~0').replaceAll('/', '~1')}`;
}

/** What an error says, for the message of another one that quotes it. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
