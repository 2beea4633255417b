import type { HashJob, Progress } from '@model-signing/core';
import { describe, expect, it } from 'vitest';
import type { Binding, Failure, HashRequest } from './binding.ts';
import { engineOf } from './engine.ts';

const COUNT = 600_001;

const jobs = Array.from({ length: COUNT }, (_, i): HashJob => {
  return { file: { name: `f${i}`, size: null, content: { path: `/f${i}` } }, start: 0, end: null };
});

function unasked(): never {
  throw new Error('nothing is to be read into memory');
}

/** Answers each request with the index of its first file in every digest, or with a failure. */
function engineWith(failureOf: (request: number) => Failure | null = () => null) {
  const sizes: number[] = [];
  const start = ({ files: { length } }: HashRequest) => {
    const digests = new Uint8Array(32 * length).fill(sizes.length);
    const failure = failureOf(sizes.push(length) - 1);
    const outcome = failure === null ? { digests, pointers: new Uint32Array() } : { failure };
    return {
      progress: () => ({ jobs: length, bytes: 2 * length }),
      stop() {},
      finished: async () => outcome,
    };
  };
  const binding: Binding = { VERSION: '', start, openReader: unasked, giveBackFreedMemory() {} };
  return { sizes, engine: engineOf(async () => ({ binding, platform: 'test' })) };
}

describe('very many files', () => {
  it('very many files are hashed some at a time, in their order, and progress counts all of them', async () => {
    const { engine, sizes } = engineWith();
    const seen: Progress[] = [];
    const digests = await engine.hash(jobs, { algorithm: 'sha256', onProgress: (progress) => seen.push(progress) });
    expect(sizes).toEqual([200_001, 200_001, 199_999]);
    expect([0, 200_000, 200_001, 400_002].map((job) => digests[job]?.slice(0, 2))).toEqual(['00', '00', '01', '02']);
    expect(digests).toHaveLength(COUNT);
    expect(seen.map(({ jobs }) => jobs)).toEqual(seen.map(({ jobs }) => jobs).toSorted((a, b) => a - b));
    expect(seen.at(-1)).toEqual({ jobs: COUNT, bytes: 2 * COUNT, totalJobs: COUNT, totalBytes: null });
  });

  it('a failure among very many files names the file', async () => {
    const changed: Failure = { job: 5, kind: 'changed', message: 'grew', syscall: '', errno: 0 };
    const { engine } = engineWith((request) => (request === 1 ? changed : null));
    await expect(engine.hash(jobs, { algorithm: 'sha256' })).rejects.toMatchObject({
      code: 'model/changed',
      message: expect.stringContaining('"f200006"'),
    });
  });

  it('very many ranges of files are hashed at once, so that all ranges of a file are of one state of it', async () => {
    const { engine, sizes } = engineWith();
    const ranges = jobs.map((job, i): HashJob => (i === 0 ? { ...job, end: 1 } : job));
    await engine.hash(ranges, { algorithm: 'sha256' });
    expect(sizes).toEqual([COUNT]);
  });
});
