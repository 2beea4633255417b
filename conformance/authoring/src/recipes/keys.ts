import { createHash, createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { integer, pem, sequence } from '@model-signing/testing/der';
import { p256, p384, p521 } from '@noble/curves/nist.js';
import { secp256k1 } from '@noble/curves/secp256k1.js';

/** The curves, each with the hash that the registry pairs with it. secp256k1 represents every unregistered curve. */
const curves = {
  'P-256': { curve: p256, hash: 'sha256' },
  'P-384': { curve: p384, hash: 'sha384' },
  'P-521': { curve: p521, hash: 'sha512' },
  secp256k1: { curve: secp256k1, hash: 'sha256' },
} as const;

export type CurveName = keyof typeof curves;
export type SignatureHash = 'sha1' | 'sha256' | 'sha384' | 'sha512';

/** The two numbers of an ECDSA signature, and what else is needed to write it in other ways. */
export interface EcdsaSignature {
  readonly r: bigint;
  readonly s: bigint;
  readonly order: bigint;
  /** The most bytes of one number. */
  readonly size: number;
}

/** A public test key: it is derived from its name. */
export interface TestKey {
  readonly name: string;
  readonly curve: CurveName;
  readonly hash: SignatureHash;
  readonly privatePem: string;
  readonly publicPem: string;
  readonly publicKey: KeyObject;
  /** Lowercase hexadecimal SHA-256 of the public PEM text. */
  readonly hint: string;
  /** ECDSA with the nonce of RFC 6979, so that the same message always gets the same signature. */
  sign(message: Uint8Array, hash?: SignatureHash): EcdsaSignature;
}

const made = new Map<string, TestKey>();

/** The test key of a name such as `p256-a`. */
export function testKey(curve: CurveName, name: string): TestKey {
  const known = made.get(name);
  if (known) return known;
  const key = makeKey(curve, name);
  made.set(name, key);
  return key;
}

function makeKey(curve: CurveName, name: string): TestKey {
  const { curve: arithmetic, hash } = curves[curve];
  const order = arithmetic.Point.Fn.ORDER;
  const size = arithmetic.Point.Fn.BYTES;
  const seed = createHash('sha512').update(`OMS conformance test key ${name}`).digest('hex');
  const secret = Buffer.from(((BigInt(`0x${seed}`) % (order - 1n)) + 1n).toString(16).padStart(2 * size, '0'), 'hex');
  const point = Buffer.from(arithmetic.getPublicKey(secret, false)).subarray(1);
  const encode = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64url');
  const jwk = {
    kty: 'EC',
    crv: curve,
    d: encode(secret),
    x: encode(point.subarray(0, point.length / 2)),
    y: encode(point.subarray(point.length / 2)),
  };
  const privateKey = createPrivateKey({ key: jwk, format: 'jwk' });
  const publicKey = createPublicKey(privateKey);
  const publicPem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  return {
    name,
    curve,
    hash,
    privatePem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicPem,
    publicKey,
    hint: createHash('sha256').update(publicPem).digest('hex'),
    sign(message, signatureHash = hash) {
      const digest = createHash(signatureHash).update(message).digest();
      const compact = arithmetic.sign(digest, secret, { prehash: false, lowS: false, format: 'compact' });
      const number = (bytes: Uint8Array) => BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
      return { r: number(compact.subarray(0, size)), s: number(compact.subarray(size)), order, size };
    },
  };
}

/** An ECDSA signature in the form of the format. */
export function signatureDer({ r, s }: Pick<EcdsaSignature, 'r' | 's'>): Buffer {
  return sequence(integer(r), integer(s));
}

/** The keys that vectors use, by name. */
export const testKeys = {
  'p256-a': testKey('P-256', 'p256-a'),
  'p256-b': testKey('P-256', 'p256-b'),
  'p384-a': testKey('P-384', 'p384-a'),
  'p521-a': testKey('P-521', 'p521-a'),
  'secp256k1-a': testKey('secp256k1', 'secp256k1-a'),
} as const;

export type KeyName = keyof typeof testKeys;

/** The files of a key's halves among the vectors. */
export const privateKeyFile = (name: KeyName): string => `keys/test-${name}.pem`;
export const publicKeyFile = (name: KeyName): string => `keys/test-${name}.pub.pem`;

/** The key p256-a with a compressed point, and with the lines of its PEM ending as on Windows. */
export const compressedKeyFile = 'keys/test-p256-a.compressed.pub.pem';
export const crlfKeyFile = 'keys/test-p256-a.crlf.pub.pem';

export const sec1KeyFile = 'keys/test-p256-a.sec1.pem';

/** Every file with a key in an unusual form. */
export function otherKeyFiles(): Map<string, string> {
  const { publicPem } = testKeys['p256-a'];
  return new Map([
    [compressedKeyFile, compressed(testKeys['p256-a'])],
    [sec1KeyFile, sec1(testKeys['p256-a'])],
    [crlfKeyFile, publicPem.replaceAll('\n', '\r\n')],
  ]);
}

function compressed({ publicKey }: TestKey): string {
  const der = publicKey.export({ type: 'spki', format: 'der' });
  const point = der.subarray(-65);
  const sign = (point[64] as number) % 2 === 0 ? 2 : 3;
  const short = Buffer.concat([Buffer.of(sign), point.subarray(1, 33)]);
  const algorithm = der.subarray(2, der.length - 65 - 3);
  const spki = sequence(algorithm, Buffer.concat([Buffer.of(0x03, short.length + 1, 0), short]));
  return pem(spki, 'PUBLIC KEY');
}

/** As OpenSSL's "ecparam -genkey" writes it: the parameters of the curve, then the key. */
function sec1({ privatePem }: TestKey): string {
  const parameters = '-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n';
  return parameters + createPrivateKey(privatePem).export({ type: 'sec1', format: 'pem' });
}
