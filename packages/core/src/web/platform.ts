// The platform of browsers, and of every other program that has no `node:crypto`.
import { digest, fromHex, importPublicKey, toBase64, toHex } from '@model-signing/x509/platform';
import type { PrivateKey, PublicKey } from '#platform';
import { canonicalKey } from './canonical-key.ts';
import { derOfPem } from './pem.ts';
import { Yielder } from './yielder.ts';

export { digest, fromBase64, fromHex, randomBytes, toBase64, toHex, toLatin1 } from '@model-signing/x509/platform';
export { now } from './yielder.ts';

/** How much memory a browser lets a page have, if it says so; else any amount, and a page that needs too much is ended. */
export function heapBytes(): number {
  const { memory } = performance as { readonly memory?: { readonly jsHeapSizeLimit?: number } };
  return memory?.jsHeapSizeLimit ?? Number.POSITIVE_INFINITY;
}

/** Lowercase hexadecimal SHA-256 of the pieces, one after another. */
export function sha256(pieces: Iterable<Uint8Array>): string {
  return toHex(digest('sha256', pieces));
}

/** Like {@link sha256}, over the bytes that the pieces encode in hexadecimal. */
export function sha256OfHex(pieces: Iterable<string>): string {
  return sha256(decodedHex(pieces));
}

function* decodedHex(pieces: Iterable<string>): Generator<Uint8Array> {
  for (const piece of pieces) yield fromHex(piece);
}

/**
 * Reads a public key.
 * @param source PEM text, or the bytes of a SubjectPublicKeyInfo
 * @throws {Error} if it is not a public key
 */
export function readPublicKey(source: string | Uint8Array): PublicKey {
  const spki = typeof source === 'string' ? derOfPem(source, 'PUBLIC KEY') : source;
  const key = importPublicKey(spki);
  const { type, curve } = key;
  const lines = toBase64(canonicalKey(spki, curve)).match(/.{1,64}/g) ?? [];
  return {
    type,
    curve,
    pem: ['-----BEGIN PUBLIC KEY-----', ...lines, '-----END PUBLIC KEY-----', ''].join('\n'),
    verify: (hash, message, signature) => key.verify({ keyType: 'ec', hash }, message, signature),
  };
}

/** A browser only verifies: nothing that signs there could keep a key secret from the page. */
export function readPrivateKey(_pem: string, _passphrase?: string | Uint8Array): PrivateKey {
  throw new TypeError('models are not signed with a private key in a browser');
}

/** Why this platform has no ML-DSA, or null if it has it. */
export function lackOfMlDsa(_spki: Uint8Array): string | null {
  return 'a browser has no ML-DSA that could be used here';
}

/** @throws {TypeError} a browser does not say whom it trusts */
export function systemRoots(): readonly string[] {
  throw new TypeError('the roots of the operating system cannot be read in a browser: give the certificates to trust');
}

/** For long work that consists of short synchronous steps: says when to yield to other work, and does it. */
export function createYielder(signal: AbortSignal | undefined): Pick<Yielder, 'shouldYield' | 'yieldNow'> {
  return new Yielder(signal);
}
