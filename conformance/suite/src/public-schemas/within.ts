import { createContext, Script } from 'node:vm';

const script = new Script('work()');

/**
 * Does some work, and stops it when it takes too long: a schema from elsewhere may hold an expression that never ends.
 * @returns null if it was stopped
 */
export function within<T>(milliseconds: number, work: () => T): T | null {
  try {
    return script.runInContext(createContext({ work }), { timeout: milliseconds }) as T;
  } catch (error) {
    // The error comes from the other context, so it is no instance of our own class.
    if ((error as { code?: unknown } | null)?.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT') return null;
    throw error;
  }
}
