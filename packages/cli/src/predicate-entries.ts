import type { JudgedEntry } from './attestation-files.ts';
import { knownCheck } from './predicate-check.ts';
import type { PredicateCheck } from './predicate-schemas.ts';

/** Refuses accepted attestations whose claim is not as its type says. A claim of a type without a schema here stays as it is. */
export function entryCheck(): (entry: JudgedEntry) => Promise<JudgedEntry> {
  const checks = new Map<string, PredicateCheck | null>();
  return async (entry) => {
    const { verdict, attestation, predicateType } = entry;
    if (verdict !== 'accepted' || attestation === null || predicateType === null) return entry;
    const check = checks.get(predicateType) ?? (await knownCheck(predicateType));
    // Only the few types that have a schema are kept.
    if (check === null) return entry;
    checks.set(predicateType, check);
    const problem = check(attestation.predicate);
    if (problem === null) return entry;
    const reason = { code: 'statement/predicate-invalid', message: `the predicate is refused: ${problem}` };
    return { ...entry, verdict: 'refused', attestation: null, subject: null, reason };
  };
}
