import { createHash, randomBytes } from 'node:crypto';
import { symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { defaultEngine, type HashAlgorithm, type HashJob, isOmsError, type RangeReader } from '@model-signing/core';
import { temporaryDirectory } from '@model-signing/testing/tree';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { engineOf } from './engine.ts';
import { engines, type TestedEngine } from './testing/engines.ts';
import { FakeBinding } from './testing/fake-binding.ts';

const ALGORITHMS: readonly HashAlgorithm[] = ['sha256', 'blake2b', 'blake3'];
const isWindows = process.platform === 'win32';
const content = randomBytes(1_500_000);

function jobFor(at: string, size: number | null, start: number, end: number): HashJob {
  return { file: { name: 'weights', size, content: { path: at } }, start, end };
}

async function readerOf(
  { engine }: Pick<TestedEngine, 'engine'>,
  algorithm: HashAlgorithm,
  threads = 2,
): Promise<RangeReader> {
  return (await engine.openReader?.({ algorithm, threads })) ?? defaultEngine.openReader({ algorithm, threads });
}

function read(reader: RangeReader, job: HashJob) {
  return reader.read(job, reader.allocate((job.end as number) - job.start), {});
}

/** What Node's own functions make of bytes; of BLAKE3, which it lacks, the engine in Node makes it of a file. */
async function digestOf(bytes: Uint8Array, algorithm: HashAlgorithm): Promise<string> {
  if (algorithm !== 'blake3')
    return createHash(algorithm === 'blake2b' ? 'blake2b512' : algorithm)
      .update(bytes)
      .digest('hex');
  const at = path.join(temporaryDirectory(), 'bytes');
  writeFileSync(at, bytes);
  const [digest] = await defaultEngine.hash([jobFor(at, bytes.length, 0, bytes.length)], { algorithm, threads: 1 });
  return digest as string;
}

/** Lengths near those where blocks and chunks end, and others. */
const length = fc.oneof(
  fc.nat(300),
  fc
    .tuple(fc.integer({ min: 5, max: 20 }), fc.integer({ min: -2, max: 2 }))
    .map(([exponent, off]) => 2 ** exponent + off),
);
const ranges = fc.array(fc.record({ start: fc.nat(300_000), length }), { minLength: 1, maxLength: 24 });

/** What may be wrong with a file before it is read, and the failure of both engines. */
const wrongFiles: readonly (readonly [title: string, make: (at: string) => HashJob, how: string])[] = [
  ['has become larger', (at) => jobFor(written(at), 4, 0, 4), 'changed its size'],
  ['has become smaller', (at) => jobFor(written(at), 6, 0, 6), 'changed its size'],
  ['is gone', (at) => jobFor(at, 5, 0, 5), 'was replaced'],
  ['is a link', (at) => jobFor(linked(at), 5, 0, 5), 'was replaced'],
  ['is a directory', (at) => jobFor(path.dirname(at), null, 0, 5), 'is no longer a regular file'],
  ['is a device that never ends', () => jobFor('/dev/zero', 5, 0, 5), 'is no longer a regular file'],
  ['is shorter than the range', (at) => jobFor(written(at), 5, 0, 6), 'became shorter'],
  ['ends before the range', (at) => jobFor(written(at), null, 2 ** 40, 2 ** 40 + 5), 'became shorter'],
  ['is large and shorter than the range', (at) => jobFor(long(at), null, 1, 9_000_001), 'became shorter'],
];

function written(at: string): string {
  writeFileSync(at, '12345');
  return at;
}

function linked(at: string): string {
  symlinkSync(written(`${at}.real`), at);
  return at;
}

function long(at: string): string {
  truncateSync(written(at), 9_000_000);
  return at;
}

describe.each(engines)('ranges that are read by $name', (tested) => {
  it.runIf(tested.isThere).each(ALGORITHMS)(
    'any ranges, read at the same time on any number of threads, are the bytes of the file and have their %s digests',
    { timeout: 240_000 },
    async (algorithm) => {
      const at = path.join(temporaryDirectory(), 'file');
      writeFileSync(at, content);
      await fc.assert(
        fc.asyncProperty(ranges, fc.integer({ min: 1, max: 4 }), async (some, threads) => {
          await using reader = await readerOf(tested, algorithm, threads);
          const all = await Promise.all(
            some.map(({ start, length }) => read(reader, jobFor(at, content.length, start, start + length))),
          );
          for (const [index, { bytes, digest }] of all.entries()) {
            const { start, length } = some[index] as (typeof some)[number];
            expect(Buffer.compare(bytes, content.subarray(start, start + length))).toBe(0);
            expect(digest).toBe(await digestOf(bytes, algorithm));
          }
        }),
        { numRuns: 15 },
      );
    },
  );

  it.runIf(tested.isThere && !isWindows).each(wrongFiles)('a range is refused if its file %s', async (_, make, how) => {
    for (const algorithm of ALGORITHMS) {
      const at = path.join(temporaryDirectory(), 'file');
      const job = make(at);
      await using reader = await readerOf(tested, algorithm);
      const caught = await read(reader, job).catch((error: unknown) => error);
      if (!isOmsError(caught)) throw caught instanceof Error ? caught : new Error('the range was accepted');
      expect([caught.code, caught.message]).toEqual([
        'model/changed',
        `the file "weights" ${how} while the model was read`,
      ]);
    }
  });

  it.runIf(tested.isThere)('a reader that is closed while it reads ends, and settles what was asked for', async () => {
    const at = path.join(temporaryDirectory(), 'file');
    writeFileSync(at, '');
    truncateSync(at, 2 ** 33);
    const reader = await readerOf(tested, 'sha256');
    const reads = Array.from({ length: 20 }, (_, i) => read(reader, jobFor(at, null, i * 2 ** 26, (i + 1) * 2 ** 26)));
    const settled = Promise.allSettled(reads);
    await reads[0];
    await reader[Symbol.asyncDispose]();
    const statuses = (await settled).map(({ status }) => status);
    expect(statuses[0]).toBe('fulfilled');
    expect(statuses).toContain('rejected');
  });
});

describe('the reader of the native engine', () => {
  function jobOfCde(): HashJob {
    const at = path.join(temporaryDirectory(), 'file');
    writeFileSync(at, 'abcdef');
    return jobFor(at, 6, 2, 5);
  }

  it('it takes the memory, so that nothing can detach or change it while it is written to', async () => {
    const engine = engineOf(async () => ({ binding: new FakeBinding(), platform: 'test' }));
    await using reader = await readerOf({ engine }, 'sha256');
    const into = reader.allocate(3);
    const reading = reader.read(jobOfCde(), into, {});
    expect(into.buffer.byteLength).toBe(0);
    expect(Buffer.from((await reading).bytes).toString()).toBe('cde');
    expect([engine.used, reader.atOnce]).toEqual(['native', 4]);
  });

  it('memory of large units is shared, and that of others is not', async () => {
    const engine = engineOf(async () => ({ binding: new FakeBinding(), platform: 'test' }));
    await using reader = await readerOf({ engine }, 'sha256');
    const isShared = (bytes: number) => reader.allocate(bytes).buffer instanceof SharedArrayBuffer;
    expect([isShared(0), isShared(2 ** 25), isShared(2 ** 25 + 1)]).toEqual([false, false, true]);
  });

  it('Node reads if the system has no thread, and if the engine is not there', async () => {
    const binding = new FakeBinding();
    const none = () => {
      throw Object.assign(new Error('no thread'), { code: 'GenericFailure' });
    };
    binding.openReader = () => ({ atOnce: 1, read: none, close: async () => {} });
    const loaded = [
      { binding, platform: 'test' },
      { binding: null, problem: 'it is not installed' },
    ] as const;
    for (const each of loaded) {
      const engine = engineOf(async () => each, { onUnavailable() {} });
      await using reader = await readerOf({ engine }, 'sha256');
      const { bytes, digest } = await read(reader, jobOfCde());
      expect([Buffer.from(bytes).toString(), digest]).toEqual(['cde', await digestOf(Buffer.from('cde'), 'sha256')]);
      expect(engine.used).toBe('node');
    }
  });

  it('a fault of the compiled engine is no verdict', async () => {
    const binding = new FakeBinding();
    binding.failure = { job: -1, kind: 'internal', message: 'it broke', syscall: '', errno: 0 };
    const engine = engineOf(async () => ({ binding, platform: 'test' }));
    await using reader = await readerOf({ engine }, 'sha256');
    const caught = await read(reader, jobOfCde()).catch((error: unknown) => error);
    expect([isOmsError(caught), String(caught)]).toEqual([false, expect.stringContaining('it broke')]);
  });
});
