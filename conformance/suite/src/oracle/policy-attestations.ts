import { typeNamed } from './attestation.ts';
import { noBundle } from './attestation-entries.ts';
import { checkSubjects, type Root } from './attestation-subject.ts';
import { allEntries, isType, typeChecks } from './attestations.ts';
import { type Judge, Refusal } from './judgement.ts';
import type { Policy, Requirements } from './policy-document.ts';
import { openAttestationAs } from './policy-signature.ts';
import type { Defect } from './verifier-defects.ts';
import type { PolicyCase } from './verify-case.ts';

/** An attestation, by a signer of the policy. */
interface Counted {
  readonly type: string;
  readonly name: string;
}

/** Refuses a model without the attestations that its rule requires: section 13.6.3. */
export function requireAttestations(
  policy: Policy,
  required: Requirements,
  policyCase: PolicyCase,
  roots: readonly Root[],
  judge: Judge,
): void {
  const { attestations } = required;
  if (attestations.length === 0 || judge.has('policy-attestations-ignored')) return;
  const { found, checks } = counted(policy, required, policyCase, roots, judge);
  const met = attestations.map(({ predicateType, signedBy }) => {
    const names = namesFor(signedBy, policy, required, judge);
    return found.some(({ type, name }) => names.includes(name) && isType(type, typeNamed(predicateType, judge), judge));
  });
  if (judge.has('policy-attestation-of-any-required-type') && met.includes(true)) return;
  if (met.every(Boolean)) return;
  const others = found.length > 0 ? [...typeChecks, ...otherNames] : [];
  throw new Refusal('policy/attestation', 'an attestation is missing', {
    checks: [...checks, ...others, 'policy-attestation-of-any-required-type', 'policy-attestations-ignored'],
  });
}

const otherNames = [
  'policy-attestation-by-signers-of-other-types',
  'policy-attestation-by-signers-of-the-model',
  'policy-attestation-by-any-signer',
] as const satisfies readonly Defect[];

/** The signers who count for a type. */
function namesFor(
  signedBy: readonly string[],
  policy: Policy,
  required: Requirements,
  judge: Judge,
): readonly string[] {
  if (judge.has('policy-attestation-by-any-signer')) return [...policy.signers.keys()];
  if (judge.has('policy-attestation-by-signers-of-the-model')) return required.signedBy;
  return judge.has('policy-attestation-by-signers-of-other-types') ? namedIn(required) : signedBy;
}

const namedIn = ({ attestations }: Requirements): string[] => attestations.flatMap(({ signedBy }) => signedBy);

/** By whom each attestation is, and why others do not count. */
function counted(
  policy: Policy,
  required: Requirements,
  { attestations }: PolicyCase,
  roots: readonly Root[],
  judge: Judge,
): { readonly found: readonly Counted[]; readonly checks: readonly Defect[] } {
  const found: Counted[] = [];
  const checks: Defect[] = [];
  for (const { text } of allEntries(attestations, judge)) {
    for (const name of policy.signers.keys()) {
      const signer = policy.signers.get(name);
      if (signer === undefined) continue;
      const strict = required.strict && !judge.has('policy-attestation-never-strict');
      const own = judge.apart(strict && !judge.has('policy-never-strict'));
      try {
        if (text === null) throw noBundle();
        const bytes = Buffer.from(text, 'latin1');
        const { type, subjects } = openAttestationAs(signer, bytes, policy, required, own);
        checkSubjects(subjects, roots, own);
        found.push({ type, name });
      } catch (error) {
        if (!(error instanceof Refusal)) throw error;
        checks.push(...error.checks);
      }
    }
  }
  return { found, checks };
}
