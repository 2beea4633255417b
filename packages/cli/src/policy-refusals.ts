import { OmsError } from '@model-signing/core';
import { evaluationOf, explainPolicy, PolicyError, type PolicySignature } from '@model-signing/policy';
import { attestationRows, policyFields, signatureRows } from './commands/policy-report.ts';
import type { Reported } from './failure.ts';
import { table } from './output.ts';
import type { OpenedPolicy } from './policy-file.ts';
import { shellWord } from './shell-words.ts';
import { claimsIn, signerChanged } from './signer-changed.ts';
import { onlyOf } from './trust-command.ts';

/** What was judged by a policy, for what is said about a refusal. */
export interface JudgedBy extends OpenedPolicy {
  readonly name: string;
  /** The model as it was typed. */
  readonly operand: string;
  /** Whether the policy is that of the known signers. */
  readonly isKnown: boolean;
  /** Those that were named on the command line. */
  readonly given?: readonly string[] | undefined;
  readonly bundles?: readonly PolicySignature[];
}

/** Runs work that a policy may refuse, and adds to a refusal what was counted and what the user can do. */
export async function refusing<T>(judged: JudgedBy, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw error instanceof PolicyError || error instanceof OmsError ? await explainedRefusal(error, judged) : error;
  }
}

async function explainedRefusal(error: PolicyError | OmsError, judged: JudgedBy): Promise<Error> {
  if (error instanceof PolicyError && error.code === 'policy/signer' && judged.isKnown) return changed(error, judged);
  const reported: Reported = {
    ...counted(error, judged),
    ...(error instanceof PolicyError && { hints: hintsFor(error, judged) }),
  };
  return Object.assign(error, reported);
}

/** What was counted and what not, for results in JSON and for people. */
function counted(error: Error, { file, signedBy }: JudgedBy): Reported {
  const evaluation = evaluationOf(error);
  if (evaluation === null) return {};
  const policy = policyFields({ file, signedBy: signedBy?.hint ?? null, evaluation });
  return { members: { policy }, lines: table([...signatureRows(evaluation), ...attestationRows(evaluation)]) };
}

/** Nothing here says how to get a model accepted that the policy does not want. */
function hintsFor({ code }: PolicyError, { file, name, operand, isKnown }: JudgedBy): string[] {
  const explain = typed('policy', 'explain', file, '--as', name);
  const look = typed('signatures', operand);
  switch (code) {
    case 'policy/no-rule':
      return ['--as gives the model the name that a rule is for'];
    case 'policy/signer':
      return [...(look === null ? [] : [`${look} shows who signed`]), ...explaining(explain, 'whose signature counts')];
    case 'policy/threshold':
      return ['--signature can be repeated, once for each signer', ...explaining(explain, 'whose signatures count')];
    case 'policy/attestation':
      return [
        'if another file holds it, --attestations names that file',
        ...explaining(isKnown ? null : explain, 'what is required'),
      ];
    case 'policy/requirement':
      return explaining(isKnown ? null : explain, 'what is required');
    default:
      return [];
  }
}

function explaining(command: string | null, what: string): string[] {
  return command === null ? [] : [`${command} shows ${what}`];
}

/** A command line to copy; null if it cannot be written in one. */
function typed(...words: string[]): string | null {
  const escaped = words.map(shellWord);
  return escaped.includes(null) ? null : `model-signing ${escaped.join(' ')}`;
}

/** The model was signed by another signer than the one that the user has looked at. */
async function changed(error: PolicyError, judged: JudgedBy): Promise<PolicyError> {
  const { policy, name, operand, given = [], bundles = [] } = judged;
  const { signers: known } = explainPolicy(policy, name);
  const found = await Promise.all(bundles.map(claimsIn));
  return signerChanged(
    { name, operand, signature: onlyOf(given), known, found },
    Object.assign(error, counted(error, judged)),
  );
}
