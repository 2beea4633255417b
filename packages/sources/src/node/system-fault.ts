import { getSystemErrorMap } from 'node:util';
import { SourceError } from '../source-error.ts';

/** What file systems say that will not let us make, write or rename something. */
const REFUSALS: ReadonlySet<string | undefined> = new Set([
  'EACCES', 'EPERM', 'EROFS', 'EEXIST', 'ENOTEMPTY', 'ENOTDIR', 'EISDIR', 'ENOENT', 'ENAMETOOLONG', 'EINVAL', 'EBUSY', 'EXDEV',
  'ELOOP', 'EMLINK', 'EFBIG', 'EILSEQ', 'ENOTSUP',
]); // biome-ignore format: a list

const FULL: ReadonlySet<string | undefined> = new Set(['ENOSPC', 'EDQUOT']);

/**
 * Does something where a model is being put.
 * @param what what is done, such as `write "model.bin"`
 * @throws {SourceError} `source/no-space`, `source/target-unusable`
 */
export async function inTarget<T>(what: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (cause) {
    throw targetFault(what, cause);
  }
}

/** The error to throw for a fault of the file system; a bug or a failing disk stays what it is. */
function targetFault(what: string, cause: unknown): unknown {
  if (!isSystemError(cause)) return cause;
  const { code } = cause;
  if (FULL.has(code)) return new SourceError('source/no-space', `the disk is full: cannot ${what}`, { cause });
  if (!REFUSALS.has(code)) return cause;
  return new SourceError('source/target-unusable', `cannot ${what}: ${problemOf(cause)}`, { cause });
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'errno' in error;
}

/** The words of the operating system and its code, without a path. */
export function problemOf(error: NodeJS.ErrnoException): string {
  const [, description = 'the operating system reports an error'] = getSystemErrorMap().get(error.errno ?? 0) ?? [];
  return `${description} (${error.code ?? error.errno})`;
}
