import { predicateName, quote } from '@model-signing/core';
import type { CountedSignature, PolicyEvaluation, UncountedSignature } from '@model-signing/policy';
import { formatCount } from '../sizes.ts';
import { signerLine } from './identity.ts';

/** What judged a model: the policy and where it was read from. */
export interface Judged {
  /** The policy, as it was named; the path of the known signers. */
  readonly file: string;
  /** The hint of the key that signed the policy; null if that was not asked for. */
  readonly signedBy: string | null;
  readonly evaluation: PolicyEvaluation;
}

/** How a policy judged, for results in JSON. */
export function policyFields({ file, signedBy, evaluation }: Judged) {
  const { name, rule, index, pattern, mode, enforced, threshold, counted, notCounted, attestations } = evaluation;
  return {
    file,
    signedBy,
    name,
    rule: rule && { index, pattern, description: rule.description },
    ...{ mode, enforced, threshold },
    counted: counted.map(countedFields),
    notCounted: notCounted.map(notCountedFields),
    attestations: attestations && {
      required: attestations.required.map(({ predicateType, signedBy, met }) => ({ predicateType, signedBy, met })),
      notCounted: attestations.notCounted,
    },
  };
}

function countedFields({ signature, signer, signers, identity, time, timeFrom }: CountedSignature) {
  return { signature, signer, signers, identity, time, timeFrom };
}

function notCountedFields({ signature, signer, identity, code, message }: UncountedSignature) {
  return { signature, signer, identity, code, message };
}

/** A line for people: what it is about, and what is said of it. */
type Row = readonly [label: string, value: string];

/** How a policy judged, in labelled lines for people. */
export function policyRows({ file, signedBy, evaluation }: Judged): Row[] {
  const { mode, threshold } = evaluation;
  return [
    ['policy', `${quote(file)}${signedBy === null ? '' : ` (signed by the key with hint ${signedBy})`}`],
    ['rule', ruleText(evaluation)],
    ...(mode === 'warn' ? [['mode', 'warn: the policy only reports, and refuses nothing'] as const] : []),
    ...(threshold > 1 ? [['needed', formatCount(threshold, 'signer')] as const] : []),
    ...signatureRows(evaluation),
    ...attestationRows(evaluation),
  ];
}

function ruleText({ name, index, pattern }: PolicyEvaluation): string {
  if (index === null || pattern === null) return `none, for the name ${quote(name)}`;
  return `number ${index + 1}, for ${quote(pattern)}, by the name ${quote(name)}`;
}

/** The signatures of a model as a policy counted them. */
export function signatureRows({ counted, notCounted }: PolicyEvaluation): Row[] {
  return [...counted.map(countedRow), ...notCounted.map(notCountedRow)];
}

/** The attestations that the rule requires, as the policy counted them. */
export function attestationRows({ attestations }: PolicyEvaluation): Row[] {
  if (attestations === null) return [];
  const { required, notCounted } = attestations;
  return [
    ...required.map(({ predicateType, signedBy, met }): Row => {
      const by =
        met === null
          ? `NOT MET: it must be by ${signedBy.map((name) => quote(name)).join(' or ')}`
          : `${quote(met.signer)} by ${quote(met.attestation)}: ${signerLine(met.identity)}`;
      return ['attested', `${quote(predicateName(predicateType))} ${by}`];
    }),
    ...notCounted.map(
      ({ attestation, code, message }): Row => ['uncounted', `${quote(attestation)}: ${message} [${code}]`],
    ),
  ];
}

function countedRow({ signature, signers, identity, time, timeFrom }: CountedSignature): Row {
  const when = time === null || timeFrom === 'clock' ? ' (without a verified time)' : '';
  return [
    'counted',
    `${signers.map((name) => quote(name)).join(' and ')} by ${quote(signature)}: ${signerLine(identity)}${when}`,
  ];
}

function notCountedRow({ signature, signer, code, message }: UncountedSignature): Row {
  const who = signer === null ? '' : ` of ${quote(signer)}`;
  return ['uncounted', `${quote(signature)}${who}: ${message} [${code}]`];
}
