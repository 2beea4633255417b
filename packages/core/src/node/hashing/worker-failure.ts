import { FileChanged } from './open-file.ts';

/** A failure in a form that can be sent to another thread. */
export interface WorkerFailure {
  /** Whether the file changed, as opposed to a failing disk or a bug. */
  readonly changed: boolean;
  readonly message: string;
  readonly details: Readonly<Record<string, unknown>>;
}

export function failureOf(error: unknown): WorkerFailure {
  const { message, ...details } =
    error instanceof Error ? { ...error, message: error.message } : { message: String(error) };
  return { changed: error instanceof FileChanged, message, details: { ...details } };
}

export function errorOf({ changed, message, details }: WorkerFailure): Error {
  return changed ? new FileChanged(message) : Object.assign(new Error(message), details);
}
