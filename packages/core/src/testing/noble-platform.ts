// A second platform, in pure JavaScript: with it, the tests show that only `#platform` depends on Node.

import { bitString, sequence } from '@model-signing/testing/der';
import { p256, p384, p521 } from '@noble/curves/nist.js';
import { elementsOf, oidOf, parseElement, Tag } from '../../../x509/src/der.ts';
import {
  digest,
  fromBase64,
  importPublicKey,
  toBase64,
  toHex,
  toLatin1,
} from '../../../x509/src/testing/noble-platform.ts';
import type * as Platform from '../node/platform.ts';

export { digest, fromBase64, toBase64, toHex, toLatin1 };

/** A platform that does not say how much memory there is. */
export function heapBytes(): number {
  return Number.POSITIVE_INFINITY;
}

export function sha256(pieces: Iterable<Uint8Array>): string {
  return toHex(digest('sha256', pieces));
}

export function sha256OfHex(pieces: Iterable<string>): string {
  return sha256([Uint8Array.from([...pieces].join('').match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))]);
}

export function readPublicKey(source: string | Uint8Array): Platform.PublicKey {
  const spki = typeof source === 'string' ? derOf(source, 'PUBLIC KEY') : source;
  const lines = toBase64(spki).match(/.{1,64}/g) ?? [];
  const pem = ['-----BEGIN PUBLIC KEY-----', ...lines, '-----END PUBLIC KEY-----', ''].join('\n');
  const key = importPublicKey(spki);
  return {
    type: key.type,
    curve: key.curve,
    pem,
    verify: (hash, message, signature) => key.verify({ keyType: 'ec', hash }, message, signature),
  };
}

const curves = { '1.2.840.10045.3.1.7': p256, '1.3.132.0.34': p384, '1.3.132.0.35': p521 };

/** Only PKCS#8 that is not encrypted. */
export function readPrivateKey(pem: string): Platform.PrivateKey {
  const [, algorithm, wrapped] = elementsOf(parseElement(derOf(pem, 'PRIVATE KEY'), Tag.sequence).body);
  if (!algorithm || !wrapped) throw new TypeError('the key is incomplete');
  const [, curve] = elementsOf(algorithm.body).map(oidOf);
  const ecdsa = curves[curve as keyof typeof curves];
  const [, secret] = elementsOf(parseElement(wrapped.body, Tag.sequence).body);
  if (!ecdsa || !secret) throw new TypeError('the key is of an unknown kind');
  return {
    publicKey: readPublicKey(sequence(algorithm.raw, bitString(ecdsa.getPublicKey(secret.body, false)))),
    sign: (hash, message) =>
      ecdsa.sign(digest(hash, message), secret.body, { prehash: false, lowS: false, format: 'der' }),
  };
}

function derOf(pem: string, label: string): Uint8Array {
  const [, body = ''] = pem.match(`-----BEGIN ${label}-----\n([^-]*)-----END ${label}-----`) ?? [];
  const der = fromBase64(body.replaceAll('\n', ''));
  if (!der || der.length === 0) throw new TypeError('this is not the PEM that was expected');
  return der;
}

export function systemRoots(): readonly string[] {
  return [];
}

export function now(): number {
  return performance.now();
}

export function createYielder(signal: AbortSignal | undefined): ReturnType<typeof Platform.createYielder> {
  let yieldedAt = now();
  return {
    get shouldYield() {
      return now() - yieldedAt > 20;
    },
    async yieldNow() {
      await new Promise((resolve) => setTimeout(resolve));
      signal?.throwIfAborted();
      yieldedAt = now();
    },
  };
}
