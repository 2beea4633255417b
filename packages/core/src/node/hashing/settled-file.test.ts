import { type BigIntStats, closeSync, openSync, writeFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { nextTimestamp, temporaryDirectory } from '@model-signing/testing/tree';
import { afterEach, describe, expect, it, vi } from 'vitest';

const onSync = vi.hoisted(() => vi.fn());

/** What file systems keep of a time, in nanoseconds. */
const kept = vi.hoisted(() => ({ unit: 1n }));

vi.mock(import('node:fs'), async (importOriginal) => {
  const fs = await importOriginal();
  return {
    ...fs,
    fdatasyncSync(descriptor: number) {
      fs.fdatasyncSync(descriptor);
      onSync(); // as a program that stores between the writing back and the next look
    },
    fstatSync(descriptor: number) {
      const found = fs.fstatSync(descriptor, { bigint: true });
      const truncated = (time: bigint) => time - (time % kept.unit);
      return Object.assign(found, {
        ctimeNs: truncated(found.ctimeNs),
        mtimeNs: truncated(found.mtimeNs),
      }) as BigIntStats & never;
    },
  };
});

const { RangeHasher } = await import('./hash-range.ts');
const { loadAlgorithm } = await import('./algorithms.ts');
const { FileChanged, OpenFile } = await import('./open-file.ts');

const LARGE = 8 * 1024 * 1024;

function fileOf(size: number): string {
  const at = path.join(temporaryDirectory(), 'weights');
  writeFileSync(at, Buffer.alloc(size));
  return at;
}

function store(at: string): void {
  const descriptor = openSync(at, 'r+');
  writeSync(descriptor, 'EVIL', 0);
  closeSync(descriptor);
}

/** Keeps a file open while it is used. */
function using(at: string, use: (file: InstanceType<typeof OpenFile>) => void): void {
  const file = new OpenFile(at, null);
  try {
    use(file);
  } finally {
    file.close();
  }
}

afterEach(() => {
  onSync.mockReset();
  kept.unit = 1n;
  vi.restoreAllMocks();
});

describe('a large file before its first range', () => {
  it('a store between the writing back and the next look leads to another look, which is the one that counts', async () => {
    const at = fileOf(LARGE);
    onSync.mockImplementationOnce(() => store(at));
    using(at, (file) => {
      file.begin();
      expect(onSync.mock.calls.length).toBeGreaterThan(2);
      expect(() => file.confirm()).not.toThrow();
      store(at);
      expect(() => file.confirm()).toThrow(FileChanged);
    });
  });

  it('a file that changes whenever it is written back is refused after a few attempts', () => {
    const at = fileOf(LARGE);
    onSync.mockImplementation(() => store(at));
    using(at, (file) => {
      expect(() => file.begin()).toThrow('kept changing');
    });
    expect(onSync.mock.calls.length).toBeLessThan(20);
  });
});

describe.each([1, 5000, 512 * 1024, LARGE])('a file of %d bytes', (size) => {
  it('a file that was written just now is read only once any further store shows in its times', () => {
    const at = fileOf(size);
    using(at, (file) => {
      file.begin();
      store(at);
      expect(() => file.confirm()).toThrow(FileChanged);
    });
  });
});

describe('a file system that keeps only even seconds, as FAT does', () => {
  it('a file that was written just now is read only once any further store shows in its times', () => {
    kept.unit = 2_000_000_000n;
    const at = fileOf(10);
    using(at, (file) => {
      file.begin();
      store(at);
      expect(() => file.confirm()).toThrow(FileChanged);
    });
  });
});

describe('a short range', () => {
  it('a short range of a large file is not read before the file was flushed without blocking the thread', async () => {
    const at = fileOf(LARGE);
    const hasher = new RangeHasher(await loadAlgorithm('sha256'), { mayReadAhead: false });
    const steps = hasher.hash({ path: at, size: LARGE, start: 0, end: 10 });
    const flushed = steps.next().value;
    expect(flushed).toBeInstanceOf(Promise);
    expect(onSync).not.toHaveBeenCalled();
    await flushed;
    const step = steps.next();
    expect(onSync).toHaveBeenCalled();
    expect(step.value).toHaveLength(64);
  });
});

describe('a short file', () => {
  it('of many files that were written just now, only the first ones are waited for', async () => {
    const wait = vi.spyOn(Atomics, 'wait');
    const files = Array.from({ length: 50 }, () => fileOf(10));
    const hasher = new RangeHasher(await loadAlgorithm('sha256'), { mayReadAhead: false });
    for (const at of files) {
      expect(hasher.hash({ path: at, size: 10, start: 0, end: null }).next().value).toHaveLength(64);
    }
    expect(wait.mock.calls.length).toBeLessThan(5);
  });

  it('a file whose last change is older than a tick is read at once, and not written back', async () => {
    const at = fileOf(10);
    await nextTimestamp();
    const wait = vi.spyOn(Atomics, 'wait');
    using(at, (file) => file.begin());
    expect(wait).not.toHaveBeenCalled();
    expect(onSync).not.toHaveBeenCalled();
  });
});
