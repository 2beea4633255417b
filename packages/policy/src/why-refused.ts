import { type OmsError, quote } from '@model-signing/core';
import { type PolicyEvaluation, withEvaluation } from './evaluation.ts';
import type { Rejected } from './judgement.ts';
import { PolicyError } from './policy-error.ts';
import type { PolicyErrorCode } from './policy-error-code.ts';

/** How many signatures or signers a message names. */
const MAX_NAMED = 5;

/**
 * The error that says why too few signatures count. If some do, it is about the threshold, else about the signature that came furthest.
 * @param some the names of the signers who count, or would if there were enough others
 */
export function refusalOf(
  evaluation: PolicyEvaluation,
  rejections: readonly Rejected[],
  some: readonly string[],
): PolicyError | OmsError {
  const { rule, threshold } = evaluation;
  const where = ruleOf(evaluation);
  const names = rule?.require?.signedBy ?? [];
  const wanted = threshold === 1 ? listOf(names, 'or') : `${threshold} different signers of ${listOf(names, 'and')}`;
  if (some.length > 0) {
    const message = `${where} needs signatures by ${wanted}, and there is one only by ${listOf(some, 'and')}${because(rejections)}`;
    return new PolicyError('policy/threshold', message, { evaluation });
  }
  const [first] = rejections.toSorted((a, b) => b.rejection.reach - a.rejection.reach);
  if (!first) {
    const message = `${where} needs ${threshold === 1 ? 'a signature' : 'signatures'} by ${wanted}, and none was given`;
    return new PolicyError('policy/signer', message, { evaluation });
  }
  const { code, error } = first.rejection;
  if (error) return withEvaluation(error, evaluation);
  const message = `${where} needs ${threshold === 1 ? 'a signature' : 'signatures'} by ${wanted}, and none counts${because(rejections)}`;
  return new PolicyError(code as PolicyErrorCode, message, { evaluation });
}

/** Names a rule, counted as people count. */
export function ruleOf({ index, pattern }: Pick<PolicyEvaluation, 'index' | 'pattern'>): string {
  return `rule ${(index ?? 0) + 1} of the policy (${quote(pattern ?? '')})`;
}

function because(rejections: readonly Rejected[]): string {
  const reasons = rejections.slice(0, MAX_NAMED).map(({ signature, signer, rejection }) => {
    const by = signer === null ? '' : `, by ${signer}`;
    return `${quote(signature.name)}${by}: ${rejection.message}`;
  });
  if (rejections.length > MAX_NAMED) reasons.push(`and ${rejections.length - MAX_NAMED} more`);
  return reasons.length === 0 ? '' : `: ${reasons.join('; ')}`;
}

function listOf(names: readonly string[], word: 'and' | 'or'): string {
  const shown = names.length > MAX_NAMED ? [...names.slice(0, MAX_NAMED), `${names.length - MAX_NAMED} more`] : names;
  if (shown.length < 2) return shown.join('');
  return `${shown.slice(0, -1).join(', ')} ${word} ${shown.at(-1)}`;
}
