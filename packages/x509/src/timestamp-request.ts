import { createHash, randomBytes } from 'node:crypto';
import { type Hash, hashOids } from './algorithms.ts';
import { Tag } from './der.ts';
import { encodeElement, encodeInteger, encodeOid } from './der-encode.ts';

export interface TimestampRequestOptions {
  /** What the timestamp is to be about: the decoded bytes of a signature. Only their hash is sent. */
  readonly signature: Uint8Array;
  /** SHA-256 unless given. */
  readonly hash?: Hash | undefined;
  /** A number that the answer has to repeat, so that it is not an old one: 62 random bits unless given. */
  readonly nonce?: bigint | undefined;
}

export interface TimestampRequest {
  /** DER, to be sent by `POST` as `application/timestamp-query`. */
  readonly der: Uint8Array;
  /** To be given to `verifyTimestamp` with the answer. */
  readonly nonce: bigint;
}

/** Asks for a timestamp (RFC 3161, 2.4.1) with the authority's certificates in it. Sending it is up to the caller. */
export function createTimestampRequest(options: TimestampRequestOptions): TimestampRequest {
  const { signature, hash = 'sha256', nonce = randomBytes(8).readBigUInt64BE() | (1n << 62n) } = options;
  const oid = Object.keys(hashOids).find((id) => hashOids[id] === hash);
  if (!oid) throw new TypeError('the hash must be sha256, sha384 or sha512');
  if (nonce <= 0n || nonce >= 1n << 64n) throw new TypeError('the nonce must be positive and below 2^64');
  const imprint = encodeElement(
    Tag.sequence,
    encodeElement(Tag.sequence, encodeOid(oid), encodeElement(Tag.null)),
    encodeElement(Tag.octetString, createHash(hash).update(signature).digest()),
  );
  const wantsCertificates = encodeElement(Tag.boolean, Uint8Array.of(0xff));
  const der = encodeElement(Tag.sequence, encodeInteger(1n), imprint, encodeInteger(nonce), wantsCertificates);
  return { der, nonce };
}
