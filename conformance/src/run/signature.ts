import type { Vector } from '../vectors/vector.ts';

/** What the oracle finds wrong with a bundle that was made for a vector, in words, or null. */
export function judgeSignature(_vector: Vector, _bundle: Buffer): string | null {
  throw new Error('no oracle yet');
}
