import { isOmsError, openSignature, type SignedManifest } from '@model-signing/core';
import type { Acceptance } from './acceptance.ts';
import { type Eligible, type PolicySignature, type Rejected, type Rejection, reach, rejected } from './judgement.ts';
import { isVerdict } from './no-verdict.ts';
import { PolicyError } from './policy-error.ts';
import { checkAcceptance, checkSigned, type Failure, rootDigestsOf } from './requirements.ts';
import { checkRevocations } from './revocation.ts';
import { type Panel, SignerPanel } from './signer-panel.ts';

/** What decides which signatures could count. */
export interface Opening extends Panel {
  readonly now: Date;
  readonly draft?: '1.1' | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Finds which signatures could count, without the model: who signed, when, and what is required of a signature. */
export async function openSignatures(
  signatures: readonly PolicySignature[],
  opening: Opening,
): Promise<readonly (Rejected | Eligible)[]> {
  const judged: (Rejected | Eligible)[] = [];
  for (const signature of signatures) judged.push(await openOne(signature, opening));
  return judged;
}

/** Leaves out a signature that could count. */
export function setAside({ signature, acceptances }: Eligible, failure: Failure): Rejected {
  return rejected(signature, acceptances[0] as Acceptance, { ...failure, reach: reach.otherSigner });
}

async function openOne(signature: PolicySignature, opening: Opening): Promise<Rejected | Eligible> {
  const { draft, signal } = opening;
  const panel = new SignerPanel(opening);
  let signed: SignedManifest;
  try {
    signed = await openSignature(signature.bundle, panel, { draft, signal });
  } catch (error) {
    const [by] = panel.acceptances;
    const rejection = rejectionOf(error);
    return by ? rejected(signature, by, rejection) : { signature, signer: null, identity: null, rejection };
  }
  return judgeOpened(signature, signed, panel.acceptances, opening);
}

/** @throws what is no refusal of this signature */
function rejectionOf(error: unknown): Rejection {
  if (error instanceof PolicyError) {
    const { code, message } = error;
    return { code, message, reach: code === 'policy/signer' ? reach.otherSigner : reach.requirement };
  }
  if (!isOmsError(error) || !isVerdict(error.code)) throw error;
  const { code, message, stage } = error;
  // A bundle by a method that no signer of the rule uses never reaches them.
  if (stage === 'signer') return { code: 'policy/signer', message, reach: reach.otherSigner };
  return { code, message, error, reach: stage === 'bundle' ? reach.unreadable : reach.broken };
}

function judgeOpened(
  signature: PolicySignature,
  signed: SignedManifest,
  acceptances: readonly Acceptance[],
  { policy, require, now }: Opening,
): Rejected | Eligible {
  const [first] = acceptances as [Acceptance];
  const revokedRoot = rootDigestsOf(signed.manifest).find((digest) => policy.revoked.rootDigests.has(digest));
  if (revokedRoot !== undefined) {
    const message = `it is of a model that is revoked, with the root digest ${revokedRoot}`;
    const rejection = { code: 'policy/revoked', message, reach: reach.revokedModel } as const;
    return { ...rejected(signature, first, rejection), revoked: signed };
  }
  const ofAll = checkSigned(signed, require);
  const rejections = acceptances.map((acceptance): Rejection | null => {
    const revoked = checkRevocations(acceptance, policy);
    if (revoked) return { ...revoked, reach: reach.revokedSigner };
    const expired = checkValidity(acceptance, now);
    if (expired) return { ...expired, reach: reach.expired };
    const unmet = ofAll ?? checkAcceptance(acceptance, require);
    return unmet && { ...unmet, reach: reach.requirement };
  });
  const good = acceptances.filter((_, index) => rejections[index] === null);
  if (good.length > 0) return { signature, signed, acceptances: good };
  const furthest = Math.max(...rejections.map((rejection) => (rejection as Rejection).reach));
  const index = rejections.findIndex((rejection) => rejection?.reach === furthest);
  return rejected(signature, acceptances[index] as Acceptance, rejections[index] as Rejection);
}

/** Checks that the signer still counted: at the verified time of the signature, or now if there is none. */
export function checkValidity({ signer, time }: Acceptance, now: Date): Failure | null {
  const { name, validUntil } = signer;
  if (validUntil === null || (time ?? now) <= validUntil) return null;
  const when = time === null ? 'the signature has no verified time' : `the signature is of ${time.toISOString()}`;
  const message = `the signer ${name} counts until ${validUntil.toISOString()}, and ${when}`;
  return { code: 'policy/signer', message };
}
