import { createPrivateKey, type KeyObject, sign } from 'node:crypto';
import { bitString, oid, sequence } from '@model-signing/testing/der';
import authorities from './seeds/authorities.json' with { type: 'json' };

export type AuthorityName = keyof typeof authorities;

/** The certificate of an authority whose key is known. */
export function certificateOf(name: AuthorityName): Buffer {
  return Buffer.from(authorities[name].der, 'base64');
}

export function keyOf(name: AuthorityName): KeyObject {
  return createPrivateKey(authorities[name].privateKey);
}

const ecdsaWithSha256 = sequence(oid('1.2.840.10045.4.3.2'));

/** A certificate whose signed part is given: signed by the authority, whatever it says. */
export function issue(tbs: Uint8Array, issuer: AuthorityName): Buffer {
  return sequence(tbs, ecdsaWithSha256, bitString(sign('sha256', tbs, keyOf(issuer))));
}

/** The bytes of the element at the beginning of the contents of an element: what a certificate signs. */
export function firstInside(der: Uint8Array): Buffer {
  const bytes = Buffer.from(der);
  const from = headerLength(bytes);
  const inside = bytes.subarray(from);
  return inside.subarray(0, headerLength(inside) + contentLength(inside));
}

function headerLength(bytes: Buffer): number {
  const first = bytes[1] ?? 0;
  return first > 0x80 ? 2 + first - 0x80 : 2;
}

function contentLength(bytes: Buffer): number {
  const header = headerLength(bytes);
  return header === 2 ? (bytes[1] ?? 0) : bytes.readUIntBE(2, header - 2);
}
