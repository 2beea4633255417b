import { type BundleClaims, quote, type SubjectClaims, type VerificationMaterial } from '@model-signing/core';
import { formatCount } from '../sizes.ts';
import type { SignerClaims } from './claims.ts';

const MAX_SHOWN = 20;

/** The signing method whose material a bundle of another kind has. */
export function claimedMethod(material: VerificationMaterial): SignerClaims['method'] {
  if (material.publicKey) return 'key';
  if (!material.certificate && !material.x509CertificateChain) return null;
  return (material.tlogEntries ?? []).length > 0 ? 'sigstore' : 'certificate';
}

function kindOf({ statement, message }: BundleClaims): 'attestation' | 'envelope' | 'message-signature' {
  if (message !== null) return 'message-signature';
  return statement === null ? 'envelope' : 'attestation';
}

/** What a bundle that is no signature of a model claims, for JSON. */
export function otherFields(claims: BundleClaims, signer: SignerClaims): Record<string, unknown> {
  const { mediaType, payloadType, signatures, statement, message } = claims;
  return { kind: kindOf(claims), signer, mediaType, payloadType, signatures, statement, message };
}

/** What a bundle that is no signature of a model claims, for people. */
export function otherRows(claims: BundleClaims): [string, string][] {
  const { mediaType, payloadType, statement, message } = claims;
  const rows: [string, string][] = [['kind', `${kindOf(claims)}, not the signature of a model`]];
  if (mediaType !== null) rows.push(['media', quote(mediaType)]);
  if (payloadType !== null) rows.push(['payload', quote(payloadType)]);
  if (message !== null) rows.push(['message', `${quote(message.algorithm)} ${quote(message.digest)}`]);
  if (statement === null) return rows;
  const { type, predicateType, subjects, subjectCount } = statement;
  rows.push(['statement', type === null ? 'no type' : quote(type)]);
  rows.push(['predicate', predicateType === null ? 'no type' : quote(predicateType)]);
  rows.push(['content', formatCount(subjectCount, 'subject')]);
  for (const subject of subjects.slice(0, MAX_SHOWN)) rows.push(['subject', describeSubject(subject)]);
  if (subjectCount > MAX_SHOWN)
    rows.push(['subject', `and ${subjectCount - MAX_SHOWN} more (--json lists up to 1,000)`]);
  return rows;
}

function describeSubject({ name, digests }: SubjectClaims): string {
  const shown = digests.slice(0, 4).map(({ algorithm, digest }) => `${quote(algorithm)} ${quote(digest)}`);
  return [name === null ? 'not named' : quote(name), ...shown].join(', ');
}
