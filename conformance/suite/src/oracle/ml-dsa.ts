import { createHash, createPublicKey, type KeyObject, verify } from 'node:crypto';
import type { Vector, VectorInputs } from '../vectors/vector.ts';
import type { Judge } from './judgement.ts';

/** The extension of section 12.1 of the draft. */
const ML_DSA = 'https://model-signing.example/draft/extension/ml-dsa-65/v1';

/** The beginning of every public key for ML-DSA-65 (RFC 9881), and the size of one. */
const HEAD = Buffer.from('308207b2300b0609608648016503040312038207a100', 'hex');
const SIZE = 1974;

/** Why this system cannot judge a vector with a key for ML-DSA-65; null if it can, or if there is no such key. */
export function lackOfMlDsa({ inputs }: Pick<Vector, 'inputs'>): string | null {
  if (!/ml-dsa/.test(`${inputs.publicKey} ${inputs.privateKey}`) || hasMlDsa()) return null;
  return `Node ${process.version} has no ML-DSA, which the vector is about; Node 26 has it`;
}

function hasMlDsa(): boolean {
  try {
    const key = Buffer.concat([HEAD, Buffer.alloc(SIZE - HEAD.length)]);
    return isMlDsa(createPublicKey({ key, format: 'der', type: 'spki' }));
  } catch {
    return false;
  }
}

export function isMlDsa(key: KeyObject): boolean {
  return String(key.asymmetricKeyType) === 'ml-dsa-65';
}

/** Refuses a key for ML-DSA-65 unless the caller named the extension. */
export function refuseUnasked(key: KeyObject, { extensions = [] }: VectorInputs, judge: Judge): void {
  const unasked = isMlDsa(key) && !extensions.includes(ML_DSA);
  judge.refuseIf(unasked, 'ml-dsa-unasked', 'signer/key-unsupported', 'a key for ML-DSA-65');
}

/** Verifies a pure signature with an empty context. */
export function verifiesMlDsa(key: KeyObject, message: Uint8Array, signature: Uint8Array, judge: Judge): boolean {
  if (judge.has('signature-never-checked') || verify(null, message, key, signature)) return true;
  const digest = createHash('sha512').update(message).digest();
  if (judge.has('ml-dsa-of-a-digest') && verify(null, digest, key, signature)) return true;
  const withContext = { key, context: Buffer.from('x') };
  return judge.has('ml-dsa-of-any-context') && verify(null, message, withContext, signature);
}
