import { getSystemErrorMap } from 'node:util';

export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'errno' in error;
}

/** Whether there is nothing at a path. */
export function isMissing(error: unknown): boolean {
  return isSystemError(error) && (error.code === 'ENOENT' || error.code === 'ENOTDIR');
}

/** Whether a link leads to nothing or to itself. */
export function isBrokenLink(error: unknown): boolean {
  return isMissing(error) || (isSystemError(error) && error.code === 'ELOOP');
}

/** What went wrong, in the words of the operating system and with its code, but without a path. */
export function systemProblem({ errno, code }: NodeJS.ErrnoException): string {
  const [, description = 'the operating system reports an error'] = getSystemErrorMap().get(errno ?? 0) ?? [];
  return `${description} (${code ?? errno})`;
}

/** Returns the result of a call, or null if it throws. */
export function attempt<T>(call: () => T): T | null {
  try {
    return call();
  } catch {
    return null;
  }
}
