import { expect, it } from 'vitest';
import { DiskWatch, type Usage } from './disk-watch.ts';

/** A watch whose source the test sets: milliseconds, processor milliseconds, and reads from a disk. */
function watched(processors = 2) {
  const at = { now: 1000, used: 500, reads: 7 };
  const usage = (): Usage => ({
    userCPUTime: at.used * 600,
    systemCPUTime: at.used * 400,
    fsRead: at.reads,
  });
  const watch = new DiskWatch({ now: () => at.now, usage, processors: () => processors });
  return {
    /** Lets time pass, with this much work on the processors and this many reads, and takes a sample. */
    isIoBoundAfter(elapsed: number, used: number, reads: number): boolean {
      at.now += elapsed;
      at.used += used;
      at.reads += reads;
      return watch.isIoBound();
    },
  };
}

it('hashing is I/O-bound while the disk is read and the processors are less than three fifths busy', () => {
  expect(watched().isIoBoundAfter(100, 119, 1)).toBe(true);
  expect(watched().isIoBoundAfter(100, 121, 1)).toBe(false);
});

it('without a read that the system counts, hashing is I/O-bound only if the processors are nearly idle', () => {
  expect(watched().isIoBoundAfter(100, 49, 0)).toBe(true);
  expect(watched().isIoBoundAfter(100, 51, 0)).toBe(false);
});

it('the use of the processors is measured against all of them', () => {
  expect(watched(4).isIoBoundAfter(100, 121, 1)).toBe(true);
  expect(watched(1).isIoBoundAfter(100, 61, 1)).toBe(false);
});

it('a moment is too short to tell whether hashing is I/O-bound', () => {
  expect(watched().isIoBoundAfter(29, 0, 1)).toBe(false);
  expect(watched().isIoBoundAfter(30, 0, 1)).toBe(true);
});

it('whether hashing is I/O-bound depends on the time since the last sample, not since the beginning', () => {
  const watch = watched();
  expect(watch.isIoBoundAfter(100, 0, 1)).toBe(true);
  expect(watch.isIoBoundAfter(100, 200, 1)).toBe(false);
  expect(watch.isIoBoundAfter(100, 0, 1)).toBe(true);
});

it('a sample that is taken too early does not shorten the time that the next one covers', () => {
  const watch = watched();
  expect(watch.isIoBoundAfter(20, 40, 1)).toBe(false);
  expect(watch.isIoBoundAfter(20, 0, 0)).toBe(true);
});
