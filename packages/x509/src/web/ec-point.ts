import { p256, p384, p521 } from '@noble/curves/nist.js';

/** The curves that can be used, by the encoding of their object identifiers in hexadecimal. */
export const curves = {
  '2a8648ce3d030107': { name: 'P-256', ecdsa: p256, octets: 32 },
  '2b81040022': { name: 'P-384', ecdsa: p384, octets: 48 },
  '2b81040023': { name: 'P-521', ecdsa: p521, octets: 66 },
} as const;

export type Curve = (typeof curves)[keyof typeof curves];

/** The curve of this identifier; null if it is not one that can be used. */
export function curveOf(identifier: string | null | undefined): Curve | null {
  return typeof identifier === 'string' && Object.hasOwn(curves, identifier)
    ? curves[identifier as keyof typeof curves]
    : null;
}

/**
 * A point in the uncompressed form, from any form of SEC 1: uncompressed, compressed, or both in one.
 * @throws {Error} if it is not a point on the curve, or is the one at infinity
 */
export function uncompressed({ ecdsa, octets }: Curve, point: Uint8Array): Uint8Array {
  const form = point[0];
  const isHybrid = (form === 6 || form === 7) && point.length === 1 + 2 * octets;
  if (isHybrid && ((point.at(-1) as number) & 1) !== (form & 1)) throw new TypeError('the point contradicts itself');
  const plain = isHybrid ? Uint8Array.of(4, ...point.subarray(1)) : point;
  const parsed = ecdsa.Point.fromBytes(plain);
  parsed.assertValidity();
  return parsed.toBytes(false);
}
