import { testKey } from '@model-signing/testing/forge';
import { blake3 } from '@noble/hashes/blake3.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { keySigner, keyVerifier } from './methods/key.ts';
import type { Model } from './model.ts';
import { openSignature } from './open.ts';
import { type ByteSource, makeSideFile, openRanges } from './side-file.ts';
import { type SignModelOptions, signModel } from './sign.ts';
import { memoryModel } from './testing/memory-model.ts';
import { refusal } from './testing/refusal.ts';

const key = testKey('P-256');

const sourceOf = (bytes: Uint8Array): ByteSource => ({
  size: bytes.length,
  read: async (start, end) => bytes.subarray(start, end),
});

const textOf = (length: number) =>
  Array.from({ length }, (_, index) => String.fromCharCode(97 + ((index * 7 + (index >> 9)) % 26))).join('');

async function signedWith(text: string, options: SignModelOptions = { hashAlgorithm: 'blake3' }) {
  const model: Model = memoryModel({ 'w.bin': text, other: 'x' });
  const { bundle } = await signModel(model, keySigner(key), options);
  return openSignature(bundle, keyVerifier(key));
}

async function opened(length: number, groupLog: number) {
  const text = textOf(length);
  const bytes = Buffer.from(text);
  const signed = await signedWith(text);
  const { sideFile } = await makeSideFile([bytes], { groupLog });
  return {
    signed,
    bytes,
    sideFile,
    ranges: (b: Uint8Array = bytes, s: Uint8Array = sideFile) => openRanges(signed, 'w.bin', sourceOf(b), sourceOf(s)),
  };
}

const changed = (bytes: Uint8Array, at: number) => {
  const copy = Uint8Array.from(bytes);
  copy[at] = (copy[at] as number) ^ 1;
  return copy;
};

describe('makeSideFile', () => {
  it.each([0, 1, 4])(
    'the digest beside a side file is that of the file, around each border of groups of 2^%i chunks',
    async (groupLog) => {
      const group = 1024 * 2 ** groupLog;
      for (const length of [
        0,
        1,
        group - 1,
        group,
        group + 1,
        2 * group,
        2 * group + 1,
        3 * group - 1,
        5 * group,
        8 * group + 1,
      ]) {
        const bytes = Buffer.from(textOf(length));
        const { digest, sideFile } = await makeSideFile([bytes], { groupLog });
        expect(digest).toBe(Buffer.from(blake3(bytes)).toString('hex'));
        expect(sideFile.length).toBe(16 + 64 * (Math.max(1, Math.ceil(length / group)) - 1));
      }
    },
  );

  it('a side file does not depend on how the file is cut into pieces', () =>
    fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 0, max: 3000 }), { maxLength: 8 }), async (cuts) => {
        const bytes = Buffer.from(textOf(cuts.reduce((sum, one) => sum + one, 0)));
        const pieces = cuts.map((length, index) => {
          const from = cuts.slice(0, index).reduce((sum, one) => sum + one, 0);
          return bytes.subarray(from, from + length);
        });
        expect(await makeSideFile(pieces, { groupLog: 1 })).toEqual(await makeSideFile([bytes], { groupLog: 1 }));
      }),
      { numRuns: 40 },
    ));

  it.each([-1, 11, 1.5, Number.NaN])('makeSideFile is refused with groups of 2^%d chunks', async (groupLog) => {
    await expect(makeSideFile([], { groupLog })).rejects.toThrow(TypeError);
  });
});

describe('openRanges', () => {
  it('any range of a file is read as it was signed', async () => {
    const { ranges, bytes } = await opened(20_000, 1);
    const file = await ranges();
    expect(file.size).toBe(20_000);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 20_000 }), fc.integer({ min: 0, max: 20_000 }), async (a, b) => {
        const [start, end] = a < b ? [a, b] : [b, a];
        expect(Buffer.from(await file.read(start, end)).equals(bytes.subarray(start, end))).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  it.each([0, 1, 1024, 1025])('a file of %i bytes is read whole', async (length) => {
    const { ranges, bytes } = await opened(length, 0);
    expect(Buffer.from(await (await ranges()).read(0, length))).toEqual(bytes);
  });

  it('only the groups of a range, the nodes above it and the end are read', async () => {
    const { signed, bytes, sideFile } = await opened(64 * 1024, 0);
    let read = 0;
    const counting = {
      ...sourceOf(bytes),
      read: async (s: number, e: number) => {
        read += e - s;
        return bytes.subarray(s, e);
      },
    };
    const file = await openRanges(signed, 'w.bin', counting, sourceOf(sideFile));
    await file.read(10 * 1024 + 5, 11 * 1024 + 5);
    expect(read).toBe(3 * 1024);
  });

  it('a changed byte is refused with its group, and the others are still read', async () => {
    const { ranges, bytes } = await opened(10 * 1024, 0);
    const file = await ranges(changed(bytes, 3 * 1024 + 7));
    const error = await refusal('model/mismatch', () => file.read(0, 10 * 1024));
    expect(error.differences).toMatchObject([{ kind: 'modified', path: 'w.bin', range: [3072, 4096] }]);
    expect((await file.read(4096, 5000)).length).toBe(904);
  });

  it('a changed end is refused at once', async () => {
    const { ranges, bytes } = await opened(10 * 1024, 0);
    await refusal('model/mismatch', () => ranges(changed(bytes, 10 * 1024 - 1)));
  });

  it('a changed byte anywhere in a side file, or a changed file, never yields other bytes', async () => {
    const { ranges, bytes, sideFile } = await opened(9 * 1024 + 3, 0);
    const reading = async (b: Uint8Array, s: Uint8Array) => (await ranges(b, s)).read(0, bytes.length);
    for (let at = 0; at < sideFile.length; at++) {
      await expect(reading(bytes, changed(sideFile, at)), `byte ${at}`).rejects.toMatchObject({ name: 'OmsError' });
    }
    for (let at = 0; at < bytes.length; at += 101) {
      await expect(reading(changed(bytes, at), sideFile)).rejects.toMatchObject({ code: 'model/mismatch' });
    }
  });

  it('two swapped subtrees of a side file are refused', async () => {
    const { ranges, sideFile } = await opened(8 * 1024, 0);
    const swapped = Uint8Array.from(sideFile);
    swapped.set(sideFile.subarray(48, 80), 16);
    swapped.set(sideFile.subarray(16, 48), 48);
    const error = await refusal('model/side-file-invalid', () => ranges(undefined, swapped));
    expect(error.requirement).toBe('OMS-SIDE-4');
  });

  it('swapped halves of a file are refused, with the side file of the swapped file too', async () => {
    const { ranges, bytes } = await opened(8 * 1024, 0);
    const swapped = Buffer.concat([bytes.subarray(4096), bytes.subarray(0, 4096)]);
    await refusal('model/mismatch', () => ranges(swapped));
    const { sideFile } = await makeSideFile([swapped], { groupLog: 0 });
    await refusal('model/side-file-invalid', () => ranges(swapped, sideFile));
  });

  it.each([
    ['truncated', (s: Uint8Array) => s.subarray(0, -1)],
    ['cut to its beginning', (s: Uint8Array) => s.subarray(0, 16)],
    ['cut within its beginning', (s: Uint8Array) => s.subarray(0, 10)],
    ['empty', (s: Uint8Array) => s.subarray(0, 0)],
    ['too long by a byte', (s: Uint8Array) => Buffer.concat([s, Buffer.alloc(1)])],
    ['too long by a node', (s: Uint8Array) => Buffer.concat([s, Buffer.alloc(64)])],
    ['of another kind', (s: Uint8Array) => changed(s, 0)],
    ['of another group size by its beginning', (s: Uint8Array) => changed(s, 7)],
    ['of an impossible group size', (s: Uint8Array) => Uint8Array.from(s, (byte, at) => (at === 7 ? 200 : byte))],
    ['of an impossible length', (s: Uint8Array) => Uint8Array.from(s, (byte, at) => (at === 15 ? 255 : byte))],
  ])('a side file is refused that is %s', async (_, change) => {
    const { ranges, sideFile } = await opened(9 * 1024, 1);
    const error = await refusal('model/side-file-invalid', () => ranges(undefined, change(sideFile)));
    expect(error.requirement).toBe('OMS-SIDE-2');
  });

  it('a side file and a file that agree on another length are refused at the end, before any byte is returned', async () => {
    const { ranges, bytes } = await opened(8 * 1024, 0);
    for (const length of [8 * 1024 - 1, 7 * 1024, 8 * 1024 + 1, 4096]) {
      const other = Buffer.concat([bytes, Buffer.alloc(10)]).subarray(0, length);
      const { sideFile } = await makeSideFile([other], { groupLog: 0 });
      await expect(ranges(other, sideFile)).rejects.toMatchObject({ name: 'OmsError' });
    }
    const { sideFile } = await opened(8 * 1024, 0);
    // The first nodes are the signed ones: only the end shows that there is less.
    const claim = Uint8Array.from(sideFile);
    new DataView(claim.buffer).setBigUint64(8, BigInt(8 * 1024 - 5), true);
    await refusal('model/mismatch', () => ranges(bytes.subarray(0, 8 * 1024 - 5), claim));
  });

  it('a file of another size than its side file says is refused', async () => {
    const { ranges, bytes } = await opened(8 * 1024, 0);
    await refusal('model/mismatch', () => ranges(Buffer.concat([bytes, Buffer.alloc(1)])));
    await refusal('model/mismatch', () => ranges(bytes.subarray(0, -1)));
  });

  it('files that are not signed whole with blake3 are refused', async () => {
    const text = textOf(5000);
    const { sideFile } = await makeSideFile([Buffer.from(text)]);
    const open = (signed: Awaited<ReturnType<typeof signedWith>>, name: string) =>
      openRanges(signed, name, sourceOf(Buffer.from(text)), sourceOf(sideFile));
    const others: SignModelOptions[] = [{ hashAlgorithm: 'sha256' }, { hashAlgorithm: 'blake3', shardSize: 8192 }];
    for (const options of others) {
      const signed = await signedWith(text, options);
      expect((await refusal('model/not-signed', () => open(signed, 'w.bin'))).requirement).toBe('OMS-SIDE-5');
    }
    const signed = await signedWith(text);
    await refusal('model/not-signed', () => open(signed, 'v.bin'));
    expect((await (await open(signed, 'w.bin')).read(0, 1)).length).toBe(1);
  });

  it.each([
    [-1, 0],
    [3, 2],
    [0.5, 1],
    [0, Number.NaN],
  ])('the range from %d to %d of a file of 5,000 bytes is refused', async (start, end) => {
    const { ranges } = await opened(5000, 0);
    const file = await ranges();
    await expect(file.read(start, end)).rejects.toThrow(RangeError);
  });

  it('a range that ends beyond the file is refused', async () => {
    const { ranges } = await opened(5000, 0);
    const file = await ranges();
    const error = await refusal('model/not-signed', () => file.read(0, 5001));
    expect(error.requirement).toBe('OMS-SIDE-5');
    expect((await file.read(0, 5000)).length).toBe(5000);
  });

  it('a source that gives too little, or changes its bytes afterwards, yields no other bytes', async () => {
    const { signed, bytes, sideFile } = await opened(5000, 0);
    const short = { size: 5000, read: async (s: number, e: number) => bytes.subarray(s, e - 1) };
    await refusal('model/changed', () => openRanges(signed, 'w.bin', short, sourceOf(sideFile)));
    const shared = Buffer.from(bytes);
    const file = await openRanges(signed, 'w.bin', sourceOf(shared), sourceOf(sideFile));
    const read = await file.read(0, 100);
    shared.fill(0);
    expect(Buffer.from(read)).toEqual(bytes.subarray(0, 100));
  });
});
