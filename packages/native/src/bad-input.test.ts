import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  closeSync,
  linkSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { type HashAlgorithm, type HashJob, isOmsError } from '@model-signing/core';
import { temporaryDirectory } from '@model-signing/testing/tree';
import { describe, expect, it } from 'vitest';
import { engines, type TestedEngine } from './testing/engines.ts';

const ALGORITHMS: readonly HashAlgorithm[] = ['sha256', 'blake2b', 'blake3'];

/** A job for the file `weights`, and where it is. */
type BadJob = (at: string) => HashJob | Promise<HashJob>;

function jobFor(at: string, size: number | null, range: Partial<HashJob> = {}): HashJob {
  return { file: { name: 'weights', size, content: { path: at } }, start: 0, end: size, ...range };
}

const changed = (how: string) => ['model/changed', `the file "weights" ${how} while the model was read`];
const unreadable = (why: string) => ['model/unreadable', `the file "weights" cannot be read: ${why}`];

/** Listens on a socket at a path, until the process ends. */
function listenAt(at: string): Promise<void> {
  return new Promise((resolve) => {
    createServer().unref().listen(at, resolve);
  });
}

/** What may be wrong with a file before it is hashed, and the failure of both engines. */
const wrongFiles: readonly (readonly [title: string, job: BadJob, failure: readonly string[]])[] = [
  [
    'has become larger',
    (at) => {
      writeFileSync(at, '12345');
      return jobFor(at, 4);
    },
    changed('changed its size'),
  ],
  [
    'has become smaller',
    (at) => {
      writeFileSync(at, '12345');
      return jobFor(at, 6);
    },
    changed('changed its size'),
  ],
  [
    'is large and has become smaller',
    (at) => {
      writeFileSync(at, '');
      truncateSync(at, 9_000_000);
      return jobFor(at, 9_000_001);
    },
    changed('changed its size'),
  ],
  ['is gone', (at) => jobFor(at, 5), changed('was replaced')],
  ['is gone, and its size was not looked up', (at) => jobFor(at, null), changed('was replaced')],
  [
    'is a link',
    (at) => {
      writeFileSync(`${at}.real`, '12345');
      symlinkSync(`${at}.real`, at);
      return jobFor(at, 5);
    },
    changed('was replaced'),
  ],
  [
    'is a link to itself',
    (at) => {
      symlinkSync(at, at);
      return jobFor(at, null);
    },
    changed('was replaced'),
  ],
  [
    'is in a directory that has become a file',
    (at) => {
      writeFileSync(at, '12345');
      return jobFor(path.join(at, 'inner'), 5);
    },
    changed('was replaced'),
  ],
  [
    'is a directory',
    (at) => {
      mkdirSync(at);
      return jobFor(at, null);
    },
    changed('is no longer a regular file'),
  ],
  [
    'is a FIFO, which would block',
    (at) => {
      execFileSync('mkfifo', [at]);
      return jobFor(at, 5);
    },
    changed('is no longer a regular file'),
  ],
  [
    'is a socket',
    async (at) => {
      await listenAt(at);
      return jobFor(at, 5);
    },
    changed('was replaced'),
  ],
  ['is a device that never ends', () => jobFor('/dev/zero', 5), changed('is no longer a regular file')],
  [
    'is shorter than the range',
    (at) => {
      writeFileSync(at, '12345');
      return jobFor(at, 5, { end: 6 });
    },
    changed('became shorter'),
  ],
  [
    'is large and shorter than the range',
    (at) => {
      writeFileSync(at, '');
      truncateSync(at, 9_000_000);
      return jobFor(at, null, { start: 1, end: 9_000_001 });
    },
    changed('became shorter'),
  ],
  [
    'ends before the range begins',
    (at) => {
      writeFileSync(at, '12345');
      return jobFor(at, 5, { start: 10, end: 12 });
    },
    changed('became shorter'),
  ],
  [
    'has a name that is too long',
    (at) => jobFor(path.join(path.dirname(at), 'x'.repeat(300)), 5),
    unreadable('name too long (ENAMETOOLONG)'),
  ],
];

/** What only Linux has: a regular file whose first page cannot be read. */
const failingRead: (typeof wrongFiles)[number] = [
  'is on a disk that fails',
  () => jobFor('/proc/self/mem', null, { end: 10 }),
  unreadable('i/o error (EIO)'),
];

const isWindows = process.platform === 'win32';

async function failureOf({ engine }: TestedEngine, jobs: readonly HashJob[], algorithm: HashAlgorithm) {
  const error = await engine.hash(jobs, { algorithm }).then(
    (digests) => new Error(`hashed: ${digests}`),
    (caught: unknown) => caught,
  );
  if (!isOmsError(error)) throw error;
  return [error.code, error.message];
}

describe.skipIf(isWindows).each(engines)('a file that is not what was listed, hashed by $name', (tested) => {
  const cases = ALGORITHMS.flatMap((algorithm) =>
    [...wrongFiles, ...(process.platform === 'linux' ? [failingRead] : [])].map(
      ([title, job, failure]) => [algorithm, title, job, failure] as const,
    ),
  );

  it.runIf(tested.isThere).each(cases)(
    'with %s, the failure is the one of the table if the file %s',
    async (...row) => {
      const [algorithm, , job, failure] = row;
      const bad = await job(path.join(temporaryDirectory(), 'file'));
      expect(await failureOf(tested, [bad], algorithm)).toEqual(failure);
    },
  );

  it.runIf(tested.isThere)('a bad file among many good ones is the one that is named', async () => {
    const folder = temporaryDirectory();
    const jobs = Array.from({ length: 300 }, (_, i): HashJob => {
      const at = path.join(folder, String(i));
      writeFileSync(at, 'x'.repeat(i));
      return { file: { name: `file ${i}`, size: i, content: { path: at } }, start: 0, end: i };
    });
    rmSync(path.join(folder, '217'));
    const message = 'the file "file 217" was replaced while the model was read';
    expect(await failureOf(tested, jobs, 'sha256')).toEqual(['model/changed', message]);
  });
});

/** What may happen to a large file while it is hashed, and what is said of it. */
const disturbances: readonly (readonly [title: string, disturb: (at: string) => void, how: string])[] = [
  ['is truncated', (at) => truncateSync(at, 100), 'became shorter'],
  ['is truncated and grows again', (at) => shrinkAndGrow(at), 'changed'],
  ['grows', (at) => appendFileSync(at, 'x'), 'changed'],
  ['gets other bytes', (at) => overwrite(at), 'changed'],
  ['is replaced', (at) => replace(at), 'changed'],
  ['is unlinked', (at) => rmSync(at), 'changed'],
  ['is made unreadable', (at) => chmodSync(at, 0), 'changed'],
  ['gets another hard link', (at) => linkSync(at, `${at}.other`), 'changed'],
  ['is replaced by a link to itself', (at) => replaceByLink(at), 'changed'],
];

function shrinkAndGrow(at: string): void {
  const { size } = statSync(at);
  truncateSync(at, size - 4096);
  truncateSync(at, size);
}

function overwrite(at: string): void {
  const descriptor = openSync(at, 'r+');
  writeSync(descriptor, 'EVIL', 0);
  closeSync(descriptor);
}

function replace(at: string): void {
  writeFileSync(`${at}.new`, 'other');
  renameSync(`${at}.new`, at);
}

function replaceByLink(at: string): void {
  renameSync(at, `${at}.real`);
  symlinkSync(`${at}.real`, at);
}

/** Large enough that it takes a while to hash, and without blocks on the disk. */
const FIRST_SIZE = 512 * 1024 * 1024;

/** Hashes a file that something happens to once a part of it is hashed. It is larger each time, until that is soon enough. */
async function whileHashing({ engine }: TestedEngine, algorithm: HashAlgorithm, disturb: (at: string) => void) {
  for (let size = FIRST_SIZE; ; size *= 2) {
    const at = path.join(temporaryDirectory(), 'file');
    writeFileSync(at, '');
    truncateSync(at, size);
    let isDisturbed = false;
    const onProgress = ({ bytes }: { readonly bytes: number }) => {
      if (isDisturbed || bytes === 0 || bytes >= size) return;
      isDisturbed = true;
      disturb(at);
    };
    const caught = await engine.hash([jobFor(at, size)], { algorithm, onProgress }).catch((error: unknown) => error);
    if (isOmsError(caught)) return [caught.code, caught.message];
    if (isDisturbed) throw caught instanceof Error ? caught : new Error('the file was accepted');
  }
}

describe.skipIf(isWindows).each(engines)('a file that changes while it is hashed by $name', (tested) => {
  it.runIf(tested.isThere).each(disturbances)('the file is refused if it %s', async (_, disturb, how) => {
    expect(await whileHashing(tested, 'sha256', disturb)).toEqual(changed(how));
  });

  it.runIf(tested.isThere).each(disturbances.slice(0, 4))(
    'the file is refused by BLAKE3 too if it %s',
    async (_, disturb, how) => {
      expect(await whileHashing(tested, 'blake3', disturb)).toEqual(changed(how));
    },
  );
});
