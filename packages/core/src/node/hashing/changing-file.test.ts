import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  closeSync,
  copyFileSync,
  linkSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statfsSync,
  statSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { temporaryDirectory } from '@model-signing/testing/tree';
import { describe, expect, it } from 'vitest';
import type { HashJob } from '../../engine.ts';
import type { ModelFile } from '../../model.ts';
import { refusal } from '../../testing/refusal.ts';
import { defaultEngine } from '../engine.ts';
import { loadAlgorithm } from './algorithms.ts';
import { FileRecord, RecordWriter } from './file-record.ts';
import { JobRunner } from './job-runner.ts';
import { JobTable } from './job-table.ts';
import { FileChanged, OpenFile } from './open-file.ts';

const SHARD = 256 * 1024;

function fileOf(bytes: Uint8Array, name = 'weights'): ModelFile & { readonly content: { readonly path: string } } {
  const file = path.join(temporaryDirectory(), name);
  writeFileSync(file, bytes);
  return { name, size: bytes.length, content: { path: file } };
}

function shardsOf(file: ModelFile): HashJob[] {
  const size = file.size ?? 0;
  const starts = Array.from({ length: Math.ceil(size / SHARD) }, (_, i) => i * SHARD);
  return starts.map((start) => ({ file, start, end: Math.min(start + SHARD, size) }));
}

function overwrite(at: string, position: number): void {
  const descriptor = openSync(at, 'r+');
  writeSync(descriptor, 'EVIL', position);
  closeSync(descriptor);
}

/** What may happen to a file between two of its ranges. All leave its size as it was. */
const disturbances: [string, (at: string) => void][] = [
  ['is rewritten in place', (at) => writeFileSync(at, randomBytes(statSync(at).size))],
  ['gets a few other bytes', (at) => overwrite(at, statSync(at).size - 4)],
  ['gets the same bytes again', (at) => writeFileSync(at, readFileSync(at))],
  [
    'is rewritten with its modification time set back',
    (at) => {
      const { atime, mtime } = statSync(at);
      overwrite(at, 0);
      utimesSync(at, atime, mtime);
    },
  ],
  [
    'is truncated and restored',
    (at) => {
      const bytes = readFileSync(at);
      truncateSync(at, 1);
      writeFileSync(at, bytes);
    },
  ],
  [
    'is replaced by a copy with the same bytes and times',
    (at) => {
      const { atime, mtime } = statSync(at);
      copyFileSync(at, `${at}.new`);
      utimesSync(`${at}.new`, atime, mtime);
      renameSync(`${at}.new`, at);
    },
  ],
  [
    'is removed and made again, perhaps with the same inode',
    (at) => {
      const bytes = readFileSync(at);
      rmSync(at);
      writeFileSync(at, bytes);
    },
  ],
  [
    'is replaced by a link to itself',
    (at) => {
      renameSync(at, `${at}.real`);
      symlinkSync(`${at}.real`, at);
    },
  ],
  ['gets another hard link', (at) => linkSync(at, `${at}.other`)],
];

describe('a file that is read in several ranges', () => {
  it.each(disturbances)('a file is refused if it %s after its first range was read', async (_, disturb) => {
    const file = fileOf(randomBytes(5 * SHARD));
    let isDone = false;
    const onProgress = ({ jobs }: { jobs: number }) => {
      if (isDone || jobs === 0) return;
      isDone = true;
      disturb(file.content.path);
    };
    const table = JobTable.create(
      'sha256',
      5,
      shardsOf(file).map(({ start, end }) => ({ path: file.content.path, size: file.size, start, end })),
    );
    const runner = new JobRunner(table, await loadAlgorithm('sha256'), { mayReadAhead: false });
    expect(() => {
      for (const _ of runner.run()) onProgress(table.progress);
    }).toThrow(/changed|replaced/);
    expect(isDone).toBe(true);
  });

  it.each(disturbances)('a file is refused if it %s and another thread reads the next range', async (_, disturb) => {
    const file = fileOf(randomBytes(3 * SHARD));
    const ranges = shardsOf(file).map(({ start, end }) => ({ path: file.content.path, size: file.size, start, end }));
    const { shared } = JobTable.create('sha256', 3, ranges);
    const algorithm = await loadAlgorithm('sha256');
    const first = new JobRunner(new JobTable(shared), algorithm, { mayReadAhead: false }).run();
    first.next(); // one range is done
    disturb(file.content.path);
    const second = new JobRunner(new JobTable(shared), algorithm, { mayReadAhead: false });
    expect(() => [...second.run()]).toThrow(/changed|replaced/);
  });

  it('a file is refused if it changes between two of its ranges that are hashed by the engine', async () => {
    const large = fileOf(randomBytes(90_000_000));
    const jobs = shardsOf(large);
    let isDone = false;
    const onProgress = ({ bytes }: { bytes: number }) => {
      if (isDone || bytes === 0) return;
      isDone = true;
      overwrite(large.content.path, 0);
    };
    for (const threads of [1, 3]) {
      isDone = false;
      const error = await refusal('model/changed', () =>
        defaultEngine.hash(jobs, { algorithm: 'sha256', threads, onProgress }),
      );
      expect(error.message).toContain('"weights"');
    }
  });

  it('a file that stays the same is accepted, although other files have ranges between its own', async () => {
    const [a, b] = [fileOf(randomBytes(3 * SHARD), 'a'), fileOf(randomBytes(3 * SHARD), 'b')];
    const mixed = shardsOf(a).flatMap((job, i) => [job, shardsOf(b)[i] as HashJob]);
    expect(await defaultEngine.hash(mixed, { algorithm: 'sha256' })).toHaveLength(6);
  });

  it('ranges of one file share a record, whichever jobs lie between them, and whole files have none', () => {
    const ranges = ['a', 'b', 'a', 'c', 'b'].map((at, i) => ({
      path: at,
      size: 9,
      start: 3 * (i % 2),
      end: 3 + 3 * (i % 2),
    }));
    const table = JobTable.create('sha256', 6, [...ranges, { path: 'd', size: 9, start: 0, end: null }]);
    expect([...table.shared.records.fileOfJob]).toEqual([1, 2, 1, 3, 2, 0]);
    expect(table.range(5).record).toBeNull();
  });
});

describe('the record of a file', () => {
  const stats = (change: object = {}) => {
    const found = statSync(import.meta.filename, { bigint: true });
    return Object.assign(found, change);
  };

  function record(): FileRecord {
    const writer = new RecordWriter(1);
    writer.add(0, 'a');
    return new FileRecord(writer.finish(), 0);
  }

  it.each(['dev', 'ino', 'size', 'mtimeNs', 'ctimeNs'] as const)(
    'the record tells files apart by %s, to the last bit',
    (field) => {
      const first = record();
      expect(first.compare(() => stats({ [field]: 2n ** 62n }))).not.toBeNull();
      expect(first.compare(() => stats({ [field]: 2n ** 62n }))).not.toBeNull();
      expect(first.compare(() => stats({ [field]: 2n ** 62n + 1n }))).toBeNull();
    },
  );

  it('the record holds times before 1970', () => {
    const first = record();
    expect(first.compare(() => stats({ mtimeNs: -5n }))).not.toBeNull();
    expect(first.compare(() => stats({ mtimeNs: -5n }))).not.toBeNull();
  });

  it('a record that could not be made is left for the next range', () => {
    const first = record();
    expect(() =>
      first.compare(() => {
        throw new Error('EIO');
      }),
    ).toThrow('EIO');
    expect(first.isKnown).toBe(false);
    expect(first.compare(() => stats())).not.toBeNull();
    expect(first.isKnown).toBe(true);
  });
});

/** Maps a file, stores into its first page, and stores once more when it is told to. Node cannot map files. */
const MAPPED_WRITER = `
import mmap, os, sys
descriptor = os.open(sys.argv[1], os.O_RDWR)
mapped = mmap.mmap(descriptor, 0)
mapped[0:1] = b'x'
print('mapped', flush=True)
sys.stdin.readline()
mapped[0:4] = b'EVIL'
print('stored', flush=True)
sys.stdin.readline()
`;

/** Stores another value into every page of a file, again and again. */
const ENDLESS_WRITER = `
import mmap, os, sys
descriptor = os.open(sys.argv[1], os.O_RDWR)
mapped = mmap.mmap(descriptor, 0)
size = len(mapped)
print('mapped', flush=True)
value = 0
while True:
    value = (value + 1) % 256
    mapped[:] = bytes([value]) * size
`;

function wholeOf(file: OpenFile): Buffer {
  const buffer = Buffer.alloc(file.size);
  for (let at = 0; at < file.size; ) at += file.read(buffer.subarray(at), file.size - at, at);
  return buffer;
}

/** Whether a file in the directory for temporary files can be mapped and written back; a file system in memory does not. */
function canTestMappings(): boolean {
  const TMPFS = 0x01021994;
  const hasPython = spawnSync('python3', ['-c', 'import mmap']).status === 0;
  return process.platform === 'linux' && hasPython && statfsSync(tmpdir()).type !== TMPFS;
}

describe('a large file', () => {
  it.runIf(canTestMappings())('a store into a page that was mapped and changed before is noticed', async () => {
    const file = fileOf(Buffer.alloc(8 * 1024 * 1024));
    const writer = spawn('python3', ['-c', MAPPED_WRITER, file.content.path], { stdio: ['pipe', 'pipe', 'inherit'] });
    await once(writer.stdout, 'data');
    for (const isFlushed of [false, true]) {
      const opened = new OpenFile(file.content.path, file.size);
      if (isFlushed) await opened.flush();
      opened.begin();
      opened.confirm();
      if (isFlushed) {
        writer.stdin.write('store\n');
        await once(writer.stdout, 'data');
        expect(() => opened.confirm()).toThrow(FileChanged);
      }
      opened.close();
    }
    writer.stdin.end();
    await once(writer, 'close');
  });

  it.runIf(canTestMappings())(
    'what is read twice of a file that is mapped and stored into all the time is the same, or refused',
    async () => {
      const file = fileOf(Buffer.alloc(8 * 1024 * 1024));
      const writer = spawn('python3', ['-c', ENDLESS_WRITER, file.content.path], {
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      await once(writer.stdout, 'data');
      let refused = 0;
      for (let round = 0; round < 12; round++) {
        const opened = new OpenFile(file.content.path, file.size);
        try {
          opened.begin();
          const [first, second] = [wholeOf(opened), wholeOf(opened)];
          opened.confirm();
          expect(first.equals(second)).toBe(true);
        } catch (error) {
          if (!(error instanceof FileChanged)) throw error;
          refused++;
        } finally {
          opened.close();
        }
      }
      writer.kill();
      await once(writer, 'close');
      expect(refused).toBeGreaterThan(0);
    },
  );

  it('a large file is to be written back before its first range, and not again', () => {
    const file = fileOf(Buffer.alloc(8 * 1024 * 1024));
    const writer = new RecordWriter(1);
    writer.add(0, file.content.path);
    const record = new FileRecord(writer.finish(), 0);
    const opened = new OpenFile(file.content.path, file.size, record);
    expect(opened.needsFlush).toBe(true);
    opened.begin();
    expect(opened.needsFlush).toBe(false);
    opened.close();
    const small = fileOf(Buffer.alloc(8 * 1024 * 1024 - 1));
    const other = new OpenFile(small.content.path, small.size);
    expect(other.needsFlush).toBe(false);
    other.close();
  });

  it.runIf(process.platform === 'linux')('a file that cannot be written back is read nevertheless', async () => {
    const opened = new OpenFile('/proc/version', null);
    await expect(opened.flush()).resolves.toBeUndefined();
    opened.close();
  });
});
