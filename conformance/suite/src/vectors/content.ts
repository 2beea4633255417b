import { createHash } from 'node:crypto';
import type { Content } from './vector.ts';

/** The maximum size of a piece in bytes. */
const PIECE = 1 << 20;

/** How many bytes a file has. */
export function lengthOf(content: Content): number {
  if ('utf8' in content) return Buffer.byteLength(content.utf8);
  if ('hex' in content) return content.hex.length / 2;
  if ('prng' in content) return content.prng.length;
  if ('repeat' in content) return (content.repeat.hex.length / 2) * content.repeat.count;
  return content.sparse.length;
}

/** The bytes of a file in pieces, so that a large one need not fit in memory. */
export function* piecesOf(content: Content): Generator<Buffer> {
  if ('utf8' in content) yield Buffer.from(content.utf8);
  else if ('hex' in content) yield Buffer.from(content.hex, 'hex');
  else if ('prng' in content) yield* pseudorandom(content.prng.seed, content.prng.length);
  else if ('repeat' in content) yield* repeated(Buffer.from(content.repeat.hex, 'hex'), content.repeat.count);
  else yield* repeated(Buffer.of(0), content.sparse.length);
}

/** The bytes of a file that is small. */
export function bytesOf(content: Content): Buffer {
  return Buffer.concat([...piecesOf(content)]);
}

/** Block i is SHA-256(seed, i as 8 bytes): any language makes the same in three lines. */
function* pseudorandom(seed: string, length: number): Generator<Buffer> {
  for (let made = 0, block = 0n; made < length; block++) {
    const counter = Buffer.alloc(8);
    counter.writeBigUInt64BE(block);
    const bytes = createHash('sha256')
      .update(seed)
      .update(counter)
      .digest()
      .subarray(0, length - made);
    made += bytes.length;
    yield bytes;
  }
}

function* repeated(unit: Buffer, count: number): Generator<Buffer> {
  if (unit.length === 0) return;
  const perPiece = Math.max(1, Math.floor(PIECE / unit.length));
  const piece = Buffer.alloc(Math.min(perPiece, count) * unit.length, unit);
  for (let left = count; left > 0; left -= perPiece) {
    yield left >= perPiece ? piece : piece.subarray(0, left * unit.length);
  }
}
