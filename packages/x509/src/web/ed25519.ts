import { ed25519 } from '@noble/curves/ed25519.js';
import { equalBytes } from '../bytes.ts';
import { toHex } from './bytes.ts';
import { digest } from './digest.ts';

const { Point } = ed25519;
const { ORDER } = Point.Fn;

const numberOf = (bytes: Uint8Array) => BigInt(`0x${toHex(bytes.toReversed())}`);

/**
 * Whether a signature is this key's, decided as OpenSSL decides it: by the equation without the cofactor, on the encoding of its result.
 * The library has only the equation with it, by which signatures are valid that OpenSSL refuses.
 * @throws {Error} if the key is not a point on the curve, written in the shortest way
 */
export function verifyEd25519(key: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  if (signature.length !== 64) return false;
  const r = signature.subarray(0, 32);
  const s = numberOf(signature.subarray(32));
  if (s >= ORDER) return false;
  const point = Point.fromBytes(new Uint8Array(key), false);
  if (point.isSmallOrder()) return false;
  const k = numberOf(digest('sha512', [r, key, message])) % ORDER;
  const expected = Point.BASE.multiplyUnsafe(s).subtract(point.multiplyUnsafe(k));
  return equalBytes(expected.toBytes(), r);
}
