import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { temporaryDirectory } from '@model-signing/testing/tree';
import { afterAll, describe, expect, it, onTestFinished, vi } from 'vitest';
import type { HashJob } from '../../engine.ts';
import { ProgressMeter } from '../../hashing/progress.ts';
import type { ModelFile } from '../../model.ts';
import { refusal } from '../../testing/refusal.ts';
import { defaultEngine } from '../engine.ts';
import { loadAlgorithm } from './algorithms.ts';
import { JobTable } from './job-table.ts';
import { hashLocal, type LocalOptions } from './local-engine.ts';
import { Workers } from './workers.ts';

const { hash } = defaultEngine;

/** More files than are hashed without workers. */
const MANY = 2000;

/** More bytes than are hashed without workers. */
const LARGE = 80_000_000;

const many = mkdtempSync(path.join(tmpdir(), 'oms-'));
afterAll(() => rmSync(many, { recursive: true }));

const contentOf = (i: number) => `content of ${i}`.repeat(1 + (i % 7));
const files: readonly ModelFile[] = Array.from({ length: MANY }, (_, i) => {
  const file = path.join(many, `file-${i}-ü`);
  writeFileSync(file, contentOf(i));
  return { name: `f/${i}`, size: null, content: { path: file } };
});
const digests = files.map((_, i) => createHash('sha256').update(contentOf(i)).digest('hex'));

function sparseFile(size: number): ModelFile {
  const file = path.join(temporaryDirectory(), 'large');
  writeFileSync(file, '');
  truncateSync(file, size);
  return { name: 'large', size, content: { path: file } };
}

const whole = (file: ModelFile): HashJob => ({ file, start: 0, end: null });
const pathOf = ({ content }: ModelFile) => (content as { path: string }).path;
const workersAlive = () =>
  process.getActiveResourcesInfo().filter((name) => name === 'Worker' || name === 'MessagePort').length;

describe('many files on several threads', () => {
  it.each([1, 2, 5])('many files on %i threads have their own digests, in the order of the jobs', async (threads) => {
    expect(await hash(files.map(whole), { algorithm: 'sha256', threads })).toEqual(digests);
  });

  it('the progress of many files has no total of bytes and ends with all files', async () => {
    const seen: unknown[] = [];
    await hash(files.map(whole), {
      algorithm: 'sha256',
      threads: 3,
      onProgress: (progress) => seen.push(progress),
    });
    expect(seen.at(-1)).toMatchObject({ totalBytes: null, jobs: MANY, totalJobs: MANY });
  });

  it('a file that is gone ends the hashing of many files with its name, and no thread is left', async () => {
    const before = workersAlive();
    const gone = { name: 'gone', size: null, content: { path: path.join(many, 'gone') } };
    for (const at of [3, MANY >> 1, MANY - 10]) {
      const jobs = files.toSpliced(at, 0, gone).map(whole);
      const error = await refusal('model/changed', () => hash(jobs, { algorithm: 'sha256', threads: 3 }));
      expect(error.message).toContain('"gone"');
      expect(workersAlive()).toBe(before);
    }
  });

  it('a file that cannot be opened ends the hashing of many files with its name and the system code', async () => {
    const unreadable = { name: 'bad', size: null, content: { path: path.join(temporaryDirectory(), 'x'.repeat(300)) } };
    for (const at of [0, MANY - 1]) {
      const jobs = files.toSpliced(at, 0, unreadable).map(whole);
      const failure = await refusal('model/unreadable', () => hash(jobs, { algorithm: 'sha256', threads: 3 }));
      expect(failure.message).toBe('the file "bad" cannot be read: name too long (ENAMETOOLONG)');
      expect(failure.cause).toMatchObject({ code: 'ENAMETOOLONG' });
    }
  });

  it.runIf(process.platform === 'linux')(
    'a failing disk ends the hashing of many files with the name of the file and the system code',
    async () => {
      // Reading the first bytes of this one fails with EIO, like a broken disk.
      const broken: HashJob = {
        file: { name: 'broken', size: null, content: { path: '/proc/self/mem' } },
        start: 0,
        end: 10,
      };
      for (const at of [0, MANY - 1]) {
        const jobs = files.map(whole).toSpliced(at, 0, broken);
        const failure = await refusal('model/unreadable', () => hash(jobs, { algorithm: 'sha256', threads: 3 }));
        expect(failure.message).toBe('the file "broken" cannot be read: i/o error (EIO)');
      }
    },
  );

  it('a directory in place of a file ends the hashing of many files', async () => {
    const directory = { name: 'directory', size: null, content: { path: temporaryDirectory() } };
    const jobs = files.toSpliced(7, 0, directory).map(whole);
    await refusal('model/changed', () => hash(jobs, { algorithm: 'sha256', threads: 3 }));
  });
});

describe('ranges of large files on several threads', () => {
  it('ranges of a large file on several threads have their own digests', async () => {
    const bytes = randomBytes(LARGE);
    const file = sparseFile(LARGE);
    writeFileSync(pathOf(file), bytes);
    const jobs = Array.from({ length: 9 }, (_, i) => ({
      file,
      start: i * 9_000_000,
      end: Math.min(LARGE, (i + 1) * 9_000_000),
    }));
    const digests = jobs.map(({ start, end }) => createHash('sha256').update(bytes.subarray(start, end)).digest('hex'));
    expect(await hash(jobs, { algorithm: 'sha256', threads: 3 })).toEqual(digests);
  });

  it.each([1, 2])(
    'an abort stops the hashing of large files on %i threads long before its end, and no thread is left',
    async (threads) => {
      const before = workersAlive();
      const files = Array.from({ length: 8 }, () => sparseFile(100_000_000_000));
      const controller = new AbortController();
      const hashing = hash(files.map(whole), { algorithm: 'sha256', threads, signal: controller.signal });
      setTimeout(() => controller.abort(new Error('enough')), 100);
      await expect(hashing).rejects.toThrow('enough'); // within the time limit of the test, which is far too short for all
      expect(workersAlive()).toBe(before);
    },
  );

  it('the calling thread does other things while large files are hashed', async () => {
    const files = Array.from({ length: 2 }, () => sparseFile(400_000_000));
    let ticks = 0;
    const timer = setInterval(() => ticks++, 10);
    await hash(files.map(whole), { algorithm: 'sha256', threads: 2 });
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(3);
  });
});

/** Hashes a hundred ranges, each of zeros, and checks their digests. */
async function hashRanges(options: Partial<LocalOptions>): Promise<void> {
  const file = sparseFile(700_000_000);
  const ranges = Array.from({ length: 100 }, (_, i) => ({
    path: pathOf(file),
    size: file.size,
    start: i * 7_000_000,
    end: (i + 1) * 7_000_000,
  }));
  const table = await hashLocal(ranges.length, ranges, {
    algorithm: await loadAlgorithm('sha256'),
    meter: new ProgressMeter(ranges.length, undefined),
    signal: undefined,
    ...options,
  });
  const zeros = createHash('sha256').update(Buffer.alloc(7_000_000)).digest('hex');
  expect(table.digests()).toEqual(ranges.map(() => zeros));
}

describe('more workers', () => {
  /** How many workers are added at a time, where so much comes from a disk whenever it is asked for. */
  async function added(blocks: number, threads?: number): Promise<number[]> {
    const add = vi.spyOn(Workers.prototype, 'add');
    onTestFinished(() => add.mockRestore());
    let read = 0;
    await hashRanges({ threads, blocksRead: () => (read += blocks) });
    return add.mock.calls.flatMap(([count]) => (count > 0 ? [count] : []));
  }

  it.runIf(availableParallelism() > 1)('while files come from a disk, four workers are added and no more', async () => {
    expect(await added(2_000_000)).toEqual([availableParallelism() - 1, 4]);
  });

  it.runIf(availableParallelism() > 1)('while files are in memory, no workers are added', async () => {
    expect(await added(0)).toEqual([availableParallelism() - 1]);
  });

  it('no workers are added if the caller named the number of threads', async () => {
    expect(await added(2_000_000, 2)).toEqual([1]);
  });
});

describe('long files among many', () => {
  it('long files among many have their own digests', async () => {
    const long = Array.from({ length: 3 }, (_, i) => sparseFile(9_000_000 + i));
    const jobs = files.toSpliced(50, 0, ...long).map((file) => whole({ ...file, size: null }));
    const zeros = long.map(({ size }) =>
      createHash('sha256')
        .update(Buffer.alloc(size as number))
        .digest('hex'),
    );
    expect(await hash(jobs, { algorithm: 'sha256', threads: 3 })).toEqual(digests.toSpliced(50, 0, ...zeros));
  });
});

describe('a worker', () => {
  it('a worker that failed ends the hashing with its error, and no thread is left', async () => {
    const before = workersAlive();
    const add = vi.spyOn(Workers.prototype, 'add').mockImplementation(function (this: Workers) {
      this.failure = new Error('a worker broke');
    });
    onTestFinished(() => add.mockRestore());
    await expect(hashRanges({ threads: 2 })).rejects.toThrow('a worker broke');
    expect(workersAlive()).toBe(before);
  });

  it('a worker that dies before it takes a job is no failure and not an endless wait', async () => {
    const table = JobTable.create('sha256', 1, [{ path: 'x', size: null, start: 0, end: null }]);
    const workers = new Workers({ ...table.shared, algorithm: 'md5' as 'sha256' });
    workers.add(1);
    await workers.ended();
    expect(workers.failure).toBeNull();
  });
});
