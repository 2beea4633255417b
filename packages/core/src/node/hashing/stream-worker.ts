// What a worker thread does for streams: it hashes blocks in the order in which they come, and gives them back.
import { parentPort } from 'node:worker_threads';
import { type Hasher, loadAlgorithm } from './algorithms.ts';
import { STARTED, type StreamMessage, type StreamReply } from './worker-messages.ts';

const hashers = new Map<number, Hasher>();

parentPort?.once('message', async (name: string) => {
  const algorithm = await loadAlgorithm(name);
  parentPort?.on('message', (message: StreamMessage | null) => {
    if (message === null) return parentPort?.close();
    const { id, block, length, isLast } = message;
    const hasher = hashers.get(id) ?? algorithm.createHasher();
    hasher.update(Buffer.from(block, 0, length));
    if (isLast) hashers.delete(id);
    else hashers.set(id, hasher);
    const reply: StreamReply = { block, digest: isLast ? hasher.digest() : null };
    parentPort?.postMessage(reply, [block]);
  });
  parentPort?.postMessage(STARTED);
});
