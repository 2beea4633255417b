import { printable, quote, type SignerIdentity } from '@model-signing/core';
import { timeText } from './text.ts';

/** The signer in words, as the rest of a sentence that begins with "signed by". */
export function signerWords(signer: SignerIdentity): string {
  if (signer.method === 'key')
    return `the owner of the key that you chose (${signer.curve}, fingerprint ${signer.hint})`;
  if (signer.method === 'sigstore') return `${quote(signer.identity)}, logged in at ${quote(signer.issuer)}`;
  // The package for certificates escapes quotes in names.
  return `the owner of the certificate "${signer.subject}", issued by "${signer.issuer}"`;
}

/** When it was signed, and how that is known. */
export function timeWords(signer: SignerIdentity): string {
  if (signer.method === 'key') return 'unknown: a signature with a key states no time';
  if (signer.method === 'sigstore') return `${timeText(signer.signedAt)}, by a log or a timestamp that was verified`;
  const at = timeText(signer.verifiedAt);
  return {
    timestamp: `${at}, by a timestamp that was verified`,
    clock: `unknown: there is no timestamp that you trust. The certificates are valid now, at ${at} by the clock of this machine`,
    caller: `unknown: the certificates were valid at ${at}, the time that was asked for`,
  }[signer.timeFrom];
}

/** The certificates from the signer's to one that the user trusts, in words. */
export function pathWords(signer: SignerIdentity): readonly string[] {
  if (signer.method !== 'certificate') return [];
  return signer.path.map(({ subject, fingerprint }) => printable(`"${subject}", fingerprint ${fingerprint}`));
}

/** From when to when the certificate is valid; null for other methods. */
export function validityWords(signer: SignerIdentity): string | null {
  if (signer.method !== 'certificate') return null;
  return `${timeText(signer.validFrom)} to ${timeText(signer.validTo)}`;
}
