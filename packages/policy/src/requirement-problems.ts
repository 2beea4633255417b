import { quote } from '@model-signing/core';
import type { Policy, PolicyRequirements, PolicySigner } from './policy.ts';
import type { PolicyProblem, PolicyProblemCode } from './problem.ts';
import { signerKey } from './same-signer.ts';

/** What is wrong with the requirements of rules. */
export function requirementProblems(policy: Policy): PolicyProblem[] {
  return policy.rules.flatMap(({ require }, i) =>
    require === null ? [] : [...ofSigners(policy, require, i), ...ofContent(policy, require, i)],
  );
}

function problem(
  rule: number,
  code: PolicyProblemCode,
  severity: PolicyProblem['severity'],
  member: string,
  message: string,
): PolicyProblem {
  return { code, severity, pointer: `/models/${rule}/require/${member}`, message };
}

function ofSigners(policy: Policy, require: PolicyRequirements, rule: number): PolicyProblem[] {
  const { signedBy, threshold } = require;
  const signers = signedBy.flatMap((name) => policy.signers.get(name) ?? []);
  const problems: PolicyProblem[] = [];
  if (threshold > most(signers)) {
    const message = `${threshold} signers must have signed, and the rule names ${most(signers)}`;
    problems.push(problem(rule, 'threshold-unreachable', 'error', 'threshold', message));
  }
  if (require.timestamp !== 'required' && !require.signedAfter && !require.signedBefore) return problems;
  const timed = signers.filter(hasTime);
  for (const { name } of signers.filter((signer) => !hasTime(signer))) {
    const severity = most(timed) < threshold ? 'error' : 'warning';
    const message = `signatures by ${quote(name)} have no verified time, which the rule requires`;
    problems.push(problem(rule, 'no-verified-time', severity, 'signedBy', message));
  }
  return problems;
}

/** How many different signers can be counted at most. Each name counts once, and of several names for one key only one does. */
function most(signers: readonly PolicySigner[]): number {
  return new Set(signers.map((signer) => (isOpen(signer) ? signer.name : signerKey(signer)))).size;
}

/** Whether different signers can meet the conditions. */
function isOpen(signer: PolicySigner): boolean {
  if (signer.method === 'key') return false;
  if (signer.method === 'sigstore') return signer.identity.kind === 'pattern';
  return signer.fingerprint === null;
}

/** Whether signatures by a signer can have a verified time. */
function hasTime(signer: PolicySigner): boolean {
  return signer.method === 'sigstore' || signer.timestampAnchors.length > 0;
}

function ofContent(policy: Policy, { signedAfter, signedBefore, rootDigests }: PolicyRequirements, rule: number) {
  const problems: PolicyProblem[] = [];
  if (signedAfter && signedBefore && signedAfter >= signedBefore) {
    const message = `no time is at or after ${signedAfter.toISOString()} and before ${signedBefore.toISOString()}`;
    problems.push(problem(rule, 'empty-period', 'error', 'signedBefore', message));
  }
  if (rootDigests?.every((digest) => policy.revoked.rootDigests.has(digest))) {
    const message = 'every root digest that the rule accepts is revoked';
    problems.push(problem(rule, 'pinned-and-revoked', 'error', 'rootDigests', message));
  }
  return problems;
}
