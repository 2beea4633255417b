import { quote } from '@model-signing/core';
import { checkPolicy, PolicyError, type PolicyProblem } from '@model-signing/policy';
import type { Context } from '../context.ts';
import { ExitCode } from '../exit-codes.ts';
import type { Reported } from '../failure.ts';
import { type OpenedPolicy, openPolicy, type PolicySignerFlags } from '../policy-file.ts';
import { formatCount } from '../sizes.ts';

export interface PolicyCheckFlags extends PolicySignerFlags {
  readonly strict?: boolean;
}

/** `policy check`: finds out whether a policy can be used, and what in it is probably not meant. */
export async function policyCheck(file: string, flags: PolicyCheckFlags, context: Context): Promise<void> {
  const { output } = context;
  const { policy } = await openChecked(file, flags, context);
  const problems = checkPolicy(policy);
  const refused = problems.filter(({ severity }) => flags.strict || severity === 'error');
  if (refused.length > 0) throw mistakes(file, refused.length, problems);
  const [signers, rules] = [policy.signers.size, policy.rules.length];
  for (const problem of problems) output.warning(textOf(problem));
  const fields = { policy: file, mode: policy.mode, signers, rules, problems, warnings: [] };
  output.success('policy-check', fields, () => [
    `The policy ${quote(file)} can be used: ${formatCount(signers, 'signer')}, ${formatCount(rules, 'rule')}`,
    ...(policy.mode === 'warn' ? ['mode: warn, so that refusals are reported, and NOT ENFORCED'] : []),
  ]);
}

/** Here, a policy that cannot be used is the verdict that was asked for. */
async function openChecked(file: string, flags: PolicyCheckFlags, context: Context): Promise<OpenedPolicy> {
  try {
    return await openPolicy(file, flags, context);
  } catch (error) {
    throw error instanceof PolicyError
      ? Object.assign(error, { exitCode: ExitCode.rejected } satisfies Reported)
      : error;
  }
}

function mistakes(file: string, count: number, problems: readonly PolicyProblem[]): PolicyError {
  const error = new PolicyError('policy/invalid', `the policy ${quote(file)} has ${formatCount(count, 'mistake')}`);
  return Object.assign(error, {
    members: { problems },
    lines: problems.map((problem) => `${problem.severity}: ${textOf(problem)}`),
    exitCode: ExitCode.rejected,
  } satisfies Reported);
}

function textOf({ code, pointer, message }: PolicyProblem): string {
  return `${message} (${pointer || '/'}) [${code}]`;
}
