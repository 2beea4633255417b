import { afterEach, expect, it } from 'vitest';
import { isObserved, type Observer, type OperationEnd, observe, observed } from './observe.ts';

let stop = () => {};
afterEach(() => stop());

/** An observer that records what it is told. */
function recording() {
  const ends: (OperationEnd & { readonly operation: string })[] = [];
  const observer: Observer = {
    begin(operation, run) {
      run();
      return (end) => ends.push({ operation, ...end });
    },
  };
  stop = observe(observer);
  return ends;
}

it('an observer learns the facts of an operation, and how long it took', async () => {
  const ends = recording();
  const result = await observed('hash', async (facts) => {
    facts.files = 3;
    return 'result';
  });
  expect(result).toBe('result');
  expect(ends).toEqual([
    { operation: 'hash', files: 3, failed: false, error: undefined, milliseconds: expect.any(Number) },
  ]);
});

it('an observer learns what an operation threw, and the caller gets it too', async () => {
  const ends = recording();
  const error = new Error('no');
  await expect(observed('sign', () => Promise.reject(error))).rejects.toBe(error);
  expect(ends).toEqual([{ operation: 'sign', failed: true, error, milliseconds: expect.any(Number) }]);
});

const misbehaving: readonly (readonly [string, Observer['begin']])[] = [
  [
    'throws before the work',
    () => {
      throw new Error('mine');
    },
  ],
  [
    'throws after it started the work',
    (_, run) => {
      run();
      throw new Error('mine');
    },
  ],
  [
    'throws at the end',
    (_, run) => {
      run();
      return () => {
        throw new Error('mine');
      };
    },
  ],
  ['does not start the work', () => () => {}],
  [
    'starts the work twice',
    (_, run) => {
      run();
      run();
      return () => {};
    },
  ],
  ['returns no function', (_, run) => run() as never],
  [
    'rejects at the end',
    (_, run) => {
      run();
      return () => Promise.reject(new Error('mine')) as never;
    },
  ],
  [
    'rejects after it started the work',
    (_, run) => {
      run();
      return Promise.reject(new Error('mine')) as never;
    },
  ],
];

it.each(misbehaving)('an observer that %s changes nothing: the work is done once', async (_, begin) => {
  stop = observe({ begin });
  let times = 0;
  expect(await observed('verify', async () => ++times)).toBe(1);
  const error = new Error('theirs');
  await expect(observed('verify', () => Promise.reject(error))).rejects.toBe(error);
});

it('the newest observer is the only one, and is ended by its own function only', () => {
  const begin: Observer['begin'] = (_, run) => {
    run();
    return () => {};
  };
  const first = observe({ begin });
  stop = observe({ begin });
  first();
  expect(isObserved()).toBe(true);
  stop();
  expect(isObserved()).toBe(false);
});

it('what has no function `begin` is refused', () => {
  expect(() => observe({} as Observer)).toThrow(TypeError);
});
