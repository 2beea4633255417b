import { createHash, randomBytes } from 'node:crypto';
import { mkdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { ModelFile } from '../model.ts';
import { refusal } from '../testing/refusal.ts';
import { temporaryDirectory } from '../testing/tree.ts';
import { type HashJob, hashFiles } from './hash-files.ts';
import { JobTable } from './job-table.ts';
import { LocalEngine } from './local-engine.ts';
import { Workers } from './workers.ts';

/** More files than are hashed without workers. */
const MANY = 2000;

/** More bytes than are hashed without workers. */
const LARGE = 80_000_000;

function manyFiles(): { files: ModelFile[]; digests: string[] } {
  const directory = temporaryDirectory();
  const files: ModelFile[] = [];
  const digests: string[] = [];
  for (let i = 0; i < MANY; i++) {
    const content = Buffer.from(`content of ${i}`.repeat(1 + (i % 7)));
    const file = path.join(directory, `datei-${i}-ü`);
    writeFileSync(file, content);
    files.push({ name: `f/${i}`, size: null, content: { path: file } });
    digests.push(createHash('sha256').update(content).digest('hex'));
  }
  return { files, digests };
}

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
  it.each([1, 2, 5])('have their own digests, in the order of the jobs, on %i', async (threads) => {
    const { files, digests } = manyFiles();
    expect(await hashFiles(files.map(whole), { algorithm: 'sha256', threads })).toEqual(digests);
  });

  it('give progress without a total of bytes, ending with all of them', async () => {
    const { files } = manyFiles();
    const seen: unknown[] = [];
    await hashFiles(files.map(whole), {
      algorithm: 'sha256',
      threads: 3,
      onProgress: (progress) => seen.push(progress),
    });
    expect(seen.at(-1)).toMatchObject({ totalBytes: null, jobs: MANY, totalJobs: MANY });
  });

  it('end with the name of the one that vanished, and leave no thread', async () => {
    const before = workersAlive();
    const { files } = manyFiles();
    for (const at of [3, MANY >> 1, MANY - 10]) {
      const gone = files[at] as ModelFile;
      rmSync(pathOf(gone));
      const error = await refusal('model/changed', () =>
        hashFiles(files.map(whole), { algorithm: 'sha256', threads: 3 }),
      );
      expect(error.message).toContain(`"${gone.name}"`);
      expect(workersAlive()).toBe(before);
      files.splice(at, 1);
    }
  });

  it('end with the name and the system code of the one that cannot be read, as an ordinary error', async () => {
    const { files } = manyFiles();
    const unreadable = { name: 'bad', size: null, content: { path: path.join(temporaryDirectory(), 'x'.repeat(300)) } };
    for (const at of [0, MANY - 1]) {
      const jobs = files.toSpliced(at, 0, unreadable).map(whole);
      const failure = await hashFiles(jobs, { algorithm: 'sha256', threads: 3 }).catch((error: unknown) => error);
      expect(failure).toMatchObject({ name: 'Error', code: 'ENAMETOOLONG' });
      expect((failure as Error).message).toBe('"bad" cannot be read: name too long (ENAMETOOLONG)');
    }
  });

  it('notice a directory in the place of a file', async () => {
    const { files } = manyFiles();
    const place = pathOf(files[7] as ModelFile);
    rmSync(place);
    mkdirSync(place);
    await refusal('model/changed', () => hashFiles(files.map(whole), { algorithm: 'sha256', threads: 3 }));
  });
});

describe('ranges of large files on several threads', () => {
  it('have their own digests', async () => {
    const bytes = randomBytes(LARGE);
    const file = sparseFile(LARGE);
    writeFileSync(pathOf(file), bytes);
    const jobs = Array.from({ length: 9 }, (_, i) => ({
      file,
      start: i * 9_000_000,
      end: Math.min(LARGE, (i + 1) * 9_000_000),
    }));
    const digests = jobs.map(({ start, end }) => createHash('sha256').update(bytes.subarray(start, end)).digest('hex'));
    expect(await hashFiles(jobs, { algorithm: 'sha256', threads: 3 })).toEqual(digests);
  });

  it.each([1, 2])(
    'stop within a quarter of a second when they are told to, on %i, and leave no thread',
    async (threads) => {
      const before = workersAlive();
      const files = Array.from({ length: 8 }, () => sparseFile(4_000_000_000));
      const controller = new AbortController();
      const hashing = hashFiles(files.map(whole), { algorithm: 'sha256', threads, signal: controller.signal });
      setTimeout(() => controller.abort(new Error('enough')), 100);
      await expect(hashing).rejects.toThrow('enough'); // the test's own time limit is far below what hashing it all takes
      expect(workersAlive()).toBe(before);
    },
    5000,
  );

  it('let the calling thread do other things', async () => {
    const files = Array.from({ length: 2 }, () => sparseFile(400_000_000));
    let ticks = 0;
    const timer = setInterval(() => ticks++, 10);
    await hashFiles(files.map(whole), { algorithm: 'sha256', threads: 2 });
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(3);
  });
});

describe('a worker', () => {
  it('that was started ahead ends when there is nothing to do after all', async () => {
    const before = workersAlive();
    const engine = new LocalEngine('sha256', 2);
    await engine.expect(MANY);
    expect(engine.workerCount).toBe(1);
    await engine.end();
    expect(workersAlive()).toBe(before);
  });

  it.each([
    [100, 2],
    [MANY, 1],
  ])('is not started ahead for %i files on %i threads', async (files, threads) => {
    const engine = new LocalEngine('sha256', threads);
    await engine.expect(files);
    expect(engine.workerCount).toBe(0);
    await engine.end();
  });

  it('that dies is a failure and not a wait without end', async () => {
    const table = JobTable.create('sha256', 1, [{ path: 'x', size: null, start: 0, end: null }]);
    const workers = new Workers();
    workers.add(1);
    workers.give({ ...table.shared, algorithm: 'md5' as 'sha256' });
    workers.dismiss();
    await workers.ended();
    expect(workers.failure).toBeInstanceOf(Error);
  });
});
