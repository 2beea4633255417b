import type { HashAlgorithm } from '../format/algorithms.ts';
import { type Bytes, type HashBlobOptions, type Hashed, hashBlob } from './hash-blob.ts';
import { isReadError } from './read-failure.ts';
import type { WorkerRequest, WorkerResponse } from './worker-messages.ts';

/** What is used of a browser's `Worker`. */
export interface HashWorker {
  onmessage: ((event: { readonly data: WorkerResponse }) => void) | null;
  onerror: ((event: { preventDefault?(): void }) => void) | null;
  postMessage(request: WorkerRequest): void;
  terminate(): void;
}

/** Hashes blobs on one thread. */
export interface BlobHasher {
  hash(blob: Bytes, algorithm: HashAlgorithm, options: HashBlobOptions): Promise<Hashed>;
  /** Ends what is being hashed, which then never gives a result. */
  close(): void;
}

/** Hashes on the calling thread, for a page that may start no workers, until the signal is aborted. */
export function callingThread(closing: AbortSignal): BlobHasher {
  return {
    hash: (blob, algorithm, options) => hashBlob(blob, algorithm, { ...options, stop: closing }),
    close: () => {},
  };
}

declare const Worker: new (url: URL, options: object) => HashWorker;

/**
 * Starts the worker of this package. Bundlers that know these very words include its script by themselves; webpack does so only if
 * `Worker` is the global one, by its name alone.
 */
function startDefaultWorker(): HashWorker {
  return new Worker(new URL('./hash-worker.js', import.meta.url), { type: 'module' });
}

/** A script that is not that of this package loads, and never says that it is ready. */
const STARTS_WITHIN_MS = 10_000;

/**
 * Starts one worker. Null if it does not start, such as where a policy of the page forbids it or its script is not there: then the
 * calling thread hashes, more slowly and with the same result.
 * @param closing aborted once the worker is needed no more
 */
export async function startWorker(
  start: (() => HashWorker) | undefined,
  closing: AbortSignal,
): Promise<BlobHasher | null> {
  let worker: HashWorker;
  try {
    worker = (start ?? startDefaultWorker)();
  } catch {
    return null;
  }
  let timer: ReturnType<typeof setTimeout> | undefined;
  const isReady = await new Promise<boolean>((resolve) => {
    timer = setTimeout(resolve, STARTS_WITHIN_MS, false);
    worker.onmessage = () => resolve(true);
    worker.onerror = (event) => {
      event.preventDefault?.();
      resolve(false);
    };
    closing.addEventListener('abort', () => resolve(false));
  });
  clearTimeout(timer);
  if (isReady && !closing.aborted) return new WorkerHasher(worker, closing);
  worker.terminate();
  return null;
}

interface Pending {
  readonly onBytes: (count: number) => void;
  resolve(hashed: Hashed): void;
  reject(error: Error): void;
}

/** Hashes blobs in a worker, and on the calling thread what the worker could not: one that has stopped says nothing about the file. */
class WorkerHasher implements BlobHasher {
  readonly #worker: HashWorker;
  readonly #callingThread: BlobHasher;
  readonly #pending = new Map<number, Pending>();
  #requests = 0;
  #hasStopped = false;

  constructor(worker: HashWorker, closing: AbortSignal) {
    this.#worker = worker;
    this.#callingThread = callingThread(closing);
    worker.onmessage = ({ data }) => this.#receive(data);
    worker.onerror = (event) => {
      event.preventDefault?.();
      this.#stop();
    };
  }

  async hash(blob: Bytes, algorithm: HashAlgorithm, { inSlices, onBytes }: HashBlobOptions): Promise<Hashed> {
    let counted = 0;
    const count = (bytes: number) => {
      counted += bytes;
      onBytes(bytes);
    };
    try {
      return await this.#request(blob, algorithm, { inSlices, onBytes: count });
    } catch (error) {
      if (isReadError(error)) throw error;
      return await this.#callingThread.hash(blob, algorithm, { inSlices, onBytes: beyond(counted, onBytes) });
    }
  }

  #request(blob: Bytes, algorithm: HashAlgorithm, { inSlices, onBytes }: HashBlobOptions): Promise<Hashed> {
    const { promise, resolve, reject } = Promise.withResolvers<Hashed>();
    if (this.#hasStopped) throw stopped();
    const id = this.#requests++;
    this.#pending.set(id, { onBytes, resolve, reject });
    this.#worker.postMessage({ id, blob, algorithm, inSlices });
    return promise;
  }

  #receive(response: WorkerResponse): void {
    const pending = response.id === null ? undefined : this.#pending.get(response.id);
    if (!pending || response.id === null) return;
    if ('bytes' in response) {
      pending.onBytes(response.bytes);
      return;
    }
    this.#pending.delete(response.id);
    if ('hashed' in response) pending.resolve(response.hashed);
    else pending.reject(new DOMException(response.failed.message, response.failed.name));
  }

  #stop(): void {
    this.#hasStopped = true;
    this.#worker.terminate();
    for (const { reject } of this.#pending.values()) reject(stopped());
    this.#pending.clear();
  }

  close(): void {
    this.#worker.terminate();
  }
}

const stopped = () => new Error('a worker that hashes has stopped');

/** Reports the bytes after the first `count` of them, which were reported before. */
function beyond(count: number, onBytes: (count: number) => void): (bytes: number) => void {
  let known = count;
  return (bytes) => {
    const repeated = Math.min(known, bytes);
    known -= repeated;
    if (bytes > repeated) onBytes(bytes - repeated);
  };
}
