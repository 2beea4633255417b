/**
 * Does work that belongs to others, such as a model, an engine or a person, and waits for it no longer than until the signal is
 * aborted, whether it was before, is in the meantime or by the work itself. What the work does after that has no effect.
 * @throws the reason of the signal, or what the work throws
 */
export async function unlessAborted<T>(signal: AbortSignal | undefined, work: () => T | PromiseLike<T>): Promise<T> {
  if (!signal) return work();
  signal.throwIfAborted();
  let onAbort = () => {};
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort);
  });
  try {
    const result = await Promise.race([aborted, Promise.resolve(work())]);
    signal.throwIfAborted();
    return result;
  } finally {
    signal.removeEventListener('abort', onAbort);
    aborted.catch(() => {}); // the work may throw after it has aborted
  }
}
