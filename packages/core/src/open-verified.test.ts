import { createHash } from 'node:crypto';
import {
  appendFileSync,
  closeSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { forge, testKey } from '@model-signing/testing/forge';
import { modelDirectory } from '@model-signing/testing/tree';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultEngine } from '#engine';
import type { HashEngine, HashJob, RangeReader } from './engine.ts';
import { keySigner, keyVerifier } from './methods/key.ts';
import type { Model } from './model.ts';
import { localModel } from './node/local-model.ts';
import { type OpenVerifiedOptions, openVerified, type VerifiedFile } from './open-verified.ts';
import { type SignModelOptions, signModel } from './sign.ts';
import { memoryModel } from './testing/memory-model.ts';
import { refusal } from './testing/refusal.ts';
import { verifyModel } from './verify.ts';

const key = testKey();
const verifier = keyVerifier(key);
const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('latin1');
const onUnix = it.skipIf(process.platform === 'win32'); // links need POSIX

/** 40 bytes in four shards of ten. */
const weights = '0123456789abcdefghijABCDEFGHIJ!"#$%&()*+';
const shards: SignModelOptions = { method: 'shards', shardSize: 10 };
const MIB = 1024 * 1024;

async function signed(files: Record<string, string>, options: SignModelOptions = shards) {
  const root = modelDirectory(files);
  const { bundle } = await signModel(localModel(root), keySigner(key), options);
  return { root, bundle, at: (name: string) => path.join(root, name) };
}

async function opened(model: Model, bundle: Uint8Array, options: OpenVerifiedOptions = {}) {
  return openVerified(model, bundle, verifier, options);
}

/** Changes bytes of a file, and neither its size nor its identity. */
function overwrite(at: string, position: number, content = 'EVIL'): void {
  const descriptor = openSync(at, 'r+');
  writeSync(descriptor, content, position);
  closeSync(descriptor);
}

async function streamed(file: VerifiedFile, range?: { start?: number; end?: number }): Promise<string> {
  let all = '';
  for await (const piece of file.stream(range)) all += text(piece);
  return all;
}

async function lent(file: VerifiedFile, range?: { start?: number; end?: number }): Promise<string> {
  let all = '';
  for await (const piece of file.pieces(range)) all += text(piece);
  return all;
}

/** What a reader was asked to do, and how many reads were in progress at most. */
class WatchedEngine implements HashEngine {
  readonly jobs: string[] = [];
  readonly buffers = new Set<ArrayBufferLike>();
  active = 0;
  mostActive = 0;
  allocated = 0;
  /** Called with each job before its bytes are read. */
  before: (job: HashJob) => Promise<void> = async () => {};
  change: (into: Uint8Array, digest: string) => string = (_, digest) => digest;

  hash = defaultEngine.hash;

  async openReader(options: Parameters<typeof defaultEngine.openReader>[0]): Promise<RangeReader> {
    const reader = await defaultEngine.openReader(options);
    return {
      atOnce: reader.atOnce,
      allocate: (bytes) => {
        this.allocated += bytes;
        return reader.allocate(bytes);
      },
      read: async (job, into, readOptions) => {
        this.jobs.push(`${job.file.name}:${job.start}:${job.end}`);
        this.mostActive = Math.max(this.mostActive, ++this.active);
        try {
          await this.before(job);
          const { bytes, digest } = await reader.read(job, into, readOptions);
          return { bytes, digest: this.change(bytes, digest) };
        } finally {
          this.active--;
        }
      },
      [Symbol.asyncDispose]: () => reader[Symbol.asyncDispose](),
    };
  }
}

/** Reads into memory that is not shared between threads, and so is lent where it is; it moves it each time, as a reader may. */
class MovingEngine implements HashEngine {
  reads = 0;

  hash = defaultEngine.hash;

  async openReader({ algorithm }: Parameters<typeof defaultEngine.openReader>[0]): Promise<RangeReader> {
    return {
      atOnce: 3,
      allocate: (bytes) => new Uint8Array(bytes),
      read: async ({ file, start, end }, into) => {
        this.reads++;
        const { length } = into;
        const bytes = new Uint8Array((into.buffer as ArrayBuffer).transfer(), 0, length);
        bytes.set(readFileSync((file.content as { path: string }).path).subarray(start, end ?? undefined));
        return { bytes, digest: createHash(algorithm).update(bytes).digest('hex') };
      },
      [Symbol.asyncDispose]: async () => {},
    };
  }
}

describe('openVerified', () => {
  it('openVerified reads, streams and lends the bytes that were signed, and says how much it hashed', async () => {
    const { root, bundle } = await signed({ 'w.bin': weights, 'config.json': '{}' });
    await using model = await opened(localModel(root), bundle);
    expect(model.report()).toEqual({
      verdict: 'partial',
      listing: 'not-compared',
      hashedBy: 'self',
      advertised: [],
      unchecked: 2,
      verifiedResources: 0,
      resources: 5,
      hashed: 0,
      handed: 0,
    });
    const file = await model.open('w.bin');
    expect([file.name, file.size]).toEqual(['w.bin', 40]);
    expect(text(await file.read(8, 12))).toBe('89ab');
    expect(model.report()).toMatchObject({ verifiedResources: 2, hashed: 20, handed: 4, unchecked: 2 });
    expect(await streamed(file)).toBe(weights);
    expect(await lent(file, { start: 35 })).toBe(weights.slice(35));
    expect(text(await file.read())).toBe(weights);
    expect(model.report()).toMatchObject({ verdict: 'partial', verifiedResources: 4, unchecked: 1, handed: 89 });
    expect(model.manifest.resources).toHaveLength(5);
    expect(model.signer.method).toBe('key');
  });

  it('a signature that the verifier does not trust is refused before a file is opened', async () => {
    const { bundle } = await signed({ 'w.bin': weights });
    const absent = localModel('/nowhere');
    await refusal('signer/key-mismatch', () => openVerified(absent, bundle, keyVerifier(testKey())));
    await refusal('model/not-found', async () => (await opened(absent, bundle)).open('w.bin'));
  });

  it('a name that is not signed is refused, and so are a directory and a name that is none', async () => {
    const { root, bundle, at } = await signed({ 'w/a.bin': weights });
    writeFileSync(at('unsigned.bin'), 'x');
    await using model = await opened(localModel(root), bundle);
    for (const name of ['unsigned.bin', 'w', '../w/a.bin', '/w/a.bin', 'w/./a.bin', 'w//a.bin', '', '.'])
      await refusal('model/not-signed', () => model.open(name));
    await expect(model.open(7 as never)).rejects.toThrow('the name of the file to open must be a string');
    expect((await model.open('w/a.bin')).size).toBe(40);
  });

  it('a missing file and one of another size than its shards are refused when they are opened', async () => {
    const { root, bundle, at } = await signed({ a: weights, b: weights, c: weights });
    rmSync(at('a'));
    truncateSync(at('b'), 39);
    appendFileSync(at('c'), '+');
    await using model = await opened(localModel(root), bundle);
    const differences = async (name: string) => (await refusal('model/mismatch', () => model.open(name))).differences;
    expect(await differences('a')).toEqual([{ kind: 'missing', path: 'a' }]);
    const modified = { kind: 'modified', expected: '40 bytes' };
    expect(await differences('b')).toEqual([{ ...modified, path: 'b', actual: '39 bytes' }]);
    expect(await differences('c')).toEqual([{ ...modified, path: 'c', actual: '41 bytes' }]);
  });

  onUnix('a link in the place of a signed file is refused, even to the same bytes', async () => {
    const { root, bundle, at } = await signed({ a: weights, b: weights });
    renameSync(at('a'), at('elsewhere'));
    symlinkSync('elsewhere', at('a'));
    await using model = await opened(localModel(root), bundle);
    await refusal('model/symlink', () => model.open('a'));
    expect(text(await (await model.open('b')).read())).toBe(weights);
    const file = await model.open('b');
    rmSync(at('b'));
    symlinkSync('elsewhere', at('b'));
    await using fresh = await opened(localModel(root), bundle, { cacheBytes: 0 });
    await refusal('model/symlink', () => fresh.open('b'));
    expect(text(await file.read())).toBe(weights); // it was verified before
  });

  it('a unit that is larger than maxUnitBytes is refused with what to do', async () => {
    const { root, bundle } = await signed({ 'w.bin': weights, small: '12345' }, {});
    await using model = await opened(localModel(root), bundle, { maxUnitBytes: 39 });
    const error = await refusal('model/unit-too-large', () => model.open('w.bin'));
    expect(error.message).toBe(
      '"w.bin" is signed in parts of up to 40 bytes, and at most 39 may be in memory at once: sign the model with a smaller --shard-size, or raise maxUnitBytes',
    );
    expect(text(await (await model.open('small')).read())).toBe('12345');
    await using larger = await opened(localModel(root), bundle, { maxUnitBytes: 40 });
    expect(text(await (await larger.open('w.bin')).read())).toBe(weights);
  });

  it('ranges outside the file are refused, and an empty one at its end is not', async () => {
    const { root, bundle } = await signed({ 'w.bin': weights });
    await using model = await opened(localModel(root), bundle);
    const file = await model.open('w.bin');
    for (const [start, end] of [
      [0, 41],
      [-1, 4],
      [5, 4],
      [41, 41],
      [0.5, 4],
      [0, Number.NaN],
    ] as const) {
      await expect(file.read(start, end)).rejects.toThrow(RangeError);
      expect(() => file.stream({ start, end })).toThrow(RangeError);
      expect(() => file.pieces({ start, end })).toThrow('no range of the file "w.bin", which has 40 bytes');
    }
    expect(await file.read(40, 40)).toEqual(new Uint8Array());
    expect(await streamed(file, { start: 40 })).toBe('');
    expect(model.report().hashed).toBe(0);
  });

  it('a file without bytes is verified when it is opened, since reading it would verify nothing', async () => {
    const { root, bundle, at } = await signed({ empty: '', full: 'content' }, {});
    await using model = await opened(localModel(root), bundle);
    const empty = await model.open('empty');
    expect([empty.size, text(await empty.read()), await streamed(empty)]).toEqual([0, '', '']);
    expect(model.report().verifiedResources).toBe(1);
    truncateSync(at('full'), 0);
    await refusal('model/mismatch', () => model.open('full'));
  });

  it('shards that overlap, leave a gap or come from another file are refused before anything is read', async () => {
    const { root, bundle } = await signed({ 'w.bin': weights });
    const renamed = (from: string, to: string) =>
      forge(bundle, key, {
        statement: ({ predicate }) => {
          for (const resource of predicate.resources) if (resource.name === from) resource.name = to;
        },
      });
    for (const [from, to] of [
      ['w.bin:10:20', 'w.bin:5:20'],
      ['w.bin:10:20', 'w.bin:11:20'],
      ['w.bin:30:40', 'w.bin:30:41'],
      ['w.bin:0:10', 'v.bin:0:10'],
    ] as const)
      await refusal('manifest/shard-coverage', () => opened(localModel(root), renamed(from, to)));
    await using control = await opened(localModel(root), renamed('w.bin:99:100', ''));
    expect(text(await (await control.open('w.bin')).read())).toBe(weights);
  });

  it('shards that are listed out of order are read in order, with a warning', async () => {
    const { root, bundle } = await signed({ 'w.bin': weights });
    const { createHash } = await import('node:crypto');
    const unordered = forge(bundle, key, {
      statement: ({ predicate, subject }) => {
        predicate.resources.reverse();
        const hash = createHash('sha256');
        for (const { digest } of predicate.resources) hash.update(Buffer.from(digest, 'hex'));
        subject[0].digest.sha256 = hash.digest('hex');
      },
    });
    await using model = await opened(localModel(root), unordered);
    expect(model.warnings.map(({ code }) => code)).toEqual(['manifest/unsorted']);
    expect(text(await (await model.open('w.bin')).read(5, 25))).toBe(weights.slice(5, 25));
    await refusal('manifest/unsorted', () => opened(localModel(root), unordered, { strict: true }));
  });
});

describe('a file that is changed while it is open', () => {
  it('bytes that were verified are handed out though the file was changed after that, and changed ones never', async () => {
    const { root, bundle, at } = await signed({ 'w.bin': weights });
    await using model = await opened(localModel(root), bundle);
    const file = await model.open('w.bin');
    const before = await file.read(0, 5);
    overwrite(at('w.bin'), 2);
    overwrite(at('w.bin'), 22);
    expect(await file.read(0, 5)).toEqual(before);
    const error = await refusal('model/mismatch', () => file.read(18, 24));
    expect(error.message).toBe('bytes 20 to 30 of the file "w.bin" differ from what was signed');
    expect(error.differences).toMatchObject([{ kind: 'modified', path: 'w.bin', range: [20, 30] }]);
    expect(text(await file.read(10, 20))).toBe('abcdefghij');
    expect(text(await file.read(30, 40))).toBe('!"#$%&()*+');
    overwrite(at('w.bin'), 22, 'CDEF');
    expect(text(await file.read(20, 30))).toBe('ABCDEFGHIJ'); // a failure is not remembered
  });

  it('a stream gives the good bytes before a changed unit, and then fails', async () => {
    const { root, bundle, at } = await signed({ 'w.bin': weights });
    overwrite(at('w.bin'), 25);
    for (const readAhead of [1, 2, 9]) {
      await using model = await opened(localModel(root), bundle, { readAhead });
      const file = await model.open('w.bin');
      for (const pieces of [() => file.stream(), () => file.pieces()]) {
        let got = '';
        await refusal('model/mismatch', async () => {
          for await (const piece of pieces()) got += text(piece);
        });
        expect(got).toBe(weights.slice(0, 20));
      }
    }
  });

  it('a file that became shorter or longer, or was replaced, is refused by what its bytes are', async () => {
    const { root, bundle, at } = await signed({ a: weights, b: weights, c: weights, d: weights });
    await using model = await opened(localModel(root), bundle);
    const [a, b, c, d] = await Promise.all(['a', 'b', 'c', 'd'].map((name) => model.open(name)));
    truncateSync(at('a'), 12);
    appendFileSync(at('b'), '+');
    rmSync(at('c'));
    writeFileSync(at('other'), weights);
    renameSync(at('other'), at('d'));
    await refusal('model/changed', () => (a as VerifiedFile).read(0, 5));
    await refusal('model/changed', () => (b as VerifiedFile).read(0, 5));
    await refusal('model/changed', () => (c as VerifiedFile).read(0, 5));
    expect(text(await (d as VerifiedFile).read())).toBe(weights); // the same bytes
  });

  it('a unit that was dropped is read and hashed again, so a change since then is refused', async () => {
    const { root, bundle, at } = await signed({ 'w.bin': weights });
    const engine = new WatchedEngine();
    await using model = await opened(localModel(root), bundle, { cacheBytes: 20, engine });
    const file = await model.open('w.bin');
    for (const start of [0, 10, 0, 20, 0, 10]) await file.read(start, start + 1);
    expect(engine.jobs).toEqual(['w.bin:0:10', 'w.bin:10:20', 'w.bin:20:30', 'w.bin:10:20']);
    expect(model.report()).toMatchObject({ verifiedResources: 3, hashed: 40, handed: 6 });
    overwrite(at('w.bin'), 21);
    await refusal('model/mismatch', () => file.read(20, 21));
    expect(text(await file.read(0, 1))).toBe('0');
  });
});

describe('what is handed out', () => {
  it('writing to what was handed out changes no later read', async () => {
    const { root, bundle } = await signed({ 'w.bin': weights });
    await using model = await opened(localModel(root), bundle);
    const file = await model.open('w.bin');
    (await file.read()).fill(0);
    for await (const piece of file.stream()) piece.fill(0);
    for await (const piece of file.pieces()) new Uint8Array(piece.buffer).fill(0);
    expect(text(await file.read())).toBe(weights);
    expect(await streamed(file)).toBe(weights);
  });

  it('what was handed out shares no memory with what is kept, and shows only the bytes that were asked for', async () => {
    const { root, bundle } = await signed({ 'w.bin': weights });
    await using model = await opened(localModel(root), bundle);
    const file = await model.open('w.bin');
    const read = await file.read(3, 7);
    expect([read.buffer.byteLength, read.buffer instanceof ArrayBuffer]).toEqual([4, true]);
    for await (const { buffer, length } of file.stream({ start: 5, end: 25 }))
      expect([buffer.byteLength, buffer instanceof ArrayBuffer]).toEqual([length, true]);
  });

  it('a lent piece is detached once the next one is asked for, and a caller may take it', async () => {
    const { root, bundle } = await signed({ 'w.bin': weights });
    await using model = await opened(localModel(root), bundle);
    const file = await model.open('w.bin');
    const pieces: Uint8Array[] = [];
    let all = '';
    for await (const piece of file.pieces()) {
      expect(pieces.every(({ length }) => length === 0)).toBe(true);
      all += text(piece);
      if (pieces.length === 1) expect(text(new Uint8Array(piece.buffer.transfer()))).toMatch(/^abcdefghij/);
      pieces.push(piece);
    }
    expect(all).toBe(weights);
    expect(pieces).toHaveLength(4);
  });

  it('a unit that nothing else uses is lent whole where it was hashed, and is read again after that', async () => {
    const { root, bundle } = await signed({ 'w.bin': weights });
    const engine = new MovingEngine();
    await using model = await opened(localModel(root), bundle, { engine, readAhead: 1 });
    const file = await model.open('w.bin');
    const pieces: Uint8Array[] = [];
    let all = '';
    for await (const piece of file.pieces()) {
      expect(pieces.every(({ length }) => length === 0)).toBe(true);
      expect([piece.length, piece.buffer.byteLength]).toEqual([10, 10]);
      all += text(piece);
      if (pieces.push(piece) === 2) piece.buffer.transfer();
      else piece.fill(0);
    }
    expect([all, engine.reads]).toEqual([weights, 4]);
    expect([await lent(file), await streamed(file), text(await file.read())]).toEqual([weights, weights, weights]);
  });

  it('a unit that is kept or that is needed only in part is lent as a copy', async () => {
    const { root, bundle } = await signed({ 'w.bin': weights });
    const engine = new MovingEngine();
    await using model = await opened(localModel(root), bundle, { engine });
    const file = await model.open('w.bin');
    for await (const piece of file.pieces({ start: 12, end: 18 })) expect(piece.buffer.byteLength).toBe(6);
    await file.read();
    const { reads } = engine;
    for await (const piece of file.pieces()) piece.fill(0);
    expect([text(await file.read()), engine.reads]).toEqual([weights, reads]);
  });

  it('a unit that others read too is lent as a copy, so that they never see what a borrower writes', async () => {
    const { root, bundle } = await signed({ 'w.bin': 'x'.repeat(2 * MIB) }, { ...shards, shardSize: 2 * MIB });
    await using model = await opened(localModel(root), bundle, { engine: new MovingEngine() });
    const file = await model.open('w.bin');
    const [first, second] = [file.pieces(), file.pieces()];
    const [one] = await Promise.all([first.next(), second.next()]);
    (one.value as Uint8Array).fill(0);
    const { value } = await second.next();
    expect(new Set(value as Uint8Array)).toEqual(new Set(Buffer.from('x')));
  });

  it.each([
    ['no bytes', () => ({})],
    ['too few bytes', (bytes: Uint8Array) => ({ bytes: bytes.subarray(1) })],
  ])('an engine that returns %s has a fault, which is no verdict', async (_, change) => {
    const { root, bundle } = await signed({ 'w.bin': weights });
    const engine: HashEngine = {
      hash: defaultEngine.hash,
      openReader: async (options) => {
        const reader = await defaultEngine.openReader(options);
        const read: RangeReader['read'] = async (...asked) => {
          const { bytes, digest } = await reader.read(...asked);
          return { digest, ...change(bytes) } as Awaited<ReturnType<RangeReader['read']>>;
        };
        return { ...reader, read };
      },
    };
    await using model = await opened(localModel(root), bundle, { engine });
    const reading = (await model.open('w.bin')).read();
    await expect(reading).rejects.toThrow('the engine returned no memory of 10 bytes for "w.bin"');
  });

  it('any sequence of reads gives exactly the bytes of the file', { timeout: 240_000 }, async () => {
    const content = fc.uint8Array({ minLength: 1, maxLength: 300 });
    const reads = fc.array(fc.tuple(fc.nat(300), fc.nat(300), fc.constantFrom('read', 'stream', 'pieces')), {
      minLength: 1,
      maxLength: 8,
    });
    const options = fc.record({
      cacheBytes: fc.nat(200),
      readAhead: fc.integer({ min: 1, max: 6 }),
      concurrency: fc.integer({ min: 1, max: 4 }),
    });
    const source = fc.constantFrom('local', 'memory');
    await fc.assert(
      fc.asyncProperty(
        content,
        fc.integer({ min: 1, max: 100 }),
        reads,
        options,
        source,
        fc.boolean(),
        async (...given) => {
          const [bytes, shardSize, wanted, open, from, isAtOnce] = given;
          const whole = text(bytes).replace(/[\x80-\xff]/g, '~'); // memory models hold text
          const root = modelDirectory({ 'w.bin': whole });
          const here = from === 'local' ? localModel(root) : memoryModel({ 'w.bin': whole });
          const { bundle } = await signModel(here, keySigner(key), { method: 'shards', shardSize });
          await using model = await opened(here, bundle, open);
          const file = await model.open('w.bin');
          const one = async ([a, b, how]: (typeof wanted)[number]) => {
            const [start, end] = [Math.min(a, b, whole.length), Math.min(Math.max(a, b), whole.length)];
            const got =
              how === 'read'
                ? text(await file.read(start, end))
                : await (how === 'stream' ? streamed : lent)(file, { start, end });
            expect(got).toBe(whole.slice(start, end));
          };
          if (isAtOnce) await Promise.all(wanted.map(one));
          else for (const each of wanted) await one(each);
        },
      ),
      { numRuns: 150 },
    );
  });
});

describe('how units are read', () => {
  it('a unit that several ask for at once is read once', async () => {
    const { root, bundle } = await signed({ 'w.bin': weights });
    const engine = new WatchedEngine();
    await using model = await opened(localModel(root), bundle, { engine, cacheBytes: 0 });
    const file = await model.open('w.bin');
    const again = await model.open('w.bin');
    const all = await Promise.all([file.read(0, 9), file.read(1, 10), again.read(2, 3), streamed(file, { end: 5 })]);
    expect(all.map((one) => (typeof one === 'string' ? one : text(one)))).toEqual([
      '012345678',
      '123456789',
      '2',
      '01234',
    ]);
    expect(engine.jobs).toEqual(['w.bin:0:10']);
  });

  it('no more units are read at the same time than allowed, and none further ahead', async () => {
    const { root, bundle } = await signed({ 'w.bin': weights.repeat(5) });
    const engine = new WatchedEngine();
    engine.before = () => new Promise((resolve) => setTimeout(resolve, 2));
    await using model = await opened(localModel(root), bundle, { engine, concurrency: 2, readAhead: 5 });
    const file = await model.open('w.bin');
    const iterator = file.pieces();
    await iterator.next();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(engine.jobs).toHaveLength(6);
    for await (const _ of iterator);
    expect([engine.jobs.length, engine.mostActive]).toEqual([20, 2]);
  });

  it('memory is bounded by what is kept and read ahead, however long the file is', async () => {
    const size = 96 * MIB;
    const { root, bundle } = await signed({ 'w.bin': 'x'.repeat(size) }, { method: 'shards', shardSize: MIB });
    const engine = new WatchedEngine();
    await using model = await opened(localModel(root), bundle, { engine, cacheBytes: 4 * MIB, readAhead: 3 });
    const file = await model.open('w.bin');
    for await (const _ of file.pieces());
    for (let start = 0; start < size; start += MIB) await file.read(start, start + 1);
    expect(model.report()).toMatchObject({ verifiedResources: 96, unchecked: 0 });
    expect(engine.jobs.length).toBe(192);
    expect(engine.allocated / MIB).toBeLessThanOrEqual(4 + 2 * 4);
  }, 240_000);

  it('large files are read by workers, and the event loop goes on meanwhile', async () => {
    const { root, bundle } = await signed(
      { 'w.bin': 'x'.repeat(160 * MIB) },
      { method: 'shards', shardSize: 32 * MIB },
    );
    await using model = await opened(localModel(root), bundle, { threads: 2 });
    const file = await model.open('w.bin');
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    let bytes = 0;
    for await (const piece of file.pieces()) bytes += piece.length;
    clearInterval(timer);
    expect(bytes).toBe(160 * MIB);
    expect(turns).toBeGreaterThan(5);
    expect(model.report()).toMatchObject({ hashed: bytes, handed: bytes, verifiedResources: 5 });
  }, 240_000);

  it('an engine without a reader is not asked for digests, and the default reader hashes', async () => {
    const { root, bundle, at } = await signed({ 'w.bin': weights });
    let asked = 0;
    const engine: HashEngine = {
      hash: async (jobs) => {
        asked++;
        return jobs.map(() => '00'.repeat(32));
      },
    };
    await using model = await opened(localModel(root), bundle, { engine });
    const file = await model.open('w.bin');
    overwrite(at('w.bin'), 0);
    await refusal('model/mismatch', () => file.read(0, 1));
    expect([text(await file.read(10, 12)), asked]).toEqual(['ab', 0]);
  });

  it('a digest that is not that of the signed bytes is refused, whatever the engine says', async () => {
    const { root, bundle } = await signed({ 'w.bin': weights });
    const engine = new WatchedEngine();
    engine.change = () => '00'.repeat(32);
    await using model = await opened(localModel(root), bundle, { engine });
    const file = await model.open('w.bin');
    await refusal('model/mismatch', () => file.read(0, 1));
    expect(model.report()).toMatchObject({ verifiedResources: 0, handed: 0 });
  });

  it.each(['sha256', 'blake2b', 'blake3'])('files that were hashed with %s are read', async (hashAlgorithm) => {
    const { root, bundle } = await signed({ 'w.bin': weights }, { hashAlgorithm: hashAlgorithm as 'sha256' });
    await using model = await opened(localModel(root), bundle);
    expect(text(await (await model.open('w.bin')).read(5, 7))).toBe('56');
  });

  it('a model whose digests are only advertised is read and hashed all the same', async () => {
    const source = { 'w.bin': weights };
    const { bundle } = await signModel(memoryModel(source), keySigner(key));
    const digest = (await opened(memoryModel(source), bundle)).manifest.resources[0]?.digest as string;
    const lying = memoryModel({ 'w.bin': weights.toUpperCase() }, () => ({ algorithm: 'sha256', digest }));
    expect((await verifyModel(lying, bundle, verifier, { evidence: 'advertised' })).verdict).toBe('advertised');
    await using model = await opened(lying, bundle);
    const file = await model.open('w.bin');
    await refusal('model/mismatch', () => file.read());
  });

  it('a source that changes its chunk after it gave it does not change what is handed out', async () => {
    const { bundle } = await signModel(memoryModel({ 'w.bin': weights }), keySigner(key), shards);
    const hostile = memoryModel({ 'w.bin': weights });
    const model = await opened(
      {
        ...hostile,
        async list(options) {
          const listing = await hostile.list(options);
          const files = listing.files.map((file) => ({
            ...file,
            content: {
              async *read(start: number, end: number) {
                const chunk = Buffer.from(weights.slice(start, end));
                yield chunk;
                chunk.fill('X');
              },
            },
          }));
          return { ...listing, files };
        },
      },
      bundle,
    );
    const file = await model.open('w.bin');
    expect(text(await file.read(5, 25))).toBe(weights.slice(5, 25));
    await model[Symbol.asyncDispose]();
  });
});

describe('a verified model that is closed or aborted', () => {
  it('nothing is handed out once the model is closed', async () => {
    const { root, bundle } = await signed({ 'w.bin': weights });
    const model = await opened(localModel(root), bundle);
    const file = await model.open('w.bin');
    await file.read();
    const [stream, pieces] = [file.stream().getReader(), file.pieces()];
    await stream.read();
    await pieces.next();
    await model[Symbol.asyncDispose]();
    const closed = 'the verified model was closed';
    await expect(file.read(0, 1)).rejects.toThrow(closed);
    await expect(stream.read()).rejects.toThrow(closed);
    await expect(pieces.next()).rejects.toThrow(closed);
    await expect(model.open('w.bin')).rejects.toThrow(closed);
    await expect(file.stream().getReader().read()).rejects.toThrow(closed);
    await model[Symbol.asyncDispose]();
  });

  it('a read that is waited for ends with the reason of the signal, and so does all that follows', async () => {
    const { root, bundle } = await signed({ 'w.bin': weights });
    const engine = new WatchedEngine();
    const end = new AbortController();
    engine.before = () => new Promise(() => {});
    await using model = await opened(localModel(root), bundle, { engine, signal: end.signal });
    const file = await model.open('w.bin');
    const reading = file.read();
    const reason = new Error('enough');
    setTimeout(() => end.abort(reason), 20);
    await expect(reading).rejects.toBe(reason);
    await expect(file.read(0, 1)).rejects.toBe(reason);
    await expect(model.open('w.bin')).rejects.toBe(reason);
    await expect(opened(localModel(root), bundle, { signal: end.signal })).rejects.toBe(reason);
  });

  it('a stream that is cancelled gives its units back, so that their memory is used again', async () => {
    const { root, bundle } = await signed({ 'w.bin': weights });
    const engine = new WatchedEngine();
    await using model = await opened(localModel(root), bundle, { engine, readAhead: 1 });
    const file = await model.open('w.bin');
    for (let round = 0; round < 5; round++) {
      const reader = file.stream().getReader();
      await reader.read();
      await reader.cancel();
      for await (const _ of file.pieces()) break;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(engine.allocated).toBeLessThanOrEqual(30);
  });
});
