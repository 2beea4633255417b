import { quote, type SignerIdentity } from '@model-signing/core';

/** The signer, in a line for people. */
export function signerLine(signer: SignerIdentity): string {
  if (signer.method === 'key') {
    const { curve, hint, timestampedAt } = signer;
    const stamped = timestampedAt === undefined ? '' : `, timestamped ${timestampedAt}`;
    const what = curve === 'ml-dsa-65' ? 'key for ML-DSA-65' : `key on ${curve}`;
    return `${what} with hint ${hint}${stamped}${loggedText(signer)}`;
  }
  if (signer.method === 'sigstore') {
    return `${quote(signer.identity)}, as ${quote(signer.issuer)} vouched on ${signer.signedAt}`;
  }
  const { subject, issuer, verifiedAt, timeFrom } = signer;
  const when = { timestamp: `timestamped ${verifiedAt}`, caller: `as of ${verifiedAt}`, clock: null }[timeFrom];
  // x509 escapes quotes in names.
  return `"${subject}", issued by "${issuer}"${when === null ? '' : `, ${when}`}${loggedText(signer)}`;
}

function loggedText({ loggedAt }: { readonly loggedAt?: string }): string {
  return loggedAt === undefined ? '' : `, in a log since ${loggedAt}`;
}
