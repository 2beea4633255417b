import { expect, it } from 'vitest';
import { now, Yielder } from './yielder.ts';

it('a yielder says that it is time to yield after a while', () => {
  const yielder = new Yielder(undefined);
  const begun = now();
  while (!yielder.shouldYield) if (now() - begun > 5000) throw new Error('it was never time to yield');
  expect(yielder.shouldYield).toBe(true);
});

it('a yielder leaves time for timers and signals', async () => {
  let turns = 0;
  setImmediate(() => turns++);
  await new Yielder(undefined).yieldNow();
  expect(turns).toBe(1);
});

it('a yielder throws the reason of a signal that was aborted meanwhile', async () => {
  const controller = new AbortController();
  setImmediate(() => controller.abort(new Error('enough')));
  await expect(new Yielder(controller.signal).yieldNow()).rejects.toThrow('enough');
});
