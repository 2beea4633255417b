import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { allOf } from '../testing/all-of.ts';
import { refusal } from '../testing/refusal.ts';
import { type BundleLine, bundleLines } from './bundle-lines.ts';

const read = async (text: string, size = 7): Promise<BundleLine[]> => {
  const bytes = Buffer.from(text);
  const chunks = Array.from({ length: Math.ceil(bytes.length / size) }, (_, i) =>
    bytes.subarray(i * size, (i + 1) * size),
  );
  return allOf(bundleLines(chunks));
};

/** The entries in short: `1:{}`, `2=1` for a duplicate, `3?` for what is no bundle. */
const shown = async (text: string, size?: number) =>
  (await read(text, size)).map((entry) => {
    if (entry.kind === 'bundle') return `${entry.line}:${Buffer.from(entry.bytes)}`;
    return entry.kind === 'duplicate' ? `${entry.line}=${entry.of}` : `${entry.line}?`;
  });

describe('the bundles of a file', () => {
  it.each([
    ['', []],
    ['\n \n', []],
    ['{"a":1}', ['1:{"a":1}']],
    ['{"a":1}\n{"b":2}\n', ['1:{"a":1}', '2:{"b":2}']],
    ['{"a":1}\r\n\r\n  {"b":2} \r\n', ['1:{"a":1}', '3:{"b":2}']],
    ['{"a":1}\nno bundle\n[1]\n{"b":2}', ['1:{"a":1}', '2?', '3?', '4:{"b":2}']],
    ['{"a":1}\n{"a":1}\n{"b":2}\n{"a":1}', ['1:{"a":1}', '2=1', '3:{"b":2}', '4=1']],
    ['{\n  "a": 1\n}\n', ['1:{\n"a": 1\n}']],
    ['{ "a": {\n  "b": {}\n  }\n}\n{"b":2}\n', ['1:{ "a": {\n"b": {}\n}\n}', '5:{"b":2}']],
    ['{\n"a": 1\n}\n{\n"b": 2\n}', ['1:{\n"a": 1\n}', '4:{\n"b": 2\n}']],
  ])('the entries of %j are found', async (text, entries) => {
    expect(await shown(text)).toEqual(entries);
  });

  it('an entry that was cut off is reported, and those around it are read', async () => {
    expect(await shown('{"a":1}\n{"b":\n{"c":3}\n{"d"')).toEqual(['1:{"a":1}', '2?', '3:{"c":3}', '4?']);
  });

  it.each([
    [Buffer.from('\ufeff{"a":1}\n{"b":2}\n'), 'begins with a byte order mark', ['{"b":2}']],
    [Buffer.from('\ufeff{"a":1}', 'utf16le'), 'is in UTF-16', []],
    [Buffer.from('{"a":1}', 'utf16le'), 'is in UTF-16LE', []],
  ])('an entry that begins as no UTF-8 is reported with its encoding: %s', async (file, words, bundles) => {
    const [first, ...others] = await allOf(bundleLines([file]));
    expect(first).toMatchObject({ kind: 'unknown', line: 1, problem: expect.stringContaining(words) });
    expect(others.map((entry) => entry.kind === 'bundle' && Buffer.from(entry.bytes).toString())).toEqual(bundles);
  });

  it('a file in another order has the same entries, and one that lacks some the others', async () => {
    const lines = ['{"a":1}', '{"b":2}', 'x', '{"c":3}'];
    const bundles = async (some: string[]) =>
      (await read(some.join('\n'))).flatMap((each) =>
        each.kind === 'bundle' ? [Buffer.from(each.bytes).toString()] : [],
      );
    expect((await bundles(lines.toReversed())).sort()).toEqual(await bundles(lines));
    expect(await bundles(lines.slice(1, 3))).toEqual(['{"b":2}']);
  });

  it('the entries do not depend on how the bytes arrive', async () => {
    const line = fc.constantFrom('{"a":1}', '{"b":2}', '{', '}', '', ' x', '{"c":', ' "d": {}', '\r');
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 12 }), fc.integer({ min: 1, max: 9 }), async (lines, size) => {
        const text = lines.join('\n');
        expect(await shown(text, size)).toEqual(await shown(text, 10_000));
      }),
    );
  });

  it('every bundle on one line is found, whatever the other lines are', async () => {
    const line = fc.oneof(
      fc.integer().map((n) => `{"n":${n}}`),
      fc.constantFrom('x', '[', '{"cut":', ''),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(line, { maxLength: 12 }), async (lines) => {
        const found = (await read(lines.join('\n'))).flatMap((each) => {
          return each.kind === 'bundle' ? [Buffer.from(each.bytes).toString()] : [];
        });
        // A bundle that was cut off swallows what follows it only as far as the next bundle.
        const whole = [...new Set(lines.filter((each) => each.startsWith('{"n"')))];
        expect(found).toEqual(whole);
      }),
    );
  });

  it('a chunk may be overwritten once the next one is asked for', async () => {
    const buffer = Buffer.alloc(4);
    function* chunks() {
      for (const part of ['{"a"', ':1}\n']) {
        buffer.write(part);
        yield buffer;
      }
    }
    const [entry] = await allOf(bundleLines(chunks()));
    expect(entry).toMatchObject({ kind: 'bundle', bytes: Uint8Array.from(Buffer.from('{"a":1}')) });
  });

  it('a chunk with whole lines may be overwritten as well', async () => {
    const buffer = Buffer.alloc(8);
    function* chunks() {
      for (const part of ['{"a":1}\n', '{"b":2}\n']) {
        buffer.write(part);
        yield buffer;
      }
    }
    const bundles = (await allOf(bundleLines(chunks()))).map((entry) => entry.kind === 'bundle' && entry.bytes);
    expect(bundles).toEqual(['{"a":1}', '{"b":2}'].map((text) => Uint8Array.from(Buffer.from(text))));
  });

  it('a file of 10,000 bundles is read, and one of more is refused', { timeout: 240_000 }, async () => {
    const text = Array.from({ length: 10_000 }, (_, i) => `{"i":${i}}\n`).join('');
    expect(await read(text, 65_536)).toHaveLength(10_000);
    await refusal('bundle/too-large', () => read(`${text}{}`, 65_536));
  });

  it('a line that is too long is reported without being held, and the next one is read', {
    timeout: 240_000,
  }, async () => {
    const piece = Buffer.alloc(16 * 1024 * 1024, 'a');
    function* chunks() {
      for (let i = 0; i < 17; i++) yield piece;
      yield Buffer.from('\n{"a":1}\n');
    }
    const entries = await allOf(bundleLines(chunks()));
    expect(entries.map(({ kind, line }) => [kind, line])).toEqual([
      ['unknown', 1],
      ['bundle', 2],
    ]);
  });

  it('10,000 bundles take no more memory than a few of them', { timeout: 240_000 }, async () => {
    const filler = 'a'.repeat(20_000);
    function* chunks() {
      for (let i = 0; i < 10_000; i++) yield Buffer.from(`{"i":${i},"filler":"${filler}"}\n`);
    }
    let count = 0;
    const most = await mostMemory(async (measure) => {
      for await (const { kind } of bundleLines(chunks())) if (kind === 'bundle' && ++count % 1000 === 0) measure();
    });
    expect(count).toBe(10_000);
    // They have 200 MB. Not all that is free is given back at once, on Node 24 up to 42 MB of it.
    expect(most).toBeLessThan(100_000_000);
  });

  it('a document of very many lines takes no more memory than its bytes', { timeout: 240_000 }, async () => {
    const lines = Buffer.from('1\n'.repeat(500_000));
    function* chunks() {
      yield Buffer.from('{\n');
      for (let i = 0; i < 4; i++) {
        measured?.();
        yield lines;
      }
      yield Buffer.from('}\n');
    }
    let measured: (() => void) | undefined;
    const most = await mostMemory(async (measure) => {
      measured = measure;
      const [entry] = await allOf(bundleLines(chunks()));
      expect(entry).toMatchObject({ kind: 'bundle', line: 1 });
    });
    // It has 4 MB; an object for each line takes hundreds.
    expect(most).toBeLessThan(100_000_000);
  });
});

/** The most memory that is in use where work measures it, beyond what was in use before. */
async function mostMemory(work: (measure: () => void) => Promise<void>): Promise<number> {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  const used = () => {
    collect();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
  const before = used();
  let most = 0;
  await work(() => {
    most = Math.max(most, used() - before);
  });
  return most;
}
