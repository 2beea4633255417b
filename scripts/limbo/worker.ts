// Judges cases one after another in a separate thread, so that an endless search can be terminated.
import { parentPort, workerData } from 'node:worker_threads';
import { type Candidate, judgeOf } from './candidates.ts';

const judge = await judgeOf(workerData as Candidate);
parentPort?.on('message', async (limboCase) => {
  parentPort?.postMessage(await judge(limboCase));
});
parentPort?.postMessage('ready');
