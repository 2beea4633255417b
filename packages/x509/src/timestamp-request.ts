import { digest, randomBytes, toHex } from '#platform';
import { hashOids } from './algorithms.ts';
import { Tag } from './der.ts';
import { encodeElement, encodeInteger, encodeOid } from './der-encode.ts';
import { bytes, checkEach, oneOf, type Rule } from './option-rules.ts';
import type { Hash } from './public-key.ts';

export interface TimestampRequestOptions {
  /** The data to timestamp: the decoded bytes of a signature. Only their hash is sent. */
  readonly signature: Uint8Array;
  /** Default: SHA-256. */
  readonly hash?: Hash | undefined;
  /** A number that a fresh response repeats. Default: at least 62 random bits. */
  readonly nonce?: bigint | undefined;
}

export interface TimestampRequest {
  /** DER, to be sent with `POST` as `application/timestamp-query`. */
  readonly der: Uint8Array;
  /** Pass it to `verifyTimestamp` with the response. */
  readonly nonce: bigint;
}

const nonceRule: Rule = {
  expected: 'a bigint, positive and below 2^64',
  accepts: (value) => typeof value === 'bigint' && value > 0n && value < 1n << 64n,
};

const rules = { signature: bytes, hash: oneOf('sha256', 'sha384', 'sha512'), nonce: nonceRule };

/** Encodes a request (RFC 3161, 2.4.1) for a timestamp that includes the authority's certificates. The caller sends it. */
export function createTimestampRequest(options: TimestampRequestOptions): TimestampRequest {
  const checked = checkEach(options, rules, { required: ['signature'] });
  const { signature, hash = 'sha256', nonce = BigInt(`0x${toHex(randomBytes(8))}`) | (1n << 62n) } = checked;
  const oid = Object.keys(hashOids).find((id) => hashOids[id] === hash) as string;
  const imprint = encodeElement(
    Tag.sequence,
    encodeElement(Tag.sequence, encodeOid(oid), encodeElement(Tag.null)),
    encodeElement(Tag.octetString, digest(hash, [signature])),
  );
  const wantsCertificates = encodeElement(Tag.boolean, Uint8Array.of(0xff));
  const der = encodeElement(Tag.sequence, encodeInteger(1n), imprint, encodeInteger(nonce), wantsCertificates);
  return { der, nonce };
}
