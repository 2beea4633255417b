import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { LoadedVector } from '../vectors/load.ts';
import type { Vector } from '../vectors/vector.ts';
import { describedFault } from './fault.ts';
import { judgeSignature } from './judge-signature.ts';
import type { Judgement } from './judgement.ts';
import { findMismatch } from './mismatch.ts';
import { lackOfMlDsa } from './ml-dsa.ts';
import { judgeByPolicy } from './policy.ts';
import { signVector } from './sign.ts';
import type { ProducerDefect } from './signer-defects.ts';
import type { Defect } from './verifier-defects.ts';
import { judgeVerification } from './verify.ts';
import type { PolicyCase } from './verify-case.ts';

/** Whether the oracle can judge a vector: it verifies nothing of Sigstore, and ML-DSA only where the platform has it. */
export function canJudge({ inputs, profile }: Vector): boolean {
  if (lackOfMlDsa({ inputs }) !== null) return false;
  return inputs.method !== 'sigstore' && !(inputs.method === 'policy' && profile === 'sigstore');
}

/**
 * Verifies the bundle of a vector as a program with these defects would.
 * @param carriedOver exclusions of earlier verifications by the same program
 */
export function judgeVector(
  loaded: LoadedVector,
  defects: readonly Defect[] = [],
  carriedOver: readonly string[] = [],
): Judgement {
  const { vector, bundle } = loaded;
  const { model, inputs } = vector;
  if (inputs.policy !== undefined) return judgeByPolicy(policyCaseOf(loaded), new Set(defects));
  const attestations = attestationsOf(loaded);
  const verifyCase = {
    model,
    inputs,
    bundle: bundle ?? Buffer.of(),
    read: readerOf(loaded),
    carriedOver,
    attestations,
  };
  return judgeVerification(verifyCase, new Set(defects));
}

function attestationsOf({ vector, directory }: LoadedVector): Buffer[] {
  return (vector.inputs.attestations ?? []).map((file) => readFileSync(path.join(directory, file)));
}

function policyCaseOf(loaded: LoadedVector): PolicyCase {
  const { vector, bundle, furtherBundles, directory, root } = loaded;
  const { model, inputs } = vector;
  const policy = readFileSync(path.join(directory, inputs.policy ?? ''));
  const read = (file: string) => (inputs.policyFiles?.includes(file) ? readFileSync(path.join(root, file)) : null);
  const attestations = attestationsOf(loaded);
  return { model, inputs, bundle: bundle ?? Buffer.of(), furtherBundles, policy, read, attestations };
}

/** Reads the files that the inputs of a vector name. */
function readerOf({ root, directory, vector }: LoadedVector): (file: string) => Buffer {
  const { sideFile, trustedRoot } = vector.inputs;
  const isBeside = (file: string) => file === sideFile || file === trustedRoot;
  return (file) => readFileSync(path.join(isBeside(file) ? directory : root, file));
}

/** How a program that verifies with these defects fails a vector, or null if it passes. */
export function verifierFailure(
  loaded: LoadedVector,
  defects: readonly Defect[] = [],
  carriedOver: readonly string[] = [],
): string | null {
  return findMismatch(loaded.vector.expect, judgeVector(loaded, defects, carriedOver));
}

/** How a program that signs with these defects fails a vector, or null if it passes. */
export function signerFailure(loaded: LoadedVector, defects: readonly (Defect | ProducerDefect)[] = []): string | null {
  const { vector } = loaded;
  const read = readerOf(loaded);
  const signing = signVector(vector, read, new Set(defects));
  const { expect } = vector;
  if ('refusal' in signing) {
    if (signing.leftBehind !== undefined) return 'refused and left a signature file behind';
    const { reason, message } = signing.refusal;
    const judgement: Judgement = { outcome: 'reject', reason, message, differences: [], checks: [] };
    return findMismatch({ ...expect, ...(expect.outcome === 'either' ? {} : { report: {} }) }, judgement);
  }
  if (expect.outcome === 'reject') return 'signed';
  const [fault] = judgeSignature(vector, signing.bundle, read);
  return fault === undefined ? null : describedFault(fault);
}
