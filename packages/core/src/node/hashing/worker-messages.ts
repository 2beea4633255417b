import type { WorkerFailure } from './worker-failure.ts';

/** What a worker sends before it takes its first job. */
export const STARTED = 'started';

/** What a worker for streams receives: the next bytes of a stream, or null for the end. It replies to each, in their order. */
export interface StreamMessage {
  readonly id: number;
  /** The worker's until it replies. */
  readonly block: ArrayBuffer;
  /** How many bytes of the block are those of the stream. */
  readonly length: number;
  readonly isLast: boolean;
}

export interface StreamReply {
  readonly block: ArrayBuffer;
  /** Of the stream, after its last bytes. */
  readonly digest: string | null;
}

/** What a worker for ranges replies to each `LocalRange`. */
export type RangeReply = { readonly digest: string } | { readonly failure: WorkerFailure };
