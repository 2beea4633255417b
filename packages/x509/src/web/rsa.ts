import { concatBytes, equalBytes } from '../bytes.ts';
import type { Hash, PublicKey } from '../public-key.ts';
import { fromHex, toHex } from './bytes.ts';
import { digest } from './digest.ts';

/** Larger keys only cost a verifier time: the calculations with them grow with the cube of their size. */
const MAX_BITS = 8192;
const MAX_EXPONENT_BITS = 33;

export interface RsaKey {
  readonly modulus: bigint;
  readonly exponent: bigint;
}

/** The size of a number in bits. */
export function bitsOf(number: bigint): number {
  return number === 0n ? 0 : number.toString(2).length;
}

/**
 * Whether a signature is this key's: RSASSA-PKCS1-v1_5, or RSASSA-PSS if there is the length of a salt (RFC 8017, 8.2.2 and 8.1.2).
 * False for a key whose size makes the calculation expensive.
 */
export function verifyRsa(
  { modulus, exponent }: RsaKey,
  { hash, saltLength }: { readonly hash: Hash; readonly saltLength?: number | undefined },
  message: Iterable<Uint8Array>,
  signature: Uint8Array,
): ReturnType<PublicKey['verify']> {
  const bits = bitsOf(modulus);
  const size = Math.ceil(bits / 8);
  if (bits > MAX_BITS || bitsOf(exponent) > MAX_EXPONENT_BITS || signature.length !== size || size === 0) return false;
  const value = BigInt(`0x${toHex(signature)}`);
  if (value >= modulus) return false;
  const encoded = fromHex(
    power(value, exponent, modulus)
      .toString(16)
      .padStart(2 * size, '0'),
  );
  const hashed = digest(hash, message);
  if (saltLength !== undefined) return isPss(encoded, { hash, hashed, saltLength, bits: bits - 1 });
  const expected = pkcs1(hash, hashed, size);
  return expected !== null && equalBytes(encoded, expected);
}

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  for (let square = base, rest = exponent; rest > 0n; rest >>= 1n, square = (square * square) % modulus) {
    if (rest & 1n) result = (result * square) % modulus;
  }
  return result;
}

/** The DER of a `DigestInfo` up to its digest. */
const digestInfo: Readonly<Record<Hash, string>> = {
  sha256: '3031300d060960864801650304020105000420',
  sha384: '3041300d060960864801650304020205000430',
  sha512: '3051300d060960864801650304020305000440',
};

/** EMSA-PKCS1-v1_5 (RFC 8017, 9.2); null if the key is too small for it. */
function pkcs1(hash: Hash, hashed: Uint8Array, size: number): Uint8Array | null {
  const end = concatBytes([fromHex(digestInfo[hash]), hashed]);
  const padding = size - end.length - 3;
  if (padding < 8) return null;
  return concatBytes([Uint8Array.of(0, 1), new Uint8Array(padding).fill(0xff), Uint8Array.of(0), end]);
}

interface PssParameters {
  readonly hash: Hash;
  readonly hashed: Uint8Array;
  readonly saltLength: number;
  /** One less than the size of the modulus. */
  readonly bits: number;
}

/** EMSA-PSS-VERIFY (RFC 8017, 9.1.2). */
function isPss(encoded: Uint8Array, { hash, hashed, saltLength, bits }: PssParameters): boolean {
  const size = Math.ceil(bits / 8);
  const outside = encoded.subarray(0, encoded.length - size);
  const block = encoded.subarray(encoded.length - size);
  const { length } = hashed;
  if (outside.some((byte) => byte !== 0) || size < length + saltLength + 2 || block.at(-1) !== 0xbc) return false;
  const masked = block.subarray(0, size - length - 1);
  const seal = block.subarray(size - length - 1, size - 1);
  const usable = 0xff >> (8 * size - bits);
  if (((masked[0] as number) & ~usable) !== 0) return false;
  const mask = mgf1(hash, seal, masked.length);
  const data = masked.map((byte, i) => byte ^ (mask[i] as number));
  data[0] = (data[0] as number) & usable;
  const head = data.subarray(0, data.length - saltLength);
  const salt = data.subarray(data.length - saltLength);
  if (head.at(-1) !== 1 || head.subarray(0, -1).some((byte) => byte !== 0)) return false;
  return equalBytes(digest(hash, [new Uint8Array(8), hashed, salt]), seal);
}

/** MGF1 (RFC 8017, B.2.1). */
function mgf1(hash: Hash, seed: Uint8Array, length: number): Uint8Array {
  const blocks: Uint8Array[] = [];
  for (let made = 0; made < length; made += (blocks[0] as Uint8Array).length) {
    const i = blocks.length;
    blocks.push(digest(hash, [seed, Uint8Array.of(i >> 24, i >> 16, i >> 8, i)]));
  }
  return concatBytes(blocks).subarray(0, length);
}
