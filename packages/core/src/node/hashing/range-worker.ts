// What a worker thread does for ranges: it reads each into shared memory, and hashes it there.
import { parentPort } from 'node:worker_threads';
import { type LoadedAlgorithm, loadAlgorithm } from './algorithms.ts';
import { type LocalRange, readLocalRange } from './read-local-range.ts';
import { failureOf } from './worker-failure.ts';
import { type RangeReply, STARTED } from './worker-messages.ts';

parentPort?.once('message', async (name: string) => {
  const algorithm = await loadAlgorithm(name);
  parentPort?.on('message', (range: LocalRange | null) => {
    if (range === null) return parentPort?.close();
    parentPort?.postMessage(replyTo(range, algorithm));
  });
  parentPort?.postMessage(STARTED);
});

function replyTo(range: LocalRange, algorithm: LoadedAlgorithm): RangeReply {
  try {
    const reading = readLocalRange(range, algorithm);
    for (;;) {
      const step = reading.next(); // whose promises are of reading ahead, which this does not do
      if (step.done) return { digest: step.value };
    }
  } catch (error) {
    return { failure: failureOf(error) };
  }
}
