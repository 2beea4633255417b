import { blake3 } from '@noble/hashes/blake3.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CHUNK_BYTES, leftUnits, parentValue, subtreeValue } from './blake3.ts';

/** The input of the official test vectors: 0, 1, … 250, 0, 1, … */
const input = (length: number) => Uint8Array.from({ length }, (_, index) => index % 251);

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

const chunks = [1, 2, 3, 4, 5, 7, 8, 9, 15, 16, 17, 31, 32, 33, 64, 65, 100];
const sizes = [
  ...new Set([0, 1, 2, 3, 63, 64, 65, 127, 128, 129, ...chunks.flatMap((n) => [n * 1024 - 1, n * 1024, n * 1024 + 1])]),
];

describe('subtreeValue', () => {
  it('the digest of nothing and of 1,024 and 102,400 bytes is that of the official test vectors', () => {
    expect(hex(subtreeValue(input(0), 0, true))).toBe(
      'af1349b9f5f9a1a6a0404dea36dcc9499bcb25c9adc112b7cc9a93cae41f3262',
    );
    expect(hex(subtreeValue(input(1024), 0, true))).toBe(
      '42214739f095a406f3fc83deb889744ac00df831c10daa55189b5d121c855af7',
    );
    expect(hex(subtreeValue(input(102400), 0, true))).toBe(
      'bc3e3d41a1146b069abffad3c0d44860cf664390afce4d9661f7902e7943e085',
    );
  });

  it.each(sizes)('the digest of %i bytes is that of another implementation', (size) => {
    expect(hex(subtreeValue(input(size), 0, true))).toBe(hex(blake3(input(size))));
  });

  it('the digest of any bytes is that of another implementation', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 40_000 }), fc.uint8Array({ minLength: 1, maxLength: 64 }), (size, seed) => {
        const bytes = new Uint8Array(Buffer.alloc(size, seed));
        expect(hex(subtreeValue(bytes, 0, true))).toBe(hex(blake3(bytes)));
      }),
      { numRuns: 50 },
    );
  });

  it('the values of two children give that of their parent, wherever the left one has a power of two of chunks', () => {
    for (const count of [2, 3, 5, 8, 9, 17]) {
      const bytes = input(count * CHUNK_BYTES - 7);
      const left = leftUnits(count) * CHUNK_BYTES;
      const pair = [
        subtreeValue(bytes.subarray(0, left), 0, false),
        subtreeValue(bytes.subarray(left), left / CHUNK_BYTES, false),
      ];
      expect(hex(parentValue(Buffer.concat(pair), true))).toBe(hex(blake3(bytes)));
    }
  });

  it('a value depends on how many chunks come before, beyond 2^32 too', () => {
    const values = [0, 1, 2 ** 32, 2 ** 32 + 1].map((firstChunk) => hex(subtreeValue(input(10), firstChunk, false)));
    expect(new Set(values).size).toBe(4);
  });
});
