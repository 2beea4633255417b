import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { toBase64 } from '#platform';
import { refusal } from '../testing/refusal.ts';
import { base64Length, base64Pieces, decodeBase64 } from './encoding.ts';

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

  it.each([0, 1, 2, 3, 49_151, 49_152, 49_153, 200_000])('the Base64 pieces of %d bytes are their Base64', (size) => {
    const bytes = Uint8Array.from({ length: size }, (_, i) => (i * 7919) % 256);
    const text = [...base64Pieces(bytes)].join('');
    expect(text).toBe(toBase64(bytes));
    expect(text).toHaveLength(base64Length(size));
  });
});
