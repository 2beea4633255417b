import { expect, it } from 'vitest';
import { Breather, now } from './yielder.ts';

it('is due after a while', () => {
  const breather = new Breather(undefined);
  const begun = now();
  while (!breather.isDue) if (now() - begun > 5000) throw new Error('never due');
  expect(breather.isDue).toBe(true);
});

it('lets timers and signals have their turn', async () => {
  let turns = 0;
  setImmediate(() => turns++);
  await new Breather(undefined).pause();
  expect(turns).toBe(1);
});

it('ends the work when it was aborted meanwhile', async () => {
  const controller = new AbortController();
  setImmediate(() => controller.abort(new Error('enough')));
  await expect(new Breather(controller.signal).pause()).rejects.toThrow('enough');
});
