import {
  type Model,
  OmsError,
  type SignatureOutcome,
  type SignedManifest,
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
import { checkCompared, type Failure, unmet } from './requirements.ts';

/** What a model is compared with: signatures that could count, and what was signed of models that are revoked. */
interface Compared {
  readonly eligible: readonly Eligible[];
  readonly revoked: readonly SignedManifest[];
}

/**
 * Compares a model with all of them, with one hashing. If it is one that is revoked, no signature counts.
 * @returns in the order of the eligible ones
 */
export async function compareWithAll(
  model: Model,
  { eligible, revoked }: Compared,
  require: PolicyRequirements,
  options: VerifySignedOptions,
): Promise<readonly (Rejected | Verified)[]> {
  const outcomes = await verifySeveral([...eligible.map(({ signed }) => signed), ...revoked], model, {
    ...options,
    allowSymlinks: require.symlinks,
    ignoreUnsignedFiles: require.unsignedFiles === 'report',
    ignoredFiles: require.ignoredPaths,
  });
  const isRevoked = outcomes.slice(eligible.length).some(({ error }) => error === null);
  return eligible.map((each, index): Rejected | Verified => {
    const { verification, error } = outcomes[index] as SignatureOutcome;
    const rejection = error ? rejectionOf(error) : checkCompared(verification, require);
    const [by] = each.acceptances as [Acceptance];
    if (rejection) return rejected(each.signature, by, { reach: reach.requirement, ...rejection });
    if (isRevoked) return rejected(each.signature, by, revokedModel);
    return { ...each, verification: verification as Verification };
  });
}

const revokedModel: Rejection = {
  code: 'policy/revoked',
  message: 'the model is revoked: another signature of it has a root digest that is',
  reach: reach.otherSigner,
};

/** @throws {OmsError} what leaves the model without a verdict */
function rejectionOf(error: OmsError): Failure | Rejection {
  const { code, message } = error;
  if (!isVerdict(code)) throw error;
  return code === 'model/ignored-files'
    ? unmet('ignoredPaths', message)
    : { code, message, error, reach: reach.differs };
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
