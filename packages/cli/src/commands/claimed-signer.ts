import { quote, type VerificationMaterial } from '@model-signing/core';
import { printableName } from '../printable.ts';
import { type SignerClaims, signerClaims, timestampTimes } from './claims.ts';

interface Names {
  /** The `--identity` and `--identity-provider` that would verify; null unless the method is `sigstore`. */
  readonly identity: string | null;
  readonly identityProvider: string | null;
}

/** What a bundle claims about its signer, with the names to verify it with. Nothing is verified. */
export type Claims = SignerClaims & Names & { readonly timestampedAt: readonly string[] };

/** Reads what a bundle claims about its signer. */
export async function claimsOf(method: SignerClaims['method'], material: VerificationMaterial): Promise<Claims> {
  return {
    ...(await signerClaims(method, material)),
    ...(await namesInCertificate(method, material)),
    timestampedAt: await timestampTimes(material),
  };
}

async function namesInCertificate(method: SignerClaims['method'], material: VerificationMaterial): Promise<Names> {
  if (method !== 'sigstore') return { identity: null, identityProvider: null };
  const names = (await import('@model-signing/sigstore')).claimedSigner(material);
  return { identity: names?.identity ?? null, identityProvider: names?.issuer ?? null };
}

/** The claimed signer, in labelled lines for people. */
export function describeSigner({
  method,
  keyHint,
  certificates,
  identity,
  identityProvider,
}: Claims): [string, string][] {
  if (method === null) return [['signed by', 'not named']];
  if (method === 'key')
    return [['signed by', keyHint === null ? 'a key without a hint' : `key with hint ${printableName(keyHint)}`]];
  const [leaf, ...others] = certificates;
  const name = identity ? quote(identity) : (leaf?.subjectAltName ?? quoted(leaf?.subject));
  return [
    ['signed by', `${name ?? 'a certificate that cannot be read'} (method ${method})`],
    ...(identityProvider ? [['provider', quote(identityProvider)] satisfies [string, string]] : []),
    ...(leaf?.issuer ? [['issued by', quoted(leaf.issuer)] satisfies [string, string]] : []),
    ...(leaf?.validFrom ? [['valid', `${leaf.validFrom} to ${leaf.validTo}`] satisfies [string, string]] : []),
    ...others.map(({ subject }): [string, string] => ['beside it', quoted(subject) ?? 'cannot be read']),
  ];
}

/** The name in a certificate, in quotes. It was escaped when the certificate was parsed, quotes too. */
function quoted<Name extends string | null | undefined>(name: Name): Name extends string ? string : string | null {
  return (name ? `"${name}"` : null) as Name extends string ? string : string | null;
}

/** The claimed time of signing, for people. */
export function describeTime({ method, loggedAt, timestampedAt, timestamps }: Claims): string {
  if (loggedAt.length > 0) return `${loggedAt.join(', ')} (by a transparency log)`;
  if (timestampedAt.length > 0) return `${timestampedAt.join(', ')} (by a timestamp)`;
  if (timestamps > 0) return 'in a timestamp that cannot be read';
  return method === 'key' ? 'unknown: a signature with a key states no time' : 'unknown: no log entry and no timestamp';
}
