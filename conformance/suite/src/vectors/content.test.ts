import { expect, it } from 'vitest';
import { bytesOf, lengthOf } from './content.ts';
import type { Content } from './vector.ts';

it.each<[Content, string]>([
  [{ utf8: 'é' }, 'c3a9'],
  [{ hex: '00ff' }, '00ff'],
  [{ prng: { seed: '01', length: 0 } }, ''],
  // SHA-256 of "01" and eight zero bytes, cut
  [{ prng: { seed: '01', length: 4 } }, '3acd7959'],
  [{ repeat: { hex: '0102', count: 3 } }, '010201020102'],
  [{ repeat: { hex: '', count: 3 } }, ''],
  [{ sparse: { length: 3 } }, '000000'],
])('the content %j has the bytes %s', (content, hex) => {
  expect(bytesOf(content).toString('hex')).toBe(hex);
  expect(lengthOf(content)).toBe(hex.length / 2);
});

it('long contents come in pieces that join to the same bytes', () => {
  for (const length of [31, 32, 33, 1_048_576, 2_097_153]) {
    expect(bytesOf({ prng: { seed: 'x', length } })).toHaveLength(length);
    expect(bytesOf({ repeat: { hex: 'ab', count: length } }).equals(Buffer.alloc(length, 0xab))).toBe(true);
  }
  const whole = bytesOf({ prng: { seed: 'x', length: 100 } });
  expect(bytesOf({ prng: { seed: 'x', length: 40 } }).equals(whole.subarray(0, 40))).toBe(true);
});
