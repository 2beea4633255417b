// Verifies the files that were chosen, and reads and hashes the same files with nothing of the library.
import { keyVerifier, verifyModel } from '@model-signing/core';
import { fileListModel } from '@model-signing/core/web';
import { decode } from '../verify-case.ts';

interface PlainWorker {
  onmessage: ((event: { readonly data: string }) => void) | null;
  postMessage(file: File): void;
  terminate(): void;
}

interface Globals {
  readonly document: { querySelector(selector: string): { readonly files: ArrayLike<File> } };
  readonly navigator: { readonly hardwareConcurrency: number };
  readonly Worker: new (url: string, options: object) => PlainWorker;
}

const { document, navigator, Worker } = globalThis as unknown as Globals;

const chosen = () => Array.from(document.querySelector('input').files);

/** As many workers as the library starts. */
const workersFor = (files: number) => Math.min(navigator.hardwareConcurrency, 8, files);

const nextMessage = (worker: PlainWorker) =>
  new Promise<string>((resolve) => {
    worker.onmessage = ({ data }) => resolve(data);
  });

/** Milliseconds to read and hash all files; the workers have started before. */
async function plain(): Promise<number> {
  const files = chosen();
  const workers = Array.from(
    { length: workersFor(files.length) },
    () => new Worker('/plain-worker.js', { type: 'module' }),
  );
  await Promise.all(workers.map(nextMessage));
  const start = performance.now();
  const remaining = files.values();
  await Promise.all(
    workers.map(async (worker) => {
      for (const file of remaining) {
        worker.postMessage(file);
        await nextMessage(worker);
      }
    }),
  );
  const took = performance.now() - start;
  for (const worker of workers) worker.terminate();
  return took;
}

/** Milliseconds to verify the chosen files, all of it. */
async function verify(publicKey: string, bundle: string): Promise<number> {
  const start = performance.now();
  const { verdict, resources } = await verifyModel(fileListModel(chosen()), decode(bundle), keyVerifier({ publicKey }));
  if (verdict !== 'partial' || resources.length !== chosen().length) throw new Error(`the verdict is ${verdict}`);
  return performance.now() - start;
}

Object.assign(globalThis, { speed: { plain, verify, workers: () => workersFor(chosen().length) } });
