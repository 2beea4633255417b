import { truncateSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { temporaryDirectory } from '@model-signing/testing/tree';
import { describe, expect, it } from 'vitest';
import type { Binding, HashRequest, Run } from './binding.ts';
import { loadBinding } from './load.ts';
import { engines } from './testing/engines.ts';

const loaded = loadBinding();
const binding = loaded.binding as Binding;
const name = engines.at(-1)?.name;

const sha256OfAbc = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';

function fileWith(content: string): string {
  const at = path.join(temporaryDirectory(), 'file');
  writeFileSync(at, content);
  return at;
}

/** A file that takes a while to hash, and has no blocks on the disk. */
function longFile(): string {
  const at = fileWith('');
  truncateSync(at, 32 * 1024 ** 3);
  return at;
}

/** A request for one file, and whatever else a caller may put into it. */
function request(at = fileWith('abc'), change: Record<string, unknown> = {}): HashRequest {
  const paths = new TextEncoder().encode(at);
  return {
    ...{ algorithm: 'sha256', threads: 2, paths, pathEnds: Uint32Array.of(paths.length) },
    ...{ sizes: Float64Array.of(-1), files: Uint32Array.of(0), ranges: Float64Array.of(0, -1), ...change },
  };
}

async function outcomeOf(asked: HashRequest) {
  const outcome = await binding.start(asked).finished();
  return 'failure' in outcome ? outcome.failure : Buffer.from(outcome.digests).toString('hex');
}

/** Moves the memory of an array away, as `postMessage` does. */
function detached<T extends { readonly buffer: ArrayBufferLike }>(array: T): T {
  (array.buffer as ArrayBuffer).transfer(0);
  return array;
}

const wrong: readonly unknown[] = [
  ...[undefined, null, 'x', 1n, {}, [], Symbol.iterator, () => {}, new Proxy({}, {}), new ArrayBuffer(8)],
  ...[new DataView(new ArrayBuffer(8)), new Uint8ClampedArray(4), new BigInt64Array(2), detached(new Int8Array(8))],
];

describe.skipIf(loaded.binding === null)(`a hostile caller of ${name}`, () => {
  it.each(['algorithm', 'paths', 'pathEnds', 'sizes', 'files', 'ranges'])('%s of another type is refused', (field) => {
    for (const value of wrong) {
      expect(() => binding.start(request(undefined, { [field]: value }))).toThrow();
    }
  });

  it('a request that is no request is refused', () => {
    for (const value of wrong) expect(() => binding.start(value as HashRequest)).toThrow();
  });

  it.each(['paths', 'pathEnds', 'sizes', 'files', 'ranges'] as const)('%s without memory are refused', (field) => {
    const asked = request();
    detached(asked[field]);
    expect(() => binding.start(asked)).toThrow();
  });

  it.each([
    ['a path that ends after the paths', { pathEnds: Uint32Array.of(4096) }],
    ['a path without a size', { sizes: new Float64Array() }],
    ['a job without a range', { ranges: new Float64Array() }],
    ['a job of a file that is not there', { files: Uint32Array.of(1) }],
    ['a range that ends before it starts', { ranges: Float64Array.of(2, 1) }],
    ['a range that starts before its file', { ranges: Float64Array.of(-1, 1) }],
    ['a range without a number', { ranges: Float64Array.of(Number.NaN, 1) }],
    ['an algorithm that it does not know', { algorithm: 'md5' }],
  ])('%s is refused', (_, change) => {
    expect(() => binding.start(request(undefined, change))).toThrow();
  });

  it('memory that a getter frees after it was copied is not used', async () => {
    let ranges = 0;
    const asked = request();
    const hostile = Object.defineProperty({ ...asked }, 'ranges', {
      get() {
        ranges++;
        detached(asked.paths);
        return asked.ranges;
      },
    });
    expect(await outcomeOf(hostile)).toBe(sha256OfAbc);
    expect(ranges).toBe(1);
  });

  it('shared memory is copied like other memory', async () => {
    const { paths, ...asked } = request();
    const shared = new Uint8Array(new SharedArrayBuffer(paths.length));
    shared.set(paths);
    expect(await outcomeOf({ ...asked, paths: shared })).toBe(sha256OfAbc);
  });

  it.each(['sha256', 'blake2b', 'blake3'])(
    'a %s range that no file has is of a file that became shorter',
    async (algorithm) => {
      for (const end of [4, 2 ** 32, 2 ** 53, 2 ** 64, Number.MAX_VALUE, Number.POSITIVE_INFINITY]) {
        const asked = request(undefined, { algorithm, ranges: Float64Array.of(0, end) });
        expect(await outcomeOf(asked)).toMatchObject({ job: 0, kind: 'changed', message: 'became shorter' });
      }
    },
  );

  it('any number of threads is allowed, and nothing to hash too', async () => {
    for (const threads of [0, 1000, 2 ** 32 - 1]) {
      expect(await outcomeOf(request(undefined, { threads, algorithm: 'sha256' }))).toBe(sha256OfAbc);
    }
    const nothing = { files: new Uint32Array(), ranges: new Float64Array() };
    expect(await outcomeOf(request(undefined, nothing))).toBe('');
  });

  it('a second promise is refused, and the first one settles', async () => {
    const run = binding.start(request());
    const first = run.finished();
    expect(() => run.finished()).toThrow('once');
    expect(await first).toHaveProperty('digests');
    expect(() => run.finished()).toThrow('once');
  });

  it('a run can be stopped before its promise is asked for, twice, and after its end', async () => {
    const run = binding.start(request(longFile()));
    run.stop();
    run.stop();
    expect(await run.finished()).toMatchObject({ failure: { kind: 'stopped', job: -1 } });
    run.stop();
    expect(run.progress()).toMatchObject({ jobs: 0 });
  });

  it('methods of a run are refused on anything else', () => {
    const run = Object.getPrototypeOf(binding.start(request())) as Run;
    for (const method of ['progress', 'stop', 'finished'] as const) {
      for (const other of [undefined, {}, 1, binding, Object.create(run)]) {
        expect(() => Reflect.apply(run[method], other, [])).toThrow();
      }
    }
  });

  it('a worker thread that ends while it hashes ends its runs, and no other', async () => {
    const { exports, filename } =
      Object.values(createRequire(import.meta.url).cache).find((one) => one?.exports === binding) ?? {};
    expect(exports).toBe(binding);
    const asked = request(longFile());
    const program = `
      const { parentPort, workerData: { filename, asked } } = require('node:worker_threads');
      const { start } = require(filename);
      const runs = ['sha256', 'blake2b', 'blake3'].map((algorithm) => start({ ...asked, algorithm }));
      runs[0].finished();
      parentPort.postMessage('started');`;
    for (let repetition = 0; repetition < 5; repetition++) {
      const worker = new Worker(program, { eval: true, workerData: { filename, asked } });
      await new Promise((resolve) => worker.once('message', resolve));
      await worker.terminate();
    }
    expect(await outcomeOf(request())).toBe(sha256OfAbc);
  });
});
