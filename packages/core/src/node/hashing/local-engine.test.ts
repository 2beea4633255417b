import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { temporaryDirectory } from '@model-signing/testing/tree';
import { afterAll, describe, expect, it } from 'vitest';
import type { HashJob } from '../../engine.ts';
import { ProgressMeter } from '../../hashing/progress.ts';
import type { ModelFile } from '../../model.ts';
import { refusal } from '../../testing/refusal.ts';
import { defaultEngine } from '../engine.ts';
import { loadAlgorithm } from './algorithms.ts';
import { JobRunner, LONG_BYTES } from './job-runner.ts';
import { JobTable } from './job-table.ts';
import { hashLocal, startWorkers } from './local-engine.ts';
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

describe('more workers', () => {
  /** Hashes on this thread and one worker, I/O-bound or not, and returns how many workers there were. */
  async function workersUsed(isIoBound: boolean, threads?: number): Promise<number> {
    const file = sparseFile(700_000_000);
    const ranges = Array.from({ length: 100 }, (_, i) => ({
      path: pathOf(file),
      size: file.size,
      start: i * 7_000_000,
      end: (i + 1) * 7_000_000,
    }));
    const workers = new Workers();
    workers.add(1);
    const table = await hashLocal(ranges.length, ranges, {
      algorithm: await loadAlgorithm('sha256'),
      threads,
      meter: new ProgressMeter(ranges.length, undefined),
      signal: undefined,
      workers,
      disk: { isIoBound: () => isIoBound },
    });
    await workers.close();
    const zeros = createHash('sha256').update(Buffer.alloc(7_000_000)).digest('hex');
    expect(table.digests()).toEqual(ranges.map(() => zeros));
    return workers.count;
  }

  it('while hashing is I/O-bound, four workers are added and no more', async () => {
    expect(await workersUsed(true)).toBe(5);
  });

  it('while hashing is not I/O-bound, no workers are added', async () => {
    expect(await workersUsed(false)).toBe(1);
  });

  it('no workers are added if the caller named the number of threads', async () => {
    expect(await workersUsed(true, 2)).toBe(1);
  });
});

describe('long files among many', () => {
  it('long files among many are hashed after the short ones, one at a time, and have their own digests', async () => {
    const long = Array.from({ length: 20 }, (_, i) => sparseFile(LONG_BYTES + 1 + i));
    const jobs = [...files, ...files, ...files].toSpliced(50, 0, ...long).map((file) => ({ ...file, size: null }));
    const table = JobTable.create(
      'sha256',
      jobs.length,
      jobs.map((file) => ({ path: pathOf(file), size: null, start: 0, end: null })),
    );
    const runner = new JobRunner(table, await loadAlgorithm('sha256'), { leavesLong: false });
    const waitingAtLong: number[] = [];
    for (const _ of runner.run()) {
      if (runner.job >= 50 && runner.job < 70 && table.progress.jobs >= jobs.length - long.length) {
        waitingAtLong.push(table.waiting);
      }
    }
    expect(table.progress.jobs).toBe(jobs.length);
    expect(Math.max(...waitingAtLong)).toBe(long.length - 1);
    expect(table.digests().slice(50, 70)).toEqual(
      long.map(({ size }) =>
        createHash('sha256')
          .update(Buffer.alloc(size as number))
          .digest('hex'),
      ),
    );
  });
});

describe('a worker', () => {
  it('a worker that was started ahead ends when it is closed without a job', async () => {
    const before = workersAlive();
    const workers = await startWorkers(MANY, 2);
    expect(workers?.count).toBe(1);
    await workers?.close();
    expect(workers?.failure).toBeNull();
    expect(workersAlive()).toBe(before);
  });

  it('no worker is started ahead for few files or for one thread', async () => {
    expect(await startWorkers(100, 2)).toBeNull();
    expect(await startWorkers(MANY, 1)).toBeNull();
  });

  it('a worker that failed ends the hashing with its error, and no thread is left', async () => {
    const before = workersAlive();
    const workers = new Workers();
    workers.add(1);
    workers.failure = new Error('a worker broke');
    const hashing = hashLocal(
      files.length,
      files.map((file) => ({ path: pathOf(file), size: null, start: 0, end: null })),
      {
        algorithm: await loadAlgorithm('sha256'),
        threads: undefined,
        meter: new ProgressMeter(files.length, undefined),
        signal: undefined,
        workers,
      },
    );
    await expect(hashing).rejects.toThrow('a worker broke');
    await workers.close();
    expect(workersAlive()).toBe(before);
  });

  it('a worker that dies before it takes a job is no failure and not an endless wait', async () => {
    const table = JobTable.create('sha256', 1, [{ path: 'x', size: null, start: 0, end: null }]);
    const workers = new Workers();
    workers.add(1);
    workers.give({ ...table.shared, algorithm: 'md5' as 'sha256' });
    await workers.ended();
    expect(workers.failure).toBeNull();
  });
});
