import { afterEach, expect, it, vi } from 'vitest';
import { heapBytes } from './heap.ts';

const MIB = 2 ** 20;

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

it.each([
  ['--max-old-space-size=256', 256],
  ['--no-warnings --max_old_space_size=64  --max-old-space-size=512', 512],
])('the room for long-lived objects is less than the limit that NODE_OPTIONS sets: %s', (options, megabytes) => {
  vi.stubEnv('NODE_OPTIONS', options);
  expect(heapBytes()).toBeLessThan(megabytes * MIB);
  expect(heapBytes()).toBeGreaterThan(megabytes * MIB * 0.8);
});

it('without a limit that the user set, what V8 sets aside for new objects is no room', () => {
  vi.stubEnv('NODE_OPTIONS', '');
  vi.spyOn(process, 'getBuiltinModule').mockReturnValue({ getHeapStatistics: () => ({ heap_size_limit: 1024 * MIB }) });
  expect(heapBytes()).toBe(832 * MIB);
});
