import { setTimeout } from 'node:timers/promises';

/** Attempts at one request, the first included. */
const ATTEMPTS = 3;

const FIRST_PAUSE_MS = 500;

/** How long one attempt may take, in milliseconds. */
export const ATTEMPT_MS = 15_000;

/** Thrown for an answer that another attempt would not change. */
export class FinalError extends Error {
  override readonly name = 'FinalError';
}

/** Tries again after a pause, each twice as long as the one before, unless the failure is final or the caller gave up. */
export async function withRetries<T>(attempt: () => Promise<T>, signal: AbortSignal): Promise<T> {
  for (let count = 1, pause = FIRST_PAUSE_MS; ; count++, pause *= 2) {
    try {
      return await attempt();
    } catch (error) {
      if (count === ATTEMPTS || error instanceof FinalError || signal.aborted) throw error;
    }
    await setTimeout(pause, undefined, { signal });
  }
}

/** Whether another attempt may get another answer. */
export function isPassing(status: number): boolean {
  return status >= 500 || status === 429 || status === 408;
}
