import type { Model, Verification, VerifySignedOptions } from '@model-signing/core';
import { compareWithAll, verificationOf } from './compare-model.ts';
import { type Counted, distinctSigners } from './distinct-signers.ts';
import type { CountedSignature, PolicyEvaluation, PolicyVerification, UncountedSignature } from './evaluation.ts';
import type { JudgedAttestations, PolicyAttestations } from './judged-attestations.ts';
import {
  type Eligible,
  isEligible,
  isRejected,
  type PolicySignature,
  type Rejected,
  type Verified,
} from './judgement.ts';
import { type Opening, openSignatures, setAside } from './open-signatures.ts';
import { PolicyError } from './policy-error.ts';
import { judgeAttestations, missingAttestation } from './required-attestations.ts';
import { refusalOf, ruleOf } from './why-refused.ts';

/** What is known before a signature is looked at. */
export type Basis = Omit<PolicyEvaluation, 'counted' | 'notCounted' | 'attestations'>;

/** The signatures of a model, and its attestations. */
export interface Given {
  readonly signatures: readonly PolicySignature[];
  readonly attestations: PolicyAttestations;
}

/** Judges the signatures of a model. A refusal is returned, whatever the mode. */
export async function evaluate(
  model: Model,
  { signatures, attestations }: Given,
  basis: Basis,
  opening: Opening,
  options: VerifySignedOptions,
): Promise<PolicyVerification> {
  const opened = await openSignatures(signatures, opening);
  const eligible = opened.filter(isEligible);
  const possible = distinctSigners(eligible);
  if (possible.length < basis.threshold) return tooFew(basis, opened, possible);
  const revoked = opened.flatMap((each) => (isRejected(each) && each.revoked ? [each.revoked] : []));
  const compared = await compareWithAll(model, { eligible, revoked }, opening.require, options);
  const verified = compared.filter((each) => 'verification' in each);
  const counted = distinctSigners(verified);
  const all = opened.map((each) => compared.find(({ signature }) => signature === each.signature) ?? each);
  const rejections = all.filter(isRejected);
  const evaluation: PolicyEvaluation = {
    ...basis,
    counted: counted.map(countedOf),
    notCounted: all.flatMap((each) => uncountedOf(each, counted)),
    attestations: null,
  };
  const verification = evaluation.counted[0]?.verification ?? null;
  if (verification && counted.length >= basis.threshold) {
    const signed = counted.map(({ candidate }) => candidate.signed);
    return withAttestations({ ...evaluation, verification }, await judgeAttestations(attestations, signed, opening));
  }
  return { ...evaluation, verification, refusal: refusalOf(evaluation, rejections, namesOf(counted)) };
}

/** Accepts what is signed by enough signers if it has the attestations that the rule requires. */
function withAttestations(
  accepted: PolicyEvaluation & { readonly verification: Verification },
  judged: JudgedAttestations,
): PolicyVerification {
  if (judged.required.length === 0) return { ...accepted, refusal: null };
  const { verification, ...evaluation } = { ...accepted, attestations: judged };
  const missing = missingAttestation(judged, ruleOf(evaluation));
  if (missing === null) return { ...evaluation, verification, refusal: null };
  return { ...evaluation, verification, refusal: new PolicyError('policy/attestation', missing, { evaluation }) };
}

/** Too few different signers signed, whatever the model is. It is not read. */
function tooFew(
  basis: Basis,
  opened: readonly (Rejected | Eligible)[],
  possible: readonly Counted<Eligible>[],
): PolicyVerification {
  const message = 'it was not compared with the model, because too few different signers signed';
  const rejections = opened.filter(isRejected);
  const all = opened.map((each) => (isEligible(each) ? setAside(each, { code: 'policy/threshold', message }) : each));
  const evaluation: PolicyEvaluation = {
    ...basis,
    counted: [],
    notCounted: all.flatMap((each) => uncountedOf(each, [])),
    attestations: null,
  };
  return { ...evaluation, verification: null, refusal: refusalOf(evaluation, rejections, namesOf(possible)) };
}

function namesOf(counted: readonly Counted<Eligible>[]): string[] {
  return counted.map(({ acceptance }) => acceptance.signer.name);
}

function countedOf(counted: Counted<Verified>): CountedSignature {
  const { candidate, acceptance } = counted;
  return {
    signature: candidate.signature.name,
    signer: acceptance.signer.name,
    signers: candidate.acceptances.map(({ signer }) => signer.name),
    identity: acceptance.identity,
    time: acceptance.time?.toISOString() ?? null,
    timeFrom: acceptance.timeFrom,
    verification: verificationOf(counted),
  };
}

function uncountedOf(
  judged: Rejected | Eligible,
  counted: readonly Counted<Verified>[],
): readonly UncountedSignature[] {
  if (!isEligible(judged)) {
    const { signature, signer, identity, rejection } = judged;
    return [{ signature: signature.name, signer, identity, code: rejection.code, message: rejection.message }];
  }
  if (counted.some(({ candidate }) => candidate === judged)) return [];
  const { signature, acceptances } = judged;
  const [by] = acceptances;
  const message = 'another signature by the same signer counts already, and each signer counts once';
  const { name: signer = null } = by?.signer ?? {};
  return [{ signature: signature.name, signer, identity: by?.identity ?? null, code: 'policy/same-signer', message }];
}
