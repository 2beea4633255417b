// What a worker thread does for streams: it hashes blocks of shared memory in the order in which they come.
import { parentPort } from 'node:worker_threads';
import { type Hasher, loadAlgorithm } from './algorithms.ts';
import { STARTED, type StreamMessage } from './worker-messages.ts';

const hashers = new Map<number, Hasher>();

parentPort?.once('message', async (name: string) => {
  const algorithm = await loadAlgorithm(name);
  parentPort?.on('message', (message: StreamMessage | null) => {
    if (message === null) return parentPort?.close();
    const { id, block, isLast } = message;
    const hasher = hashers.get(id) ?? algorithm.createHasher();
    hasher.update(Buffer.from(block.buffer, block.byteOffset, block.length));
    if (isLast) hashers.delete(id);
    else hashers.set(id, hasher);
    parentPort?.postMessage(isLast ? hasher.digest() : null);
  });
  parentPort?.postMessage(STARTED);
});
