import { readFileSync } from 'node:fs';
import path from 'node:path';
import { judgeSignature } from '../../../suite/src/oracle/judge-signature.ts';
import { judgeVector } from '../../../suite/src/oracle/judge-vector.ts';
import { findMismatch } from '../../../suite/src/oracle/mismatch.ts';
import { signVector } from '../../../suite/src/oracle/sign.ts';
import type { ProducerDefect } from '../../../suite/src/oracle/signer-defects.ts';
import type { Defect } from '../../../suite/src/oracle/verifier-defects.ts';
import { countingFaults, describedFaults } from '../../../suite/src/run/faults.ts';
import type { LoadedVector } from '../../../suite/src/vectors/load.ts';
import { isBinding, isGraded, type VerdictName } from '../../../suite/src/vectors/verdicts.ts';

/** What the oracle can be made to do otherwise. */
export type Behaviour = Defect | ProducerDefect;

/**
 * How a program that verifies like this fails a vector by the public text, or null if it passes or is only observed. The
 * outcome counts, and the reason does not.
 * @param carriedOver exclusions of earlier verifications by the same program
 */
export function publicVerifierFailure(
  loaded: LoadedVector,
  behaviours: readonly Behaviour[],
  carriedOver: readonly string[] = [],
): string | null {
  const { basis, expect, level } = loaded.vector;
  if (!isBinding(basis)) return null;
  const judgement = judgeVector(loaded, behaviours as Defect[], carriedOver);
  if (judgement.outcome === expect.outcome) return null;
  // A feature that the format lets a program leave out is unsupported, and not a failure.
  if (level === 'MAY' && expect.outcome === 'accept') return null;
  return judgement.outcome === 'reject' ? `refused as ${judgement.reason}: ${judgement.message}` : 'accepted';
}

/** How a program that signs like this fails a vector by the public text, or null if it passes or is only observed. */
export function publicSignerFailure(loaded: LoadedVector, behaviours: readonly Behaviour[]): string | null {
  return isBinding(loaded.vector.basis) ? signerFailureIn('public', loaded, behaviours) : null;
}

/**
 * How a program that verifies like this fails a vector with the clarifications, or null if it passes or is only observed. The
 * reason, the warnings and the report count too.
 */
export function clarifiedVerifierFailure(loaded: LoadedVector, behaviours: readonly Behaviour[]): string | null {
  const { basis, expect, level } = loaded.vector;
  const judgement = judgeVector(loaded, behaviours as Defect[]);
  const isUnsupported = level === 'MAY' && expect.outcome === 'accept' && judgement.outcome === 'reject';
  return !isGraded(basis, 'clarified') || isUnsupported ? null : findMismatch(expect, judgement);
}

/** How a program that signs like this fails a vector with the clarifications, or null if it passes or is only observed. */
export function clarifiedSignerFailure(loaded: LoadedVector, behaviours: readonly Behaviour[]): string | null {
  return isGraded(loaded.vector.basis, 'clarified') ? signerFailureIn('clarified', loaded, behaviours) : null;
}

function signerFailureIn(verdict: VerdictName, loaded: LoadedVector, behaviours: readonly Behaviour[]): string | null {
  const { vector, root } = loaded;
  const read = (file: string) => readFileSync(path.join(root, file));
  const signing = signVector(vector, read, new Set(behaviours));
  if ('refusal' in signing) {
    const mayRefuse = vector.level === 'MAY' || vector.expect.outcome === 'reject';
    return mayRefuse ? null : `refused as ${signing.refusal.reason}`;
  }
  if (vector.expect.outcome === 'reject') return 'signed';
  const faults = countingFaults(judgeSignature(vector, signing.bundle, read), vector, verdict);
  return faults.length === 0 ? null : describedFaults(faults);
}
