// The script of a worker: hashes blobs.
import { hashBlob } from './hash-blob.ts';
import type { WorkerRequest, WorkerResponse } from './worker-messages.ts';

interface WorkerScope {
  onmessage: ((event: { readonly data: WorkerRequest }) => void) | null;
  postMessage(response: WorkerResponse): void;
}

const scope = globalThis as unknown as WorkerScope;

scope.onmessage = async ({ data: { id, blob, algorithm, inSlices } }) => {
  try {
    const onBytes = (bytes: number) => scope.postMessage({ id, bytes });
    scope.postMessage({ id, hashed: await hashBlob(blob, algorithm, { inSlices, onBytes }) });
  } catch (error) {
    const { name, message } = error as Error;
    scope.postMessage({ id, failed: { name, message } });
  }
};
scope.postMessage({ id: null });
