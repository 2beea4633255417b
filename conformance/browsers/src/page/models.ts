// What only browsers have: chosen and dropped folders, their own file system, workers.
import {
  type HashAlgorithm,
  type HashEngine,
  keyVerifier,
  type Model,
  OmsError,
  verifyModel,
} from '@model-signing/core';
import {
  blobModel,
  type DirectoryHandle,
  type DroppedEntry,
  directoryHandleModel,
  droppedModel,
  fileListModel,
  type HashWorker,
  webEngine,
} from '@model-signing/core/web';
import { decode } from '../verify-case.ts';

interface Signed {
  readonly publicKey: string;
  readonly bundle: string;
}

/** The verdict with the extent of the listing, or the code of the refusal with the differences. */
async function verdictOf(model: Model, { publicKey, bundle }: Signed, options = {}): Promise<string> {
  try {
    const verified = await verifyModel(model, decode(bundle), keyVerifier({ publicKey }), options);
    return `${verified.verdict}, ${verified.listing}`;
  } catch (error) {
    if (!(error instanceof OmsError)) return String(error);
    const differences = error.differences.map(({ kind, path }) => ` ${kind} ${path}`).join('');
    return `${error.code}${differences}`;
  }
}

interface WritableHandle extends DirectoryHandle {
  getDirectoryHandle(name: string, options: object): Promise<WritableHandle>;
  getFileHandle(
    name: string,
    options: object,
  ): Promise<{
    createWritable(): Promise<{ write(data: unknown): Promise<void>; close(): Promise<void> }>;
  }>;
  removeEntry(name: string, options: object): Promise<void>;
}

async function write(folder: WritableHandle, path: string, content: string): Promise<void> {
  const parts = path.split('/');
  let at = folder;
  for (const name of parts.slice(0, -1)) at = await at.getDirectoryHandle(name, { create: true });
  const file = await at.getFileHandle(parts.at(-1) ?? '', { create: true });
  const stream = await file.createWritable();
  await stream.write(content);
  await stream.close();
}

/** A folder with these files in the file system of this origin. */
async function folderOf(files: Readonly<Record<string, string>>): Promise<WritableHandle> {
  const { storage } = navigator as unknown as { storage: { getDirectory(): Promise<WritableHandle> } };
  const root = await storage.getDirectory();
  await root.removeEntry('model', { recursive: true }).catch(() => {});
  const folder = await root.getDirectoryHandle('model', { create: true });
  for (const [path, content] of Object.entries(files)) await write(folder, path, content);
  return folder;
}

/** Verifies a folder as it is, with an added, a changed and a removed file, and one that is changed in the meantime. */
async function verifyHandles(files: Readonly<Record<string, string>>, signed: Signed): Promise<Record<string, string>> {
  const [first = ''] = Object.keys(files);
  const { [first]: _, ...others } = files;
  const of = async (content: Readonly<Record<string, string>>) => {
    return verdictOf(directoryHandleModel(await folderOf(content)), signed);
  };
  const found: Record<string, string> = {
    unchanged: await of(files),
    added: await of({ ...files, extra: 'x' }),
    changed: await of({ ...files, [first]: 'y' }),
    removed: await of(others),
  };
  const folder = await folderOf(files);
  const model = directoryHandleModel(folder);
  const changing: Model = {
    ...model,
    async list(options) {
      const listing = await model.list(options);
      await write(folder, first, 'it has another size now');
      return listing;
    },
  };
  found.meanwhile = await verdictOf(changing, signed);
  return found;
}

/** A file of so many MiB, which costs no such memory. */
function largeFile(mebibytes: number): File {
  const part = new Blob([new Uint8Array(1024 * 1024).fill(7)]);
  return new File(
    Array.from({ length: mebibytes }, () => part),
    'large',
  );
}

const countingWorkers = (script = '/hash-worker.js') => {
  const started: HashWorker[] = [];
  const { Worker } = globalThis as unknown as { Worker: new (url: string, options: object) => HashWorker };
  const createWorker = () => {
    const worker = new Worker(script, { type: 'module' });
    started.push(worker);
    return worker;
  };
  return { started, engine: webEngine({ createWorker }) };
};

/** The digest of a large file by an engine, and the last progress. */
async function digestOf(engine: HashEngine, mebibytes: number, algorithm: HashAlgorithm, start = 0) {
  const { files } = await blobModel(largeFile(mebibytes)).list({
    followSymlinks: false,
    excludes: () => false,
    sizes: true,
  });
  const jobs = files.map((file) => ({ file, start, end: null }));
  let seen = 0;
  const [digest] = await engine.hash(jobs, { algorithm, onProgress: ({ bytes }) => (seen = bytes) });
  return { digest, seen };
}

/** The digests of large files by workers; whether the default engine gives the same, with or without workers. */
async function hashLarge(mebibytes: number, algorithm: HashAlgorithm, start: number) {
  const { started, engine } = countingWorkers();
  const found = await digestOf(engine, mebibytes, algorithm, start);
  const { digest } = await digestOf(webEngine(), mebibytes, algorithm, start);
  return { ...found, workers: started.length, isSame: digest === found.digest };
}

/** The digest of a large file whose worker stops when it is asked, and the last progress. */
async function hashWithDyingWorker(mebibytes: number) {
  const { started, engine } = countingWorkers('/dying-worker.js');
  return { ...(await digestOf(engine, mebibytes, 'sha256')), workers: started.length };
}

/** What an aborted hashing throws, and how long that takes. */
async function abortLarge(): Promise<string> {
  const controller = new AbortController();
  const { engine } = countingWorkers();
  const { files } = await blobModel(largeFile(257)).list({
    followSymlinks: false,
    excludes: () => false,
    sizes: true,
  });
  const onProgress = () => controller.abort(new Error('enough'));
  const jobs = files.map((file) => ({ file, start: 0, end: null }));
  return engine.hash(jobs, { algorithm: 'sha256', onProgress, signal: controller.signal }).then(
    () => 'hashed',
    (error: Error) => error.message,
  );
}

/** What was dropped last. */
const dropped = Promise.withResolvers<DroppedEntry>();

interface Dom {
  addEventListener(type: string, listener: (event: DropEvent) => void): void;
  querySelector(selector: string): { readonly files: ArrayLike<File> };
}

interface DropEvent {
  preventDefault(): void;
  readonly dataTransfer: { readonly items: readonly { webkitGetAsEntry(): DroppedEntry }[] };
}

const { document } = globalThis as unknown as { document: Dom };
document.addEventListener('dragover', (event) => event.preventDefault());
document.addEventListener('drop', (event) => {
  event.preventDefault();
  const [item] = event.dataTransfer.items;
  if (item) dropped.resolve(item.webkitGetAsEntry());
});

Object.assign(globalThis, {
  models: {
    verifyHandles,
    hashLarge,
    hashWithDyingWorker,
    abortLarge,
    verifyChosen: (signed: Signed, options: object) => {
      return verdictOf(fileListModel(document.querySelector('input').files, options), signed);
    },
    verifyDropped: async (signed: Signed, options: object) =>
      verdictOf(droppedModel(await dropped.promise, options), signed),
  },
});
