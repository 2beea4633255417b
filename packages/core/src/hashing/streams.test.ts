import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it, vi } from 'vitest';
import type { HashJob, Progress } from '../engine.ts';
import { memoryFile } from '../testing/memory-model.ts';
import { refusal } from '../testing/refusal.ts';
import { ProgressMeter } from './progress.ts';
import { hashStreams, type StreamOptions } from './streams.ts';

const sha256 = (data: string | Uint8Array) => createHash('sha256').update(data).digest('hex');
const whole = (file: HashJob['file']): HashJob => ({ file, start: 0, end: null });

function hash(jobs: readonly HashJob[], options: Partial<StreamOptions> = {}): Promise<string[]> {
  return hashStreams(jobs, {
    createHasher() {
      const hasher = createHash('sha256');
      return { update: (bytes) => void hasher.update(bytes), digest: async () => hasher.digest('hex') };
    },
    meter: new ProgressMeter(jobs.length, undefined),
    ...options,
  });
}

/** Files of ten bytes whose reading the test drives: each waits for permission to continue, and records when it is closed. */
class Sources {
  readonly opened: string[] = [];
  /** The sources from which a second chunk was requested. */
  readonly waiting: string[] = [];
  readonly closed: string[] = [];
  /** Lets the named files continue. */
  readonly #gates = new Map<string, { wait: Promise<void>; open: () => void; fail: (error: Error) => void }>();

  job(name: string): HashJob {
    const gate = Promise.withResolvers<void>();
    gate.promise.catch(() => {});
    this.#gates.set(name, { wait: gate.promise, open: gate.resolve, fail: gate.reject });
    const sources = this;
    async function* read(): AsyncGenerator<Uint8Array> {
      sources.opened.push(name);
      try {
        yield new Uint8Array(4);
        sources.waiting.push(name);
        await gate.promise;
        yield new Uint8Array(6);
      } finally {
        sources.closed.push(name);
      }
    }
    return whole({ name, size: 10, content: { read } });
  }

  finish(name: string): void {
    this.#gates.get(name)?.open();
  }

  fail(name: string, error: Error): void {
    this.#gates.get(name)?.fail(error);
  }
}

const turn = () => new Promise(setImmediate);

/** On a busy machine hashing pauses now and then, so the expected state may take several turns. */
const eventually = (check: () => void) => vi.waitFor(check, { timeout: 240_000, interval: 1 });

const never = () => new Promise<never>(() => {});

/** A file of six bytes that is read with `next`, and whose `return` never resolves. */
function fileOfNext(name: string, next: () => unknown): HashJob['file'] {
  const iterator = { next, return: never } as AsyncIterator<Uint8Array>;
  return { name, size: 6, content: { read: () => ({ [Symbol.asyncIterator]: () => iterator }) } };
}

const asReadBy = (read: () => unknown): HashJob =>
  whole({ name: 'remote', size: 6, content: { read: read as () => AsyncIterable<Uint8Array> } });

describe('hashing what is read through a function', () => {
  it.each<[string, () => unknown]>([
    ['an array', () => [Buffer.from('abc'), Buffer.from('def')]],
    ['an array of promises', () => [Buffer.from('abc'), Promise.resolve(Buffer.from('def'))]],
    ['an iterator without promises', () => ({ [Symbol.asyncIterator]: () => [Buffer.from('abcdef')].values() })],
    ['a ReadableStream', () => new Blob(['abcdef']).stream()],
  ])('a file may be read as %s, as for await accepts it', async (_, read) => {
    expect(await hash([asReadBy(read)])).toEqual([sha256('abcdef')]);
  });

  it('the digests of streams are in the order of the jobs, whichever finishes first', async () => {
    const texts = Array.from({ length: 40 }, (_, i) => `text ${i} `.repeat((i * 7) % 40));
    const jobs = texts.map((text, i) => whole(memoryFile(`f${i}`, text)));
    for (const concurrency of [1, 3, 8, 100]) expect(await hash(jobs, { concurrency })).toEqual(texts.map(sha256));
  });

  it('the digest of a stream covers the range of its job and nothing around it', async () => {
    const file = memoryFile('file', '0123456789');
    const jobs = [{ file, start: 8, end: 10 }, { file, start: 2, end: 7 }, whole(file)];
    expect(await hash(jobs)).toEqual([sha256('89'), sha256('23456'), sha256('0123456789')]);
  });

  it.each([
    [undefined, 8],
    [3, 3],
    [1, 1],
  ])(
    'with concurrency %s, %i files are open at the same time, and a free place is taken at once',
    async (concurrency, most) => {
      const sources = new Sources();
      const jobs = Array.from({ length: 12 }, (_, i) => sources.job(`${i}`));
      const hashing = hash(jobs, { concurrency });
      await eventually(() => expect(sources.opened).toHaveLength(most));
      for (let i = 0; i < 12; i++) {
        sources.finish(`${i}`);
        await eventually(() => expect(sources.opened).toHaveLength(Math.min(most + i + 1, 12)));
        await eventually(() => expect(sources.closed).toHaveLength(i + 1));
      }
      expect(await hashing).toEqual(jobs.map(() => sha256(new Uint8Array(10))));
    },
  );

  it.each([0, -1, 1.5, Number.NaN])('a concurrency of %d is refused', async (concurrency) => {
    await expect(hash([], { concurrency })).rejects.toThrow(
      'the option concurrency must be a whole number of at least 1',
    );
  });

  it('the progress of streams counts their bytes and files up to the total', async () => {
    const seen: Progress[] = [];
    const meter = new ProgressMeter(2, (progress) => seen.push(progress));
    await hash([whole(memoryFile('a', '12345')), whole(memoryFile('b', '123'))], { meter });
    meter.finish();
    expect(seen.at(-1)).toEqual({ bytes: 8, totalBytes: 8, jobs: 2, totalJobs: 2 });
  });

  it('a source that has all its bytes at once still leaves time for timers and signals', async () => {
    let turns = 0;
    const counting = setInterval(() => turns++, 1);
    async function* read() {
      const until = Date.now() + 60_000;
      while (turns === 0 && Date.now() < until) yield new Uint8Array(0);
    }
    await hash([whole({ name: 'endless', size: 0, content: { read } })]);
    clearInterval(counting);
    expect(turns).toBeGreaterThan(0);
  });
});

describe('a source that fails', () => {
  it('a source that fails ends the hashing with its own error, closes all other sources and opens no more', async () => {
    const sources = new Sources();
    const hashing = hash(
      ['a', 'b', 'c', 'd', 'e'].map((name) => sources.job(name)),
      { concurrency: 3 },
    );
    await eventually(() => expect(sources.opened).toEqual(['a', 'b', 'c']));
    sources.fail('b', new Error('EIO: b cannot be read'));
    await expect(hashing).rejects.toThrow('EIO: b cannot be read');
    for (const name of ['a', 'c']) sources.finish(name);
    await eventually(() => expect(sources.closed.toSorted()).toEqual(['a', 'b', 'c']));
    expect(sources.opened).toEqual(['a', 'b', 'c']);
  });

  it('if two sources fail, the first one ends the hashing, and the error of the second is not left unhandled', async () => {
    const sources = new Sources();
    const unhandled: unknown[] = [];
    const listener = (error: unknown) => void unhandled.push(error);
    process.on('unhandledRejection', listener);
    const hashing = hash([sources.job('a'), sources.job('b')]);
    await eventually(() => expect(sources.waiting.toSorted()).toEqual(['a', 'b']));
    sources.fail('b', new Error('the first'));
    sources.fail('a', new Error('the second'));
    await expect(hashing).rejects.toThrow('the first');
    await turn();
    process.off('unhandledRejection', listener);
    expect(unhandled).toEqual([]);
  });

  it('a source receives through its signal the reason why the others stop', async () => {
    const reasons: unknown[] = [];
    async function* waiting(_start: number, _end: number, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
      await new Promise((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
      yield new Uint8Array();
    }
    const read = (start: number, end: number, signal?: AbortSignal) => {
      signal?.addEventListener('abort', () => reasons.push(signal.reason));
      return waiting(start, end, signal);
    };
    const sources = new Sources();
    const hashing = hash([whole({ name: 'waiting', size: 1, content: { read } }), sources.job('a')]);
    await eventually(() => expect(sources.opened).toEqual(['a']));
    const error = new Error('no connection');
    sources.fail('a', error);
    await expect(hashing).rejects.toBe(error);
    expect(reasons).toEqual([error]);
  });

  it.each([
    ['fewer', 5, 'gave 5 bytes of 6'],
    ['more', 7, 'gave more than 6 bytes'],
  ])('a source that gives %s bytes than were listed is refused', async (_, given, message) => {
    async function* read() {
      yield new Uint8Array(given);
    }
    const error = await refusal('model/changed', () => hash([whole({ name: 'remote', size: 6, content: { read } })]));
    expect(error.message).toContain(message);
  });

  it('a source that never ends is closed after the first byte too many', async () => {
    let isClosed = false;
    async function* read() {
      try {
        for (;;) yield new Uint8Array(4);
      } finally {
        isClosed = true;
      }
    }
    await refusal('model/changed', () => hash([whole({ name: 'endless', size: 6, content: { read } })]));
    expect(isClosed).toBe(true);
  });

  it('the error of a source stays the same if closing it fails too', async () => {
    const content = {
      read: () => ({
        [Symbol.asyncIterator]: () => ({
          next: async () => ({ done: false as const, value: new Uint8Array(9) }),
          return: async () => {
            throw new Error('closing failed');
          },
        }),
      }),
    };
    await refusal('model/changed', () => hash([whole({ name: 'remote', size: 6, content })]));
  });

  it('a source that gives text in place of bytes is an ordinary error that names the file', async () => {
    async function* read() {
      yield 'abcdef' as unknown as Uint8Array;
    }
    const hashing = hash([whole({ name: 'remote', size: 6, content: { read } })]);
    await expect(hashing).rejects.toThrow('"remote" is not read as Uint8Array');
  });

  it.each([undefined, null, {}, 5, Promise.resolve([])])(
    'a source that gives %s in place of an iterable is an ordinary error that names the file',
    async (source) => {
      await expect(hash([asReadBy(() => source)])).rejects.toThrow('what reads the file "remote" is not iterable');
    },
  );

  it.each([null, undefined, Number.NaN, -1, 1.5, '10'])(
    'a source of the size %s is an ordinary error before anything is read',
    async (size) => {
      const sources = new Sources();
      const unsized = { ...sources.job('b').file, size: size as null };
      await expect(hash([sources.job('a'), whole(unsized)])).rejects.toThrow('gives no size for "b"');
      expect(sources.opened).toEqual([]);
    },
  );

  it('a source that gives too many bytes is refused even if it never closes', async () => {
    const file = fileOfNext('remote', async () => ({ done: false, value: new Uint8Array(9) }));
    await refusal('model/changed', () => hash([whole(file)]));
  });

  it('the first failure stops all other sources, in whatever order chunks, failures and aborts arrive', async () => {
    const delays = fc.array(fc.nat(12), { minLength: 2, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(delays, fc.nat(12), fc.boolean(), async (delays, failsAfter, isAbort) => {
        const gate = Promise.withResolvers<void>();
        const after = async (ticks: number) => {
          await gate.promise;
          for (let i = 0; i < ticks; i++) await null;
        };
        // Each gives one chunk in time, and then nothing more.
        const stalling = delays.map((delay, i) => {
          let calls = 0;
          return fileOfNext(`${i}`, () =>
            calls++ === 0 ? after(delay).then(() => ({ done: false, value: new Uint8Array(1) })) : never(),
          );
        });
        const failure = new Error('the first');
        const controller = new AbortController();
        const failing = fileOfNext('failing', async () => {
          await after(failsAfter);
          if (!isAbort) throw failure;
          controller.abort(failure);
          return never();
        });
        const hashing = hash([...stalling, failing].map(whole), { signal: controller.signal });
        gate.resolve();
        expect(await hashing.catch((error: unknown) => error)).toBe(failure);
      }),
      { numRuns: 300 },
    );
  });
});

describe('an abort', () => {
  it('an abort ends the hashing of streams at once with its reason, even if a source never responds', async () => {
    const controller = new AbortController();
    let isClosed = false;
    const content = {
      read: () => ({
        [Symbol.asyncIterator]: () => ({
          next: () => new Promise<never>(() => {}),
          return: () => {
            isClosed = true;
            return new Promise<never>(() => {});
          },
        }),
      }),
    };
    const hashing = hash([whole({ name: 'silent', size: 6, content })], { signal: controller.signal });
    await turn();
    controller.abort(new Error('enough'));
    await expect(hashing).rejects.toThrow('enough');
    expect(isClosed).toBe(true);
  });

  it.each(['before it returns', 'after it returned'])(
    'an abort by a source %s a chunk that never arrives ends the hashing with its reason',
    async (when) => {
      const controller = new AbortController();
      const abort = () => controller.abort(new Error('enough'));
      const file = fileOfNext('silent', () => {
        if (when === 'before it returns') abort();
        else queueMicrotask(abort);
        return never();
      });
      await expect(hash([whole(file)], { signal: controller.signal })).rejects.toThrow('enough');
    },
  );

  it('an abort by the progress callback ends the hashing before another chunk is used', async () => {
    const controller = new AbortController();
    let calls = 0;
    const meter = new ProgressMeter(1, () => controller.abort(new Error('enough')));
    const file = fileOfNext('remote', async () =>
      calls++ === 0 ? { done: false, value: new Uint8Array(1) } : never(),
    );
    await expect(hash([whole(file)], { signal: controller.signal, meter })).rejects.toThrow('enough');
  });

  it('an abort before the start opens no source', async () => {
    const sources = new Sources();
    const signal = AbortSignal.abort(new Error('too late'));
    await expect(hash([sources.job('a')], { signal })).rejects.toThrow('too late');
    expect(sources.opened).toEqual([]);
  });
});

it('a progress callback that throws ends the hashing with that error and closes the source', async () => {
  const meter = new ProgressMeter(1, () => {
    throw new RangeError('the display broke');
  });
  const sources = new Sources();
  await expect(hash([sources.job('a')], { meter })).rejects.toThrow('the display broke');
  expect(sources.closed).toEqual(['a']);
});
