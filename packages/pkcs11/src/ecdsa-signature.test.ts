import { generateKeyPairSync, randomBytes, sign, verify } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { encodeEcdsaSignature } from './ecdsa-signature.ts';

it.each(['P-256', 'P-384', 'P-521'])(
  'a signature on %s verifies in DER as it did in the form of tokens',
  (namedCurve) => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve });
    for (let i = 0; i < 50; i++) {
      const message = randomBytes(20);
      const both = sign('sha256', message, { key: privateKey, dsaEncoding: 'ieee-p1363' });
      expect(verify('sha256', message, publicKey, encodeEcdsaSignature(both))).toBe(true);
    }
  },
);

it('r and s are whole numbers that are not negative, without zeros in front', () => {
  const half = fc.uint8Array({ minLength: 66, maxLength: 66 });
  fc.assert(
    fc.property(half, half, fc.nat(66), (r, s, zeros) => {
      r.fill(0, 0, zeros);
      const der = Buffer.from(encodeEcdsaSignature(Buffer.concat([r, s])));
      const start = der[1] === 0x81 ? 3 : 2;
      expect(der.length).toBe(start + (der[start - 1] as number));
      const [first, rest] = integerAt(der.subarray(start));
      const [second, end] = integerAt(rest);
      expect([first, second]).toEqual([r, s].map((each) => BigInt(`0x${Buffer.from(each).toString('hex')}`)));
      expect(end).toHaveLength(0);
    }),
  );
});

/** The INTEGER at the start of DER, and what follows it. */
function integerAt(der: Buffer): [bigint, Buffer] {
  expect(der[0]).toBe(0x02);
  const length = der[1] as number;
  const octets = der.subarray(2, 2 + length);
  const isNeeded = octets.length === 1 || octets[0] !== 0 || (octets[1] as number) >= 0x80;
  expect(isNeeded && (octets[0] as number) < 0x80).toBe(true);
  return [BigInt(`0x${octets.toString('hex')}`), der.subarray(2 + length)];
}
