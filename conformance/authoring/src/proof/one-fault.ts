import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { Broken } from '../../../suite/src/oracle/broken.ts';
import { type Collected, collectFaults } from '../../../suite/src/oracle/faults.ts';
import { canJudge, judgeVector } from '../../../suite/src/oracle/judge-vector.ts';
import { EMPTY_REPORT, type Judgement } from '../../../suite/src/oracle/judgement.ts';
import { type VerifierChoice, verifierChoices } from '../../../suite/src/oracle/permitted-choices.ts';
import { signVector } from '../../../suite/src/oracle/sign.ts';
import { type Defect, verifierDefects } from '../../../suite/src/oracle/verifier-defects.ts';
import { judgeVerification } from '../../../suite/src/oracle/verify.ts';
import type { LoadedVector } from '../../../suite/src/vectors/load.ts';
import type { RequirementId, Vector } from '../../../suite/src/vectors/vector.ts';
import { memberPlaces, placesThatDiffer } from './places.ts';

/** How it is known that a refused vector has one fault. */
export type Proof =
  /** Accepted once this check is left out, and only this one was needed. */
  | { readonly by: 'check'; readonly check: Defect }
  /** Nothing can be read past the fault, and it is all that differs from the control. */
  | { readonly by: 'place'; readonly place: string };

/**
 * The proof that a refused vector has one fault, or what speaks against it. The bundle of a roundtrip is the program's own,
 * so that several checks may refuse what is verified with one other input.
 */
export function proveOneFault(loaded: LoadedVector, control: LoadedVector | undefined): Proof | string {
  const { vector } = loaded;
  const collected = collectOf(loaded);
  const several = vector.kind === 'roundtrip' && collected !== null && collected.checks.length > 1;
  if (collected?.end.outcome === 'accept' && !several) return provenByCheck(vector, collected);
  if (control === undefined) return 'it has no control, and no check refuses it alone';
  const places = loaded.bundle ? placesThatDiffer(loaded, control) : inputPlaces(vector, control.vector);
  const [place, ...more] = places;
  if (place === undefined) return 'it does not differ from its control';
  return more.length === 0 ? { by: 'place', place } : `it differs from its control in ${places.join(', ')}`;
}

function provenByCheck({ kind, requirements }: Vector, { checks, end }: Collected): Proof | string {
  const [check, ...more] = checks;
  if (check === undefined) return 'the oracle accepts it';
  if (more.length > 0) return `more than one check refuses it: ${checks.join(', ')}`;
  // The checks are those of verifiers, who have requirements of their own.
  const asked = kind === 'sign' || isAsked(check, requirements);
  return end.outcome === 'accept' && asked ? { by: 'check', check } : `it names no requirement of the check ${check}`;
}

/** The requirements that a program breaks without the check, or that speak of the choice to leave it out. */
export function requirementsOf(check: Defect): readonly RequirementId[] {
  if (check in verifierChoices) return [verifierChoices[check as VerifierChoice][0]];
  return [verifierDefects[check as keyof typeof verifierDefects] as Broken].flat() as RequirementId[];
}

function isAsked(check: Defect, requirements: readonly RequirementId[]): boolean {
  return requirementsOf(check).some((requirement) => requirements.includes(requirement as RequirementId));
}

/** The faults that the oracle collects; null where it has no eyes for the method or the role. */
function collectOf(loaded: LoadedVector): Collected | null {
  const { vector, bundle } = loaded;
  if (!canJudge(vector)) return null;
  if (bundle) return collectAsked(vector, (checks) => judgeVector(loaded, checks));
  if (vector.inputs.method !== 'key') return null;
  return collectAsked(vector, (checks) => judgeSigning(loaded, checks));
}

/**
 * Collects the faults, and if the one check that is found belongs to a requirement that the vector does not name, looks for
 * a check of a requirement that it names, and that alone lets it be accepted too.
 */
function collectAsked({ requirements }: Vector, judge: (checks: readonly Defect[]) => Judgement): Collected {
  const collected = collectFaults(judge);
  const [check] = collected.checks;
  if (collected.checks.length !== 1 || check === undefined || isAsked(check, requirements)) return collected;
  for (const other of [...Object.keys(verifierDefects), ...Object.keys(verifierChoices)] as Defect[]) {
    if (!isAsked(other, requirements)) continue;
    const end = judge([other]);
    if (end.outcome === 'accept') return { checks: [other], end };
  }
  return collected;
}

/** Signs without these checks, and for a roundtrip verifies what was signed without them. */
function judgeSigning({ vector, root }: LoadedVector, checks: readonly Defect[]): Judgement {
  const read = (file: string) => readFileSync(path.join(root, file));
  const roundtrip = vector.verify;
  const signing = signVector(vector, read, new Set(roundtrip ? [] : checks));
  if ('refusal' in signing) {
    const { reason, message, checks } = signing.refusal;
    return { outcome: 'reject', reason, message, differences: [], checks };
  }
  if (roundtrip === undefined) return signed;
  return judgeVerification({ ...roundtrip, bundle: signing.bundle, read }, new Set(checks));
}

const signed: Judgement = { outcome: 'accept', warnings: [], report: EMPTY_REPORT };

function inputPlaces(one: Vector, control: Vector): string[] {
  const [verify, before] = [one.verify, control.verify];
  return [
    ...memberPlaces('', { model: one.model, ...one.inputs }, { model: control.model, ...control.inputs }),
    ...memberPlaces('verify', { model: verify?.model, ...verify?.inputs }, { model: before?.model, ...before?.inputs }),
  ];
}
