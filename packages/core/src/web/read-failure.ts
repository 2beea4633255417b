import { OmsError } from '../format/errors.ts';
import { quote } from '../format/text.ts';
import type { Chosen } from './blob-content.ts';

/** The names of the errors with which a browser refuses to read a file that it gave access to. */
const readErrors: ReadonlySet<string> = new Set([
  'NotFoundError',
  'NotReadableError',
  'NotAllowedError',
  'SecurityError',
  'InvalidStateError',
  'EncodingError',
  'AbortError',
]);

/** Whether a browser could not read a file or a folder. */
export function isReadError(error: unknown): boolean {
  return error instanceof DOMException && readErrors.has(error.name);
}

/** Why a file or folder cannot be read, as the browser says it. */
export function unreadableHere(what: 'file' | 'directory', name: string, cause: unknown): OmsError {
  const why = quote((cause as DOMException).message);
  return new OmsError('model/unreadable', `the ${what} ${quote(name)} cannot be read: the browser says ${why}`, {
    cause,
  });
}

/**
 * The error for a file that could not be hashed. Browsers refuse to read a file that was changed after it was chosen with the same
 * error as one that they may not read, so that the file is looked at once more.
 */
export async function explainFailure(name: string, { blob, again }: Chosen, error: unknown): Promise<unknown> {
  if (!isReadError(error)) return error;
  if (again && (await isChanged(blob, again))) {
    const message = `the file ${quote(name)} was changed, replaced or removed while the model was read`;
    return new OmsError('model/changed', message, { cause: error });
  }
  const message = `the file ${quote(name)} cannot be read, or was changed after it was chosen: choose the model again`;
  return new OmsError('model/unreadable', message, { cause: error });
}

async function isChanged(before: Blob, again: () => Promise<Blob>): Promise<boolean> {
  try {
    return !isSameState(before, await again());
  } catch (error) {
    return error instanceof DOMException && error.name === 'NotFoundError';
  }
}

/** Whether two looks at a file found the same size and time, which is all that a browser tells. */
export function isSameState(before: Blob, after: Blob): boolean {
  return before.size === after.size && modifiedAt(before) === modifiedAt(after);
}

function modifiedAt(blob: Blob): number | undefined {
  return (blob as Partial<File>).lastModified;
}
