import { quote, type SignerIdentity } from '@model-signing/core';

/** Who signed, in a line for a person. */
export function signerLine(signer: SignerIdentity): string {
  if (signer.method === 'sigstore')
    return `${quote(signer.identity)}, as ${quote(signer.issuer)} vouched on ${signer.signedAt}`;
  return `key on ${signer.curve} with hint ${signer.hint}`;
}
