import { spawnSync } from 'node:child_process';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { limitNewObjects, withoutGrowth } from './new-objects.ts';

const space = vi.hoisted(() => ({ flags: [] as string[], bytes: 0 }));

beforeEach(() => {
  Object.assign(space, { flags: [], bytes: 1024 * 1024 });
  vi.useFakeTimers();
  vi.spyOn(process, 'getBuiltinModule').mockReturnValue({
    setFlagsFromString: (flag: string) => space.flags.push(flag),
    getHeapSpaceStatistics: () => [
      { space_name: 'old_space', space_size: 2 ** 30 },
      { space_name: 'new_space', space_size: space.bytes },
    ],
  } as never);
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const STOP = '--semi-space-growth-factor=1';
const GROW = '--semi-space-growth-factor=2';

test('the space for new objects stops growing once it is large enough, and may grow again afterwards', () => {
  const unlimit = limitNewObjects();
  vi.advanceTimersByTime(50);
  expect(space.flags).toEqual([]);
  space.bytes = 4 * 1024 * 1024;
  vi.advanceTimersByTime(50);
  expect(space.flags).toEqual([STOP]);
  unlimit();
  expect(space.flags).toEqual([STOP, GROW]);
});

test('a model that is read at once changes no flag of V8, since the space for new objects was never limited', () => {
  limitNewObjects()();
  vi.advanceTimersByTime(1000);
  expect(space.flags).toEqual([]);
});

test('the space for new objects does not grow during work, and may grow again even if the work fails', async () => {
  expect(await withoutGrowth(async () => space.flags.slice())).toEqual([STOP]);
  expect(space.flags).toEqual([STOP, GROW]);
  await expect(withoutGrowth(() => Promise.reject(new Error('refused')))).rejects.toThrow('refused');
  expect(space.flags.slice(2)).toEqual([STOP, GROW]);
});

test('no flag is set in a version of Node that was not tested, which might print an error for it', async () => {
  vi.spyOn(process, 'versions', 'get').mockReturnValue({ ...process.versions, node: '27.0.0' });
  await withoutGrowth(async () => {});
  expect(space.flags).toEqual([]);
});

test('V8 knows the flag, so that setting it prints nothing', () => {
  const script = `require('node:v8').setFlagsFromString('${STOP}')`;
  const { status, stderr } = spawnSync(process.execPath, ['--eval', script], { encoding: 'utf8' });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
});
