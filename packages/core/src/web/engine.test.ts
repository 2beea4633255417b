import { createHash } from 'node:crypto';
import { expect, it, onTestFinished, vi } from 'vitest';
import type { HashJob } from '../engine.ts';
import type { StreamHasher } from '../hashing/streams.ts';
import { refusal } from '../testing/refusal.ts';
import { blobFile } from './blob-content.ts';
import { bytesHashers, webEngine } from './engine.ts';
import { hashBlob } from './hash-blob.ts';
import type { WorkerRequest, WorkerResponse } from './worker-messages.ts';
import type { HashWorker } from './workers.ts';

const bytes = (length: number, seed = 1) => Uint8Array.from({ length }, (_, i) => (i * seed + (i >> 8)) & 0xff);
const sha256 = (data: Uint8Array) => createHash('sha256').update(data).digest('hex');

const jobOf = (name: string, content: Uint8Array<ArrayBuffer>, start = 0, end: number | null = null): HashJob => ({
  file: blobFile(name, { blob: new Blob([content]) }),
  start,
  end,
});

/** A worker in this thread, which does what the script of one does, or fails. */
class FakeWorker implements HashWorker {
  onmessage: ((event: { readonly data: WorkerResponse }) => void) | null = null;
  onerror: ((event: { preventDefault?(): void }) => void) | null = null;
  isTerminated = false;
  readonly requests: WorkerRequest[] = [];

  constructor(kind: 'working' | 'broken' | 'silent' | 'dying' = 'working') {
    queueMicrotask(() => (kind === 'broken' ? this.onerror?.({}) : this.onmessage?.({ data: { id: null } })));
    if (kind === 'silent') this.postMessage = () => {};
    if (kind === 'dying') this.postMessage = ({ id }) => this.#die(id);
  }

  postMessage(request: WorkerRequest): void {
    this.requests.push(request);
    const { id, blob, algorithm, inSlices } = request;
    const answer = (data: WorkerResponse) => this.onmessage?.({ data });
    hashBlob(blob, algorithm, { inSlices, onBytes: (count) => answer({ id, bytes: count }) }).then(
      (hashed) => answer({ id, hashed }),
      ({ name, message }: Error) => answer({ id, failed: { name, message } }),
    );
  }

  /** Says that it has hashed a part, and then no more. */
  #die(id: number): void {
    this.onmessage?.({ data: { id, bytes: 1000 } });
    this.onerror?.({});
  }

  terminate(): void {
    this.isTerminated = true;
  }
}

it.each(['sha256', 'blake2b', 'blake3'] as const)(
  'the engine of browsers and that of Node give the same %s',
  async (algorithm) => {
    const { defaultEngine } = await import('../node/engine.ts');
    const contents = [0, 1, 63, 64, 1000, 1_100_000].map((length) => bytes(length, length));
    const jobs = contents.map((content, i) => jobOf(`${i}`, content));
    const streams = jobs.map(({ file, ...range }) => ({ ...range, file: { ...file, content: { ...file.content } } }));
    const hashed = await webEngine().hash(jobs, { algorithm });
    expect(hashed).toEqual(await defaultEngine.hash(streams, { algorithm }));
    expect(await webEngine().hash(streams, { algorithm })).toEqual(hashed);
  },
);

it.each(['sha256', 'blake2b', 'blake3'] as const)(
  'bytes in memory have the same %s in browsers and in Node, and with a page that has no cryptography of its own',
  async (algorithm) => {
    const inNode = await import('../node/engine.ts');
    const digestBy = async (createHasher: () => StreamHasher, content: Uint8Array) => {
      const hasher = createHasher();
      await hasher.update(content);
      return hasher.digest();
    };
    onTestFinished(() => void vi.unstubAllGlobals());
    for (const length of [0, 1, 1000, 4 * 1024 * 1024 + 1]) {
      const content = bytes(length, 7);
      const expected = await digestBy(await inNode.streamHashers(algorithm), content);
      expect(await digestBy(await inNode.bytesHashers(algorithm), content)).toBe(expected);
      expect(await digestBy(await bytesHashers(algorithm), content)).toBe(expected);
      vi.stubGlobal('crypto', {});
      expect(await digestBy(await bytesHashers(algorithm), content)).toBe(expected);
      vi.unstubAllGlobals();
    }
  },
);

it('ranges of blobs are hashed in the order of the jobs, blobs and streams mixed, with their progress', async () => {
  const content = bytes(5000);
  const stream = { ...jobOf('stream', content).file };
  const mixed = { ...stream, content: { ...stream.content } };
  const jobs = [jobOf('a', content, 10, 20), { file: mixed, start: 5, end: 4000 }, jobOf('b', content)];
  const seen: number[] = [];
  const digests = await webEngine().hash(jobs, { algorithm: 'sha256', onProgress: (now) => seen.push(now.bytes) });
  expect(digests).toEqual([content.subarray(10, 20), content.subarray(5, 4000), content].map(sha256));
  expect(seen.at(-1)).toBe(10 + 3995 + 5000);
});

it('much is hashed by as many workers as there are threads and files, which end with the model', async () => {
  const started: FakeWorker[] = [];
  const createWorker = () => {
    const worker = new FakeWorker();
    started.push(worker);
    return worker;
  };
  const contents = [1, 2, 3].map((seed) => bytes(3_000_000, seed));
  const jobs = contents.map((content, i) => jobOf(`${i}`, content));
  const digests = await webEngine({ createWorker }).hash(jobs, { algorithm: 'sha256', threads: 2 });
  expect(digests).toEqual(contents.map(sha256));
  expect(started.map(({ requests }) => requests.length > 0)).toEqual([true, true]);
  expect(started.every(({ isTerminated }) => isTerminated)).toBe(true);
});

it.each(['a worker that breaks', 'a page that forbids workers'])('with %s, the calling thread hashes', async (kind) => {
  const createWorker = () => {
    if (kind === 'a page that forbids workers') throw new Error('forbidden by a policy');
    return new FakeWorker('broken');
  };
  const content = bytes(5_000_000);
  const digests = await webEngine({ createWorker }).hash([jobOf('a', content)], { algorithm: 'sha256' });
  expect(digests).toEqual([sha256(content)]);
});

it('an abort ends the hashing with its reason, and the worker, even if that never answers', async () => {
  const worker = new FakeWorker('silent');
  const controller = new AbortController();
  const engine = webEngine({ createWorker: () => worker });
  const hashing = engine.hash([jobOf('a', bytes(5_000_000))], { algorithm: 'sha256', signal: controller.signal });
  setTimeout(() => controller.abort(new Error('enough')));
  await expect(hashing).rejects.toThrow('enough');
  await vi.waitFor(() => expect(worker.isTerminated).toBe(true), { timeout: 240_000 });
});

it('what a worker was hashing when it stopped is hashed by the calling thread, and no byte is counted twice', async () => {
  const started: FakeWorker[] = [];
  const createWorker = () => {
    const worker = new FakeWorker('dying');
    started.push(worker);
    return worker;
  };
  const contents = [bytes(3_000_000), bytes(2_000_000, 3)];
  const jobs = contents.map((content, i) => jobOf(`${i}`, content));
  let seen = 0;
  const onProgress = (now: { bytes: number }) => {
    seen = now.bytes;
  };
  const engine = webEngine({ createWorker });
  const digests = await engine.hash(jobs, { algorithm: 'sha256', threads: 1, onProgress });
  expect(digests).toEqual(contents.map(sha256));
  expect(seen).toBe(5_000_000);
  expect(started.map(({ isTerminated }) => isTerminated)).toEqual([true]);
});

it('a blob that cannot be read at once, for want of memory, is hashed in slices', async () => {
  const content = bytes(2000);
  const whole = new Blob([content]);
  whole.arrayBuffer = () => Promise.reject(new DOMException('too large', 'NotReadableError'));
  const hashed = await hashBlob(whole, 'sha256', { inSlices: false, onBytes: () => {} });
  expect(hashed).toEqual({ digest: sha256(content), pointer: null });
});

/** A file of which only the size is known: the worker below reads none. */
class SizeOnly extends Blob {
  override readonly size: number;

  constructor(mebibytes: number) {
    super([]);
    this.size = mebibytes * 1024 * 1024;
  }

  override slice(): Blob {
    return this;
  }
}

/** A worker that finishes a request when it is told to. */
class PatientWorker extends FakeWorker {
  override postMessage(request: WorkerRequest): void {
    this.requests.push(request);
  }

  finish(id: number): void {
    this.onmessage?.({ data: { id, hashed: { digest: 'ab', pointer: null } } });
  }
}

/** Begins to hash files of these sizes, in MiB, each on a thread of its own. */
async function hashLarge(sizes: readonly number[], threads: number) {
  const workers: PatientWorker[] = [];
  const createWorker = () => {
    const worker = new PatientWorker();
    workers.push(worker);
    return worker;
  };
  const jobs = sizes.map((size, i) => ({
    file: blobFile(`${i}`, { blob: new SizeOnly(size) }),
    start: 0,
    end: null,
  }));
  const hashing = webEngine({ createWorker }).hash(jobs, { algorithm: 'sha256', threads });
  const requests = () => workers.flatMap((worker) => worker.requests.map((request) => ({ worker, ...request })));
  await vi.waitFor(() => expect(requests()).toHaveLength(threads), { timeout: 240_000 });
  return { hashing, requests };
}

it('eight threads read files of at most 1 GiB in all as a whole at the same time, and the others in slices', async () => {
  const { hashing, requests } = await hashLarge(Array(9).fill(256), 8);
  expect(requests().filter(({ inSlices }) => !inSlices)).toHaveLength(4);
  const sliced = requests().find(({ inSlices }) => inSlices);
  sliced?.worker.finish(sliced.id);
  await vi.waitFor(() => expect(requests()).toHaveLength(9), { timeout: 240_000 });
  expect(requests().filter(({ inSlices }) => !inSlices)).toHaveLength(4);
  for (const { worker, id } of requests()) worker.finish(id);
  expect(await hashing).toEqual(Array(9).fill('ab'));
});

it('once a file was read as a whole, another one may be', async () => {
  const { hashing, requests } = await hashLarge(Array(6).fill(256), 5);
  const whole = requests().find(({ inSlices }) => !inSlices);
  whole?.worker.finish(whole.id);
  await vi.waitFor(() => expect(requests()).toHaveLength(6), { timeout: 240_000 });
  expect(requests().filter(({ inSlices }) => !inSlices)).toHaveLength(5);
  for (const { worker, id } of requests()) worker.finish(id);
  expect(await hashing).toEqual(Array(6).fill('ab'));
});

it('files that are too large to be read as a whole take none of the memory for it', async () => {
  const { hashing, requests } = await hashLarge([5000, 500, 500, 256, 256, 256, 256], 7);
  const sizes = requests().flatMap(({ inSlices, blob }) => (inSlices ? [] : [blob.size / 1024 / 1024]));
  expect(sizes).toEqual([256, 256, 256, 256]);
  for (const { worker, id } of requests()) worker.finish(id);
  expect(await hashing).toEqual(Array(7).fill('ab'));
});

/** A blob that counts how often it is read. */
class CountedBlob extends Blob {
  reads = 0;

  override slice(): Blob {
    return this;
  }

  override arrayBuffer(): Promise<ArrayBuffer> {
    this.reads++;
    return super.arrayBuffer();
  }
}

it.each(['sha256', 'blake2b', 'blake3'] as const)(
  'a tiny file is read once for its %s and for what it points to',
  async (algorithm) => {
    const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'ab'.repeat(32)}\nsize 5\n`;
    const blobs = [pointer, 'no pointer'].map((text) => new CountedBlob([text]));
    const jobs = blobs.map((blob, i) => ({ file: blobFile(`${i}`, { blob }), start: 0, end: null }));
    const found: unknown[] = [];
    const onPointer = (job: HashJob, kind: string) => found.push([job.file.name, kind]);
    const digests = await webEngine().hash(jobs, { algorithm, onPointer });
    expect(found).toEqual([['0', 'git-lfs']]);
    expect(blobs.map(({ reads }) => reads)).toEqual([1, 1]);
    const { defaultEngine } = await import('../node/engine.ts');
    const streams = jobs.map(({ file, ...range }) => ({ ...range, file: { ...file, content: { ...file.content } } }));
    expect(digests).toEqual(await defaultEngine.hash(streams, { algorithm }));
  },
);

it('a range of a file that looks like a pointer is none', async () => {
  const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'ab'.repeat(32)}\nsize 5\n`;
  const file = blobFile('a', { blob: new Blob([pointer, 'x'.repeat(2000)]) });
  const onPointer = vi.fn();
  await webEngine().hash([{ file, start: 0, end: pointer.length }], { algorithm: 'sha256', onPointer });
  expect(onPointer).not.toHaveBeenCalled();
});

it('the calling thread stops between two slices once its work has no use', async () => {
  const stop = AbortSignal.abort(new Error('enough'));
  const hashing = hashBlob(new Blob([bytes(2000)]), 'blake3', { inSlices: false, onBytes: () => {}, stop });
  await expect(hashing).rejects.toThrow('enough');
});

it.each(['sha256', 'blake2b', 'blake3'] as const)(
  'a page that may not run WebAssembly hashes %s with plain JavaScript, also a second stream',
  async (algorithm) => {
    const contents = [bytes(100_000), bytes(1, 7), bytes(0)];
    const streams = contents.map((content, i) => {
      const { file } = jobOf(`${i}`, content);
      return { file: { ...file, content: { ...file.content } }, start: 0, end: null };
    });
    const expected = await webEngine().hash(streams, { algorithm });
    const forbidden = () => Promise.reject(new Error('forbidden by a policy'));
    vi.doMock('./wasm-hashes.ts', () => ({
      createSHA256: forbidden,
      createBLAKE2b: forbidden,
      createBLAKE3: forbidden,
    }));
    vi.resetModules();
    const { webEngine: again } = await import('./engine.ts');
    expect(await again().hash(streams, { algorithm, concurrency: 1 })).toEqual(expected);
    vi.doUnmock('./wasm-hashes.ts');
  },
);

class Unreadable extends Blob {
  override slice(): Blob {
    return this;
  }

  override async arrayBuffer(): Promise<ArrayBuffer> {
    throw new DOMException('no', 'NotReadableError');
  }
}

it.each([
  ['model/changed', new File(['other'], 'a', { lastModified: 5 })],
  ['model/changed', new DOMException('gone', 'NotFoundError')],
  ['model/unreadable', new DOMException('not allowed', 'NotAllowedError')],
  ['model/unreadable', undefined],
] as const)('a file that cannot be read is refused as %s if a second look finds %s', async (code, second) => {
  const again = async () => {
    if (second instanceof Blob) return second;
    throw second;
  };
  const file = blobFile('a', { blob: new Unreadable(['aaa']), ...(second !== undefined && { again }) });
  await refusal(code, () => webEngine().hash([{ file, start: 0, end: null }], { algorithm: 'sha256' }));
});

it('an unknown algorithm is refused', async () => {
  await refusal('manifest/algorithm-unsupported', () => webEngine().hash([], { algorithm: 'md5' as 'sha256' }));
});

it('a wrong option of the engine is refused by its name', () => {
  expect(() => webEngine({ createWorker: 5 as unknown as () => HashWorker })).toThrow('createWorker');
});

it('a hasher of content in memory is never given a second piece, of which it would forget the first', async () => {
  const createHasher = await bytesHashers('sha256');
  const hasher = createHasher();
  await hasher.update(bytes(3));
  expect(() => hasher.update(bytes(3))).toThrow('one piece');
  expect(await createHasher().digest()).toBe(sha256(new Uint8Array()));
});
