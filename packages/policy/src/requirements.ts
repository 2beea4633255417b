import { type ErrorCode, quote, type SignedManifest, type Verification, type Warning } from '@model-signing/core';
import type { Acceptance } from './acceptance.ts';
import type { PolicyRequirements } from './policy.ts';
import type { PolicyErrorCode } from './policy-error-code.ts';

/** Why a signature does not count. */
export interface Failure {
  readonly code: PolicyErrorCode;
  readonly message: string;
}

/** Warnings that tell of a form from before version 1.0 (OMS-HIST-5). */
const historical: ReadonlySet<ErrorCode> = new Set([
  'signer/historical-key',
  'signer/historical-certificate',
  'envelope/historical-form',
  'manifest/single-file-name',
]);

/** The root digests by which a model is known: in a draft that of version 1.0 too. */
export function rootDigestsOf({ rootDigest, publishedRootDigest }: SignedManifest['manifest']): readonly string[] {
  return publishedRootDigest === undefined ? [rootDigest] : [publishedRootDigest, rootDigest];
}

/** Checks what a rule requires of what was signed, by each of its signers. */
export function checkSigned({ manifest, warnings }: SignedManifest, require: PolicyRequirements): Failure | null {
  const { hashAlgorithms, rootDigests } = require;
  const { serialization, rootDigest } = manifest;
  if (hashAlgorithms !== null && !hashAlgorithms.includes(serialization.hashType)) {
    return unmet('hashAlgorithms', `it uses ${serialization.hashType}, not ${hashAlgorithms.join(' or ')}`);
  }
  if (rootDigests !== null && !rootDigestsOf(manifest).some((digest) => rootDigests.includes(digest))) {
    return unmet('rootDigests', `its root digest is ${rootDigest}, which is not in the list`);
  }
  return checkWarnings(warnings, require);
}

/** Checks what a rule requires of a signature, at the time and with the warnings of one signer who accepts it. */
export function checkAcceptance({ time, warnings }: Acceptance, require: PolicyRequirements): Failure | null {
  const { timestamp, signedAfter, signedBefore } = require;
  if (timestamp === 'required' && time === null) return unmet('timestamp', 'it has no verified time');
  if (signedAfter !== null && (time === null || time < signedAfter)) {
    return unmet('signedAfter', `it was ${signedAt(time)}, and not at or after ${signedAfter.toISOString()}`);
  }
  if (signedBefore !== null && (time === null || time >= signedBefore)) {
    return unmet('signedBefore', `it was ${signedAt(time)}, and not before ${signedBefore.toISOString()}`);
  }
  return checkWarnings(
    warnings.map(([code, message]) => ({ code, message })),
    require,
  );
}

/** Checks what a rule requires of the comparison with the model. */
export function checkCompared({ listing, warnings }: Verification, require: PolicyRequirements): Failure | null {
  if (require.unsignedFiles === 'refuse' && listing !== 'complete') {
    return unmet('unsignedFiles', 'the model may have files that its source cannot list');
  }
  return checkWarnings(warnings, require);
}

function checkWarnings(
  warnings: readonly Pick<Warning, 'code' | 'message'>[],
  { historicalFormats, strict }: PolicyRequirements,
): Failure | null {
  const old = historicalFormats ? undefined : warnings.find(({ code }) => historical.has(code));
  if (old) return unmet('historicalFormats', old.message);
  const [first] = warnings;
  return strict && first ? unmet('strict', `${first.message} [${first.code}]`) : null;
}

function signedAt(time: Date | null): string {
  return time === null ? 'signed at no verified time' : `signed at ${time.toISOString()}`;
}

/** @param member of the rule's requirements */
export function unmet(member: keyof PolicyRequirements, why: string): Failure {
  return { code: 'policy/requirement', message: `it does not meet ${quote(member)}: ${why}` };
}
