import { quote } from '@model-signing/core';
import type { ExplainedSigner, ExplainedText } from '@model-signing/policy';
import { listed } from '../output.ts';

/** A signer of a policy, in a line for people. */
export function policySignerText(signer: ExplainedSigner): string {
  const { validUntil, revokedFrom, sameAs } = signer;
  return [
    whoOf(signer),
    ...(validUntil === null ? [] : [`until ${validUntil}`]),
    ...(revokedFrom === null ? [] : [`REVOKED from ${revokedFrom}`]),
    ...(sameAs.length === 0 ? [] : [`the same signer as ${listed(sameAs)}`]),
  ].join(', ');
}

function whoOf(signer: ExplainedSigner): string {
  if (signer.method === 'key') return `key with hint ${signer.fingerprint}`;
  if (signer.method === 'certificate') return certificateText(signer);
  const where = signer.trustedRoot === null ? '' : `, by the trust root with SHA-256 ${signer.trustedRoot}`;
  return `${expectedText(signer.identity)}, as ${quote(signer.issuer ?? '')} vouches${where}`;
}

function certificateText({ identity, subject, fingerprint, trusted, timestampRoots }: ExplainedSigner): string {
  const parts = [
    ...(identity === null ? [] : [`for ${expectedText(identity)}`]),
    ...(subject === null ? [] : [`with the subject ${expectedText(subject)}`]),
    ...(fingerprint === null ? [] : [`with fingerprint ${fingerprint}`]),
  ];
  const which = parts.length === 0 ? 'ANY certificate' : `certificate ${parts.join(', ')}`;
  // x509 escapes quotes in names.
  const names = (list: ExplainedSigner['trusted']) => list.map((one) => `"${one.subject}"`).join(', ');
  const times = timestampRoots.length === 0 ? '' : `, timestamped by ${names(timestampRoots)}`;
  return `${which}, issued below ${names(trusted)}${times}`;
}

function expectedText(expected: ExplainedText | null): string {
  if (expected === null) return 'anyone';
  return 'exact' in expected ? quote(expected.exact) : `whatever matches ${quote(expected.pattern)}`;
}
