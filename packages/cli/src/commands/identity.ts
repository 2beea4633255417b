import type { SignerIdentity } from '@model-signing/core';

/** Who signed, in a line for a person. */
export function signerLine(signer: SignerIdentity): string {
  return `key on ${signer.curve} with hint ${signer.hint}`;
}
