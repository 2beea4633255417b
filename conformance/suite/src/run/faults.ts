import { describedFault, type Fault } from '../oracle/fault.ts';
import type { Vector } from '../vectors/vector.ts';
import { isCounted, type VerdictName } from '../vectors/verdicts.ts';

/**
 * The faults of a signature for which its signer fails a vector: those of MUST level, and whatever the level, those against
 * the requirements that the vector is about, as far as the verdict counts their basis.
 */
export function countingFaults(
  faults: readonly Fault[],
  { decidedBy, profile }: Pick<Vector, 'decidedBy' | 'profile'>,
  verdict: VerdictName,
): Fault[] {
  const isAbout = ({ requirement }: Fault) => requirement !== null && decidedBy.includes(requirement);
  return faults.filter(
    (fault) => isCounted(fault.basis, verdict, profile) && (fault.level === 'MUST' || isAbout(fault)),
  );
}

/** The most faults that a sentence names. */
const MAX_NAMED = 3;

/** Faults as one sentence. */
export function describedFaults(faults: readonly Fault[]): string {
  const rest = faults.length - MAX_NAMED;
  const named = faults.slice(0, MAX_NAMED).map(describedFault).join('; ');
  return rest > 0 ? `${named}; and ${rest} more` : named;
}
