import { quote } from '@model-signing/core';
import {
  type ExplainedRequirements,
  explainPolicy,
  PolicyError,
  type PolicyExplanation,
  type PolicyMode,
} from '@model-signing/policy';
import type { Context } from '../context.ts';
import { type Reported, usageError } from '../failure.ts';
import { table } from '../output.ts';
import { openPolicy, type PolicySignerFlags } from '../policy-file.ts';
import { refusing } from '../policy-refusals.ts';
import { whole, wholeList } from '../policy-text.ts';
import { policySignerText, whoOf } from './policy-signer.ts';

export interface PolicyExplainFlags extends PolicySignerFlags {
  readonly as: string;
}

/** `policy explain`: shows which rule decides for a name, whose signatures count and what is required of them. */
export async function policyExplain(file: string, flags: PolicyExplainFlags, context: Context): Promise<void> {
  if (flags.as === '') throw usageError('the name of the model is empty');
  const opened = await openPolicy(file, flags, context);
  const judged = { ...opened, name: flags.as, operand: 'MODEL', isKnown: false };
  const { rules, mode } = opened.policy;
  const explanation = await refusing(judged, async () => explainPolicy(opened.policy, flags.as)).catch((error) => {
    throw error instanceof PolicyError && error.code === 'policy/no-rule' ? withMode(error, mode) : error;
  });
  context.output.answer('policy-explain', explanationFields(file, explanation, rules.length), () =>
    explanationLines(file, explanation, rules.length),
  );
}

function explanationFields(
  file: string,
  { index, pattern, description, reject, ...others }: PolicyExplanation,
  ruleCount: number,
) {
  const { name, mode, signers, attesters, require, revoked } = others;
  return {
    policy: file,
    name,
    rule: { index, pattern, description },
    ruleCount,
    mode,
    reject,
    signers,
    attesters,
    require,
    revoked,
  };
}

/** Without a rule, only the mode of the policy says whether the refusal is enforced. */
function withMode(error: PolicyError, mode: PolicyMode): PolicyError {
  return Object.assign(error, { members: { mode }, lines: table([modeRow(mode)]) } satisfies Reported);
}

type Row = readonly [label: string, value: string];

function modeRow(mode: PolicyMode): Row {
  return ['mode', mode === 'warn' ? 'warn: refusals are reported, and NOT ENFORCED' : 'enforce'];
}

/** For people, and as complete as the JSON: whatever decides is here, so that a change of the policy shows. */
export function explanationLines(file: string, explanation: PolicyExplanation, ruleCount: number): string[] {
  const { name, index, pattern, description, mode, signers, attesters, require, revoked } = explanation;
  const heading =
    require === null
      ? `${whole(name)} is refused`
      : `${whole(name)} needs ${require.threshold === 1 ? 'a signature' : `the signatures of ${require.threshold} signers`}`;
  const rows: (Row | null)[] = [
    ['policy', quote(file)],
    ['rule', `number ${index + 1} of ${ruleCount}, for ${whole(pattern)}`],
    description === null ? null : ['remark', quote(description)],
    modeRow(mode),
    ...signers.map((one): Row => ['signer', `${quote(one.name)}: ${policySignerText(one)}`]),
    ...(require === null ? [] : attestationRows(require, attesters)),
    ...(require === null ? [] : requirementRows(require)),
    ...revokedRows(revoked),
  ];
  return [heading, ...table(rows)];
}

function attestationRows({ attestations }: ExplainedRequirements, attesters: PolicyExplanation['attesters']): Row[] {
  return [
    ...attestations.map(
      ({ predicateType, signedBy }): Row => ['attested', `${whole(predicateType)} by ${wholeList(signedBy)}`],
    ),
    ...attesters.map((one): Row => ['attester', `${quote(one.name)}: ${policySignerText(one)}`]),
  ];
}

function requirementRows(require: ExplainedRequirements): (Row | null)[] {
  const { ignoredPaths, unsignedFiles, symlinks, hashAlgorithms, historicalFormats, timestamp } = require;
  const { signedAfter, signedBefore, strict, rootDigests } = require;
  return [
    ['ignored', ignoredPaths.length === 0 ? 'nothing may be left out but the signatures' : wholeList(ignoredPaths)],
    [
      'unsigned',
      unsignedFiles === 'refuse'
        ? 'files that were not signed are refused'
        : 'files that were not signed are ACCEPTED, and listed',
    ],
    ['links', symlinks ? 'symbolic links are followed if the signer followed them' : 'symbolic links are refused'],
    ['hashes', hashAlgorithms === null ? 'any of the format' : hashAlgorithms.join(', ')],
    ['forms', historicalFormats ? 'those before version 1.0 too' : 'those of the format since version 1.0'],
    ['time', timestamp === 'required' ? 'a verified time is required' : 'a verified time is not required'],
    signedAfter === null ? null : ['after', signedAfter],
    signedBefore === null ? null : ['before', signedBefore],
    ['warnings', strict ? 'refused (strict)' : 'reported'],
    rootDigests === null ? null : ['digests', `only ${wholeList(rootDigests)}`],
  ];
}

function revokedRows({ rootDigests, signers }: PolicyExplanation['revoked']): Row[] {
  return [
    ...(rootDigests.length === 0 ? [] : [['revoked', `the root digests ${wholeList(rootDigests)}`] as const]),
    ...signers.map(({ name, from, signer }): Row => {
      return ['revoked', `the signer ${quote(name)}, from ${from}: ${whoOf(signer)}`];
    }),
  ];
}
