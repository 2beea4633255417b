import { quote } from '@model-signing/core';
import { isInOtherCase, matchRule, PolicyError } from '@model-signing/policy';
import { readKnownSigners } from './known-signers.ts';
import type { OpenedPolicy } from './policy-file.ts';
import { keepLine, onlyOf } from './trust-command.ts';

const OTHERS = '--public-key or --certificate-chain select another method';

/**
 * The known signers as a policy that has a rule for this name.
 * @param operand the model as it was typed, for the hint, and the signatures that were named
 * @throws {PolicyError} `policy/no-rule` if no signer was trusted for the name
 * @throws {CommandError}
 */
export async function openKnownPolicy(
  name: string,
  operand: string,
  given: readonly string[] = [],
): Promise<OpenedPolicy> {
  const { file, policy } = await readKnownSigners();
  const unknown = (cause?: unknown) => {
    const message = `no signer was trusted for ${quote(name)} yet`;
    const line = keepLine('trust', { operand, name, signature: onlyOf(given), method: undefined });
    const hints = line === null ? [] : [`${line} shows who signed, and asks; ${OTHERS}`];
    return Object.assign(new PolicyError('policy/no-rule', message, { cause }), { hints });
  };
  if (policy === null) throw unknown();
  try {
    matchRule(policy, name);
  } catch (error) {
    const isNew = error instanceof PolicyError && error.code === 'policy/no-rule' && !isInOtherCase(policy, name);
    throw isNew ? unknown(error) : error;
  }
  return { file, policy, signedBy: null };
}
