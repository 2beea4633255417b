import type { SignerIdentity } from '@model-signing/core';

/** The name of a signer for a policy, from what identifies it. */
export function signerName(signer: SignerIdentity, taken: ReadonlySet<string>): string {
  const base = slug(textOf(signer)) || 'signer';
  let name = base;
  for (let number = 2; taken.has(name); number++) name = `${base}-${number}`;
  return name;
}

function textOf(signer: SignerIdentity): string {
  if (signer.method === 'key') return `key-${signer.hint.slice(0, 12)}`;
  if (signer.method === 'sigstore') return signer.identity;
  return signer.subjectAltNames[0] ?? signer.subject;
}

/** Names of signers have at most 63 characters, of which a number may be added. */
const MAX_NAME = 56;

function slug(text: string): string {
  return text
    .toLowerCase()
    .replace(/^https?:\/\//, '')
    .replaceAll(/[^a-z0-9._]+/g, '-')
    .replace(/^[^a-z0-9]+/, '')
    .slice(0, MAX_NAME)
    .replace(/[^a-z0-9]+$/, '');
}
