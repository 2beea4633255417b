// Judges one case after another in a thread of its own, so that a search without end can be ended from outside.
import { parentPort, workerData } from 'node:worker_threads';
import { type Candidate, judgeOf } from './candidates.ts';

const judge = await judgeOf(workerData as Candidate);
parentPort?.on('message', async (limboCase) => {
  parentPort?.postMessage(await judge(limboCase));
});
parentPort?.postMessage('ready');
