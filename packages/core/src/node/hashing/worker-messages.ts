/** What a worker sends before it takes its first job. */
export const STARTED = 'started';

/** What a worker for streams receives: the next bytes of a stream, or null for the end. It returns null, or the digest of the stream. */
export interface StreamMessage {
  readonly id: number;
  /** In shared memory, which stays as it is until the worker returns. */
  readonly block: Uint8Array;
  readonly isLast: boolean;
}
