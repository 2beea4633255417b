import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HashJob } from '../../engine.ts';
import { defaultEngine } from '../engine.ts';
import { loadAlgorithm } from './algorithms.ts';
import { StreamWorkers } from './stream-workers.ts';
import { workersForStreams } from './worker-count.ts';

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

async function withWorkers<T>(
  count: number,
  algorithm: string,
  work: (workers: StreamWorkers) => Promise<T>,
): Promise<T> {
  const workers = new StreamWorkers(await loadAlgorithm(algorithm), count);
  try {
    return await work(workers);
  } finally {
    await workers.close();
  }
}

async function hashIn(workers: StreamWorkers, bytes: Uint8Array, sizes: readonly number[]): Promise<string> {
  const hasher = workers.createHasher();
  let at = 0;
  for (const size of sizes) {
    const piece = new Uint8Array(bytes.subarray(at, at + size));
    at += size;
    await hasher.update(piece);
    piece.fill(0); // the hasher has copied what it needs
  }
  await hasher.update(bytes.subarray(at));
  return hasher.digest();
}

describe('streams that are hashed on worker threads', () => {
  it.each([0, 1, 3])('with %i workers, streams in any pieces have their digests, several at a time', async (count) => {
    const bytes = Buffer.alloc(2_500_000, 'abcdefghijk');
    const pieces = fc.array(fc.integer({ min: 0, max: 700_000 }), { maxLength: 6 });
    const expected = sha256(bytes);
    await withWorkers(count, 'sha256', (workers) =>
      fc.assert(
        fc.asyncProperty(fc.array(pieces, { minLength: 1, maxLength: 4 }), async (streams) => {
          const digests = await Promise.all(streams.map((sizes) => hashIn(workers, bytes, sizes)));
          expect(new Set(digests)).toEqual(new Set([expected]));
        }),
        { numRuns: 20 },
      ),
    );
  });

  it('streams that fill their blocks exactly, and use those of earlier streams, have their digests', async () => {
    const block = 512 * 1024;
    await withWorkers(1, 'sha256', async (workers) => {
      for (const blocks of [1, 3, 2, 0, 4]) {
        const bytes = Buffer.alloc(blocks * block, `${blocks}`);
        const sizes = Array<number>(blocks).fill(block);
        const several = Array.from({ length: 3 }, () => hashIn(workers, bytes, sizes));
        expect(await Promise.all(several)).toEqual(Array(3).fill(sha256(bytes)));
      }
    });
  });

  it.each(['sha256', 'blake2b', 'blake3'])('an empty stream has its digest by %s', async (name) => {
    const algorithm = await loadAlgorithm(name);
    const digest = await withWorkers(1, name, (workers) => workers.createHasher().digest());
    expect(digest).toBe(algorithm.hash(Buffer.alloc(0)));
  });

  it('workers that are closed while they hash end, and what waits for them fails', async () => {
    const workers = new StreamWorkers(await loadAlgorithm('sha256'), 1);
    const hasher = workers.createHasher();
    await hasher.update(new Uint8Array(2_000_000));
    const outcome = hasher.digest().then(
      () => 'a digest',
      () => 'an error',
    );
    await workers.close();
    expect(['a digest', 'an error']).toContain(await outcome);
    await expect(workers.createHasher().digest()).rejects.toThrow();
  });

  it('little is hashed on the calling thread, and much on as many workers as there are processors left', () => {
    expect(workersForStreams(1_000_000, 8)).toBe(0);
    expect(workersForStreams(2_000_000_000, 1)).toBe(0);
    expect(workersForStreams(2_000_000_000, 2)).toBe(1);
    expect(workersForStreams(2_000_000_000, 64)).toBe(4);
  });

  it.each([1, 3])('large files that are read through functions have their digests with %i threads', async (threads) => {
    const block = Buffer.alloc(1_000_000, 'xyz');
    const job = (name: string, size: number): HashJob => ({
      file: {
        name,
        size,
        content: {
          async *read(start, end) {
            for (let at = start; at < end; at += block.length)
              yield block.subarray(0, Math.min(block.length, end - at));
          },
        },
      },
      start: 0,
      end: null,
    });
    const jobs = [job('a', 40_000_000), job('b', 30_000_001), job('c', 0)];
    const digests = await defaultEngine.hash(jobs, { algorithm: 'sha256', threads });
    const expected = [
      Buffer.concat(Array(40).fill(block)),
      Buffer.concat([...Array(30).fill(block), block.subarray(0, 1)]),
    ];
    expect(digests).toEqual([...expected, Buffer.alloc(0)].map(sha256));
  });
});
