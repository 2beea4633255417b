import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toBase64 } from '#platform';
import { refusal } from '../testing/refusal.ts';
import { base64Length, decodeBase64, decodeBase64Bytes, encodeBase64InPlace, encodeUtf8 } from './encoding.ts';

describe('Base64', () => {
  it('Base64 survives a round trip', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(Buffer.from(decodeBase64(toBase64(bytes), 'x'))).toEqual(Buffer.from(bytes));
      }),
    );
  });

  it.each([
    ['a mixture of the alphabets', '-_+/'],
    ['missing padding in the URL-safe alphabet', '-_'],
    ['missing padding', 'YQ'],
    ['half of the padding', 'YQ='],
    ['padding in the middle', 'YQ==YQ=='],
    ['white space', 'YW Jj'],
    ['a line feed at the end', 'YWJj\n'],
    ['four spaces', '    '],
    ['stray bits', 'YR=='],
    ['other characters', '!!!!'],
    ['only padding', '===='],
  ])('decodeBase64 refuses %s', async (_, text) => {
    await refusal('bundle/not-base64', () => decodeBase64(text, 'the payload'));
  });

  it('decodeBase64 reads the URL-safe alphabet like the standard one', () => {
    expect(decodeBase64('-_-_', 'x')).toEqual(decodeBase64('+/+/', 'x'));
    expect(decodeBase64('_w==', 'x')).toEqual(Uint8Array.of(255));
  });

  it('decodeBase64 accepts the empty text', () => {
    expect(decodeBase64('', 'x')).toHaveLength(0);
  });

  const sizes = [0, 1, 2, 3, 49_151, 49_152, 49_153, 200_000];
  const bytesOf = (size: number) => Uint8Array.from({ length: size }, (_, i) => (i * 7919) % 256);

  it.each(sizes.flatMap((size) => [0, 1, 5, 70_000].map((at) => [size, at] as const)))(
    'the Base64 of %d bytes that is written %d bytes after their beginning, in their place, is their Base64',
    (size, at) => {
      const bytes = bytesOf(size);
      const buffer = new Uint8Array(at + base64Length(size) + 1).fill(33, size);
      buffer.set(bytes);
      encodeBase64InPlace(buffer, size, at);
      expect(Buffer.from(buffer.subarray(at)).toString()).toBe(`${toBase64(bytes)}!`);
    },
  );

  it.each(sizes)('Base64 of %d bytes is decoded from its bytes as from its text', (size) => {
    expect(decodeBase64Bytes(encodeUtf8(toBase64(bytesOf(size))))).toEqual(bytesOf(size));
  });

  it('decodeBase64Bytes returns null for whatever decodeBase64 refuses, and for the URL-safe alphabet', () => {
    const long = toBase64(bytesOf(150_000));
    const faults = ['=', '==', '-', '_', '+', ' ', '\n', 'é', 'A', 'AA'];
    const place = fc.oneof(fc.nat({ max: long.length }), fc.constantFrom(65_532, 65_536, 131_072, long.length - 1));
    const fault = fc.tuple(place, fc.constantFrom(...faults), fc.boolean());
    fc.assert(
      fc.property(fault, ([at, text, isAdded]) => {
        const changed = long.slice(0, at) + text + long.slice(isAdded ? at : at + text.length);
        const expected = /[-_]/.test(changed) ? null : decodedOrNull(changed);
        expect(decodeBase64Bytes(encodeUtf8(changed))).toEqual(expected);
      }),
    );
  });
});

function decodedOrNull(text: string): Uint8Array | null {
  try {
    return decodeBase64(text, 'the payload');
  } catch {
    return null;
  }
}
