import { describe, expect, it } from 'vitest';
import { DiskWatch, type Usage } from './disk-watch.ts';

/** A watch over gauges that are set by hand: milliseconds, processor milliseconds, and reads from a disk. */
function watched(processors = 2) {
  const at = { now: 1000, used: 500, reads: 7 };
  const usage = (): Usage => ({
    userCPUTime: at.used * 600,
    systemCPUTime: at.used * 400,
    fsRead: at.reads,
  });
  const watch = new DiskWatch({ now: () => at.now, usage, processors: () => processors });
  return {
    /** Lets time pass, with so much work on processors and so many reads, and looks. */
    isTheLimitAfter(elapsed: number, used: number, reads: number): boolean {
      at.now += elapsed;
      at.used += used;
      at.reads += reads;
      return watch.isTheLimit();
    },
  };
}

describe('the disk', () => {
  it('is the limit while it is read from and the processors are less than three fifths busy', () => {
    expect(watched().isTheLimitAfter(100, 119, 1)).toBe(true);
    expect(watched().isTheLimitAfter(100, 121, 1)).toBe(false);
  });

  it('is the limit without a read that the system counts only if the processors are nearly idle', () => {
    expect(watched().isTheLimitAfter(100, 49, 0)).toBe(true);
    expect(watched().isTheLimitAfter(100, 51, 0)).toBe(false);
  });

  it('is held against all processors', () => {
    expect(watched(4).isTheLimitAfter(100, 121, 1)).toBe(true);
    expect(watched(1).isTheLimitAfter(100, 61, 1)).toBe(false);
  });

  it('is not judged by a moment', () => {
    expect(watched().isTheLimitAfter(29, 0, 1)).toBe(false);
    expect(watched().isTheLimitAfter(30, 0, 1)).toBe(true);
  });

  it('is judged by what was used since the last look, not since the beginning', () => {
    const watch = watched();
    expect(watch.isTheLimitAfter(100, 0, 1)).toBe(true);
    expect(watch.isTheLimitAfter(100, 200, 1)).toBe(false);
    expect(watch.isTheLimitAfter(100, 0, 1)).toBe(true);
  });

  it('is judged over the whole time since the last look, however often somebody asks in between', () => {
    const watch = watched();
    expect(watch.isTheLimitAfter(20, 40, 1)).toBe(false);
    expect(watch.isTheLimitAfter(20, 0, 0)).toBe(true);
  });
});
