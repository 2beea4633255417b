import {
  type Attestation,
  attestedSubject,
  type ErrorCode,
  isOmsError,
  openAttestation,
  quote,
  type SignedManifest,
} from '@model-signing/core';
import type { Acceptance } from './acceptance.ts';
import type {
  CountedAttestation,
  JudgedAttestations,
  JudgedRequirement,
  PolicyAttestation,
  PolicyAttestations,
  UncountedAttestation,
} from './judged-attestations.ts';
import { isVerdict } from './no-verdict.ts';
import { checkValidity, type Opening } from './open-signatures.ts';
import type { PolicyRequirements, RequiredAttestation } from './policy.ts';
import { PolicyError } from './policy-error.ts';
import { checkAcceptance, type Failure } from './requirements.ts';
import { checkRevocations } from './revocation.ts';
import { SignerPanel } from './signer-panel.ts';

/** How many attestations that do not count are kept: a file may have thousands. */
const MAX_KEPT = 100;

/** How many reasons a message repeats. */
const MAX_REASONS = 3;

/** Finds an attestation for each that the rule requires, about what any of these signatures is of. */
export async function judgeAttestations(
  attestations: PolicyAttestations,
  signed: readonly SignedManifest[],
  opening: Opening,
): Promise<JudgedAttestations> {
  const { attestations: wanted } = opening.require;
  let required = wanted.map((each): JudgedRequirement => ({ ...each, met: null }));
  const notCounted: UncountedAttestation[] = [];
  if (required.length === 0) return { required, notCounted };
  for await (const given of attestations) {
    const found = await openOne(given, opening, (attestation) => isAbout(attestation, signed));
    const refused = 'code' in found ? found : null;
    const by = wanted.map((each) => ('code' in found ? null : countFor(each, found)));
    required = required.map((each, index) => ({ ...each, met: each.met ?? by[index] ?? null }));
    if (by.every((each) => each === null) && notCounted.length < MAX_KEPT) {
      notCounted.push(refused ?? otherType(given, found as OpenedAttestation));
    }
    if (required.every(({ met }) => met !== null)) break;
  }
  return { required, notCounted };
}

/** What an attestation counts as for a requirement; null if it does not. */
export function countFor(
  { predicateType, signedBy }: RequiredAttestation,
  { name, attestation, acceptances }: OpenedAttestation,
): CountedAttestation | null {
  const by = acceptances.find(({ signer }) => signedBy.includes(signer.name));
  if (!by || attestation.predicateType !== predicateType) return null;
  return { attestation: name, signer: by.signer.name, identity: by.identity };
}

/** Whether an attestation is about what any of these signatures is of. */
function isAbout(attestation: Attestation, signed: readonly SignedManifest[]): boolean {
  return signed.some((each) => attestedSubject(attestation, each) !== null);
}

/** An attestation by a signer whom a rule names for some type. */
export interface OpenedAttestation {
  readonly name: string;
  readonly attestation: Attestation;
  /** By whom it is, without those who no longer count. */
  readonly acceptances: readonly Acceptance[];
}

/** Opens an attestation, if it is by a signer of the rule who still counts, and about what it has to be about. */
export async function openOne(
  { name, bundle }: PolicyAttestation,
  opening: Opening,
  isOfSubject: (attestation: Attestation) => boolean,
): Promise<OpenedAttestation | UncountedAttestation> {
  const names = new Set(opening.require.attestations.flatMap(({ signedBy }) => signedBy));
  const signers = [...names].flatMap((each) => opening.policy.signers.get(each) ?? []);
  // Other tools write no hint of this format, so that each key is tried.
  const panel = new SignerPanel({ ...opening, signers, require: { ...opening.require, historicalFormats: true } });
  const no = (predicateType: string | null, { code, message }: Pick<UncountedAttestation, 'code' | 'message'>) => ({
    ...{ attestation: name, predicateType, code, message },
  });
  let attestation: Attestation;
  try {
    attestation = await openAttestation(bundle, panel, { signal: opening.signal });
  } catch (error) {
    if (error instanceof PolicyError) return no(null, error);
    if (isOmsError(error) && isVerdict(error.code)) return no(null, error);
    throw error;
  }
  const { predicateType, warnings } = attestation;
  if (!isOfSubject(attestation)) {
    const message =
      'it is about something else than this model: no subject has the root digest of a signature that counts';
    return no(predicateType, { code: 'statement/other-subject', message });
  }
  const failures = panel.acceptances.map((acceptance) => failureOf(acceptance, warnings, opening));
  const acceptances = panel.acceptances.filter((_, index) => failures[index] === null);
  const [failure] = failures;
  return acceptances.length === 0 && failure ? no(predicateType, failure) : { name, attestation, acceptances };
}

/** Why an attestation by a signer does not count. What a rule requires of the time of a signature is not required of it. */
function failureOf(
  acceptance: Acceptance,
  warnings: Attestation['warnings'],
  { policy, require, now }: Opening,
): Failure | null {
  const own: PolicyRequirements = { ...require, timestamp: 'optional', signedAfter: null, signedBefore: null };
  const given = warnings.map(({ code, message }): [ErrorCode, string] => [code, message]);
  return (
    checkRevocations(acceptance, policy) ??
    checkValidity(acceptance, now) ??
    checkAcceptance({ ...acceptance, warnings: [...acceptance.warnings, ...given] }, own)
  );
}

export function otherType(
  { name }: PolicyAttestation,
  { attestation: { predicateType }, acceptances }: OpenedAttestation,
): UncountedAttestation {
  const by = acceptances.map(({ signer }) => signer.name).join(' and ');
  const message = `it is by ${by}, whom the rule does not name for attestations ${quote(predicateType)}`;
  return { attestation: name, predicateType, code: 'policy/attestation', message };
}

/** Why a model is refused for its attestations; null if it has all that the rule requires. */
export function missingAttestation({ required, notCounted }: JudgedAttestations, where: string): string | null {
  const missing = required.find(({ met }) => met === null);
  if (!missing) return null;
  const { predicateType, signedBy } = missing;
  const near = notCounted.filter((each) => each.predicateType === null || each.predicateType === predicateType);
  const reasons = near.slice(0, MAX_REASONS).map(({ attestation, message }) => `${quote(attestation)}: ${message}`);
  const why = reasons.length === 0 ? 'and none was given' : `and none counts: ${reasons.join('; ')}`;
  return `${where} needs an attestation ${quote(predicateType)} by ${signedBy.join(' or ')}, ${why}`;
}
