import { getSystemErrorMessage } from 'node:util';

/** What a user can do about an error of the system, by its code. */
export const systemHints: Readonly<Record<string, string>> = {
  EACCES: 'give the user who runs the command the right to read it',
  EPERM: 'give the user who runs the command the right to read it',
  EMFILE: 'raise the limit of open files (ulimit -n), or lower --jobs',
  ENFILE: 'raise the limit of open files (ulimit -n), or lower --jobs',
  EIO: 'the disk or the network file system failed: check it, and read the file again',
  ENAMETOOLONG: 'the path is longer than the system can open: shorten it, or run the command in a folder further down',
};

/** An error of the operating system, such as ENOENT. */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'errno' in error && 'code' in error;
}

/** The message of the operating system, without the path that Node adds. */
export function systemMessage(error: NodeJS.ErrnoException): string {
  const words = typeof error.errno === 'number' ? getSystemErrorMessage(error.errno) : undefined;
  return words ? `${words} (${error.code})` : `${error.code}`;
}
