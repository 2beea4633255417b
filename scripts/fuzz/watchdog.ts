// A thread beside the one that tries inputs. An input may block that one without end, which then cannot notice that the process that
// watches it has ended; this one ends the whole process.
import { rmSync } from 'node:fs';
import { workerData } from 'node:worker_threads';

const { parent, folder } = workerData as { readonly parent: number; readonly folder: string };

setInterval(() => {
  if (process.ppid === parent) return;
  rmSync(folder, { recursive: true, force: true });
  process.kill(process.pid, 'SIGKILL');
}, 500);
