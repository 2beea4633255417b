import {
  type Model,
  OmsError,
  type Verification,
  type VerifySignedOptions,
  verifySeveral,
  type Warning,
} from '@model-signing/core';
import type { Acceptance } from './acceptance.ts';
import type { Counted } from './distinct-signers.ts';
import { type Eligible, type Rejected, type Rejection, reach, rejected, type Verified } from './judgement.ts';
import { isVerdict } from './no-verdict.ts';
import type { PolicyRequirements } from './policy.ts';
import { checkCompared, unmet } from './requirements.ts';

/** Compares a model with all signatures that could count, with one hashing. */
export async function compareWithAll(
  model: Model,
  eligible: readonly Eligible[],
  require: PolicyRequirements,
  options: VerifySignedOptions,
): Promise<readonly (Rejected | Verified)[]> {
  const signed = eligible.map((each) => each.signed);
  const outcomes = await verifySeveral(signed, model, {
    ...options,
    allowSymlinks: require.symlinks,
    ignoreUnsignedFiles: require.unsignedFiles === 'report',
    ignoredFiles: require.ignoredPaths,
  });
  return eligible.map((each, index): Rejected | Verified => {
    const outcome = outcomes[index] as (typeof outcomes)[number];
    const rejection = outcome.error ? rejectionOf(outcome.error) : checkVerified(outcome.verification, require);
    if (rejection === null) return { ...each, verification: outcome.verification as Verification };
    return rejected(each.signature, each.acceptances[0] as Acceptance, rejection);
  });
}

/** @throws {OmsError} what leaves the model without a verdict */
function rejectionOf(error: OmsError): Rejection {
  const { code, message } = error;
  if (!isVerdict(code)) throw error;
  if (code === 'model/ignored-files') return { ...unmet('ignoredPaths', message), reach: reach.requirement };
  return { code, message, error, reach: reach.differs };
}

function checkVerified(verification: Verification, require: PolicyRequirements): Rejection | null {
  const failure = checkCompared(verification, require);
  return failure && { ...failure, reach: reach.requirement };
}

/** What a counted signature says of the model, with the identity and the warnings of the signer for whom it counts. */
export function verificationOf({ candidate, acceptance }: Counted<Verified>): Verification {
  const { verification } = candidate;
  const own = acceptance.warnings.map(([code, text]): Warning => {
    const { message, requirement } = new OmsError(code, text);
    return { code, message, requirement };
  });
  return { ...verification, signer: acceptance.identity, warnings: [...own, ...verification.warnings] };
}
