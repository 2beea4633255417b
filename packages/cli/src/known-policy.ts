import { quote } from '@model-signing/core';
import { isInOtherCase, matchRule, PolicyError } from '@model-signing/policy';
import { readKnownSigners } from './known-signers.ts';
import type { OpenedPolicy } from './policy-file.ts';
import { shellWord } from './shell-words.ts';

/**
 * The known signers as a policy that has a rule for this name.
 * @param operand the model as it was typed, for the hint
 * @throws {PolicyError} `policy/no-rule` if no signer was trusted for the name
 * @throws {CommandError}
 */
export async function openKnownPolicy(name: string, operand: string): Promise<OpenedPolicy> {
  const { file, policy } = await readKnownSigners();
  const unknown = (cause?: unknown) => {
    const message = `no signer was trusted for ${quote(name)} yet`;
    const words = ['trust', operand, '--as', name].map(shellWord);
    const hints = words.includes(null)
      ? []
      : [
          `model-signing ${words.join(' ')} shows who signed, and asks; --public-key or --certificate-chain select another method`,
        ];
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
