import { createHash } from 'node:crypto';
import type { ExplainedCertificate, ExplainedSigner, ExplainedText } from '@model-signing/policy';
import { whole, wholeList } from '../policy-text.ts';

/** A signer of a policy, in a line for people that has everything which decides whether a signature is by it. */
export function policySignerText(signer: ExplainedSigner): string {
  const { validUntil, revokedFrom, sameAs } = signer;
  return [
    whoOf(signer),
    ...(validUntil === null ? [] : [`until ${validUntil}`]),
    ...(revokedFrom === null ? [] : [`REVOKED from ${revokedFrom}`]),
    ...(sameAs.length === 0 ? [] : [`the same signer as ${wholeList(sameAs)}`]),
  ].join(', ');
}

/** What a signature is recognised by. */
export function whoOf(signer: ExplainedSigner): string {
  if (signer.method === 'key') return `key with hint ${signer.fingerprint}${timesText(signer)}`;
  if (signer.method === 'certificate') return certificateText(signer);
  const where = signer.trustedRoot === null ? '' : `, by the trust root with SHA-256 ${signer.trustedRoot}`;
  return `${expectedText(signer.identity)}, as ${whole(signer.issuer ?? '')} vouches${where}`;
}

function certificateText({ identity, subject, fingerprint, trusted, timestampRoots }: ExplainedSigner): string {
  const parts = [
    ...(identity === null ? [] : [`for ${expectedText(identity)}`]),
    ...(subject === null ? [] : [`with the subject ${expectedText(subject)}`]),
    ...(fingerprint === null ? [] : [`with fingerprint ${fingerprint}`]),
  ];
  const which = parts.length === 0 ? 'ANY certificate' : `certificate ${parts.join(', ')}`;
  return `${which}, issued below ${certificates(trusted)}${timesText({ timestampRoots })}`;
}

function timesText({ timestampRoots }: Pick<ExplainedSigner, 'timestampRoots'>): string {
  return timestampRoots.length === 0 ? '' : `, timestamped by ${certificates(timestampRoots)}`;
}

/** How many certificates are written out. */
const MAX_CERTIFICATES = 5;

/** Their names can be chosen by anyone: the fingerprints tell which they are. */
function certificates(list: readonly ExplainedCertificate[]): string {
  // x509 escapes quotes in names.
  const shown = list
    .slice(0, MAX_CERTIFICATES)
    .map(({ subject, fingerprint }) => `"${subject}" with fingerprint ${fingerprint}`);
  if (list.length <= MAX_CERTIFICATES) return shown.join(' or ');
  const digest = createHash('sha256')
    .update(list.map(({ fingerprint }) => `${fingerprint}\n`).join(''))
    .digest('hex');
  const rest = `${list.length - MAX_CERTIFICATES} more (--json lists all; one a line, the fingerprints have the SHA-256 ${digest})`;
  return `${shown.join(' or ')} or ${rest}`;
}

function expectedText(expected: ExplainedText | null): string {
  if (expected === null) return 'anyone';
  return 'exact' in expected ? whole(expected.exact) : `whatever matches ${whole(expected.pattern)}`;
}
