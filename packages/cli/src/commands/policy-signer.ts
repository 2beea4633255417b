import { createHash } from 'node:crypto';
import { quote } from '@model-signing/core';
import type { ExpectedText, PolicySigner } from '@model-signing/policy';

/** A signer of a policy, for results in JSON. */
export function policySignerFields(signer: PolicySigner) {
  const { name, method, description, validUntil } = signer;
  const common = { name, method, description, validUntil: validUntil?.toISOString() ?? null };
  if (signer.method === 'key') return { ...common, fingerprint: signer.fingerprint };
  if (signer.method === 'sigstore') {
    const { issuer, identity, trustedRoot } = signer;
    return { ...common, issuer, identity: expectedFields(identity), trustedRoot: digestOf(trustedRoot) };
  }
  const { identity, subject, fingerprint, trusted, timestampRoots } = signer;
  return {
    ...common,
    identity: identity && expectedFields(identity),
    subject: subject && expectedFields(subject),
    fingerprint,
    trusted: trusted.map(digestOf),
    timestampRoots: timestampRoots.map(digestOf),
  };
}

function expectedFields({ kind, text }: ExpectedText) {
  return kind === 'exact' ? { exact: text } : { pattern: text };
}

function digestOf<T extends string | Uint8Array | null>(content: T): T extends null ? null : string {
  const digest = content === null ? null : createHash('sha256').update(content).digest('hex');
  return digest as T extends null ? null : string;
}

/** A signer of a policy, in a line for people. */
export function policySignerText(signer: PolicySigner): string {
  const until = signer.validUntil === null ? '' : `, until ${signer.validUntil.toISOString()}`;
  return whoOf(signer) + until;
}

function whoOf(signer: PolicySigner): string {
  if (signer.method === 'key') return `key with hint ${signer.fingerprint}`;
  if (signer.method === 'sigstore') {
    const where = signer.trustedRoot === null ? '' : ', of an instance with a trust root of its own';
    return `${expectedText(signer.identity)}, as ${quote(signer.issuer)} vouches${where}`;
  }
  const { identity, subject, fingerprint, trusted, timestampRoots } = signer;
  const parts = [
    ...(identity === null ? [] : [`for ${expectedText(identity)}`]),
    ...(subject === null ? [] : [`with the subject ${expectedText(subject)}`]),
    ...(fingerprint === null ? [] : [`with fingerprint ${fingerprint}`]),
  ];
  const which = parts.length === 0 ? 'any certificate' : `certificate ${parts.join(', ')}`;
  const files = (count: number) => `${count} ${count === 1 ? 'text' : 'texts'} of trusted certificates`;
  const times = timestampRoots.length === 0 ? ', and no timestamps' : '';
  return `${which}, by ${files(trusted.length)}${times}`;
}

function expectedText({ kind, text }: ExpectedText): string {
  return kind === 'exact' ? quote(text) : `whatever matches ${quote(text)}`;
}
