import { createHash } from 'node:crypto';
import { blake2b } from '@noble/hashes/blake2.js';
import { blake3 } from '@noble/hashes/blake3.js';
import { bytesOf, lengthOf, piecesOf } from '../vectors/content.ts';
import type { Content } from '../vectors/vector.ts';
import type { Judge } from './judgement.ts';

/** The digest of the bytes from `start` to `end` of a file. */
export function digestOf(algorithm: string, content: Content, start: number, end: number, judge: Judge): string {
  const hash = hashOf(algorithm, judge);
  const limit = judge.has('hashes-the-first-part') ? 64 : Number.POSITIVE_INFINITY;
  let at = 0;
  for (const piece of smallContent(content) ?? piecesOf(content)) {
    const from = Math.max(start - at, 0);
    const until = Math.min(end - at, start + limit - at, piece.length);
    if (from < until) hash.update(normalised(piece.subarray(from, until), judge));
    at += piece.length;
  }
  return hash.digest();
}

const SMALL = 1 << 22;

const known = new WeakMap<Content, readonly Buffer[]>();

/** The bytes of a small file, generated once for all of its shards. */
function smallContent(content: Content): readonly Buffer[] | null {
  if (lengthOf(content) > SMALL) return null;
  const pieces = known.get(content) ?? [bytesOf(content)];
  known.set(content, pieces);
  return pieces;
}

function normalised(bytes: Buffer, judge: Judge): Buffer {
  if (judge.has('hashes-without-byte-order-mark')) return bytes.subarray(bytes.indexOf('\ufeff') === 0 ? 3 : 0);
  return judge.has('hashes-text-with-line-feeds')
    ? Buffer.from(bytes.toString('latin1').replaceAll('\r\n', '\n'), 'latin1')
    : bytes;
}

interface Hash {
  update(bytes: Uint8Array): void;
  digest(): string;
}

function hashOf(algorithm: string, judge: Judge): Hash {
  const hash =
    algorithm === 'blake3' && !judge.has('blake3-is-blake2s')
      ? blake3.create()
      : algorithm === 'blake2b'
        ? blake2b.create(judge.has('blake2b-of-256-bits') ? { dkLen: 32 } : {})
        : createHash(algorithm === 'blake3' ? 'blake2s256' : 'sha256');
  return {
    update: (bytes) => void hash.update(bytes),
    digest: () => Buffer.from(hash.digest() as Uint8Array).toString('hex'),
  };
}

/**
 * The digits that a digest stands for to a program that takes any form: without spaces, prefix and case, from Base64, and
 * as far as they are digits.
 * @param digits so many at most
 */
export function lenientDigest(written: string, digits: number): string {
  const text = written.trim().replace(/^[a-z0-9]+:/, '');
  const hex = /^[A-Za-z0-9+/]{43}=$/.test(text) ? Buffer.from(text, 'base64').toString('hex') : text.toLowerCase();
  return (/^[0-9a-f]*/.exec(hex)?.[0] ?? '').slice(0, digits);
}
