import { createHash, createPublicKey, type KeyObject, sign } from 'node:crypto';

/** The client identifier of Sigstore's tools, and the audience of its tokens. */
export const CLIENT_ID = 'sigstore';

/** The claims of an identity token that callers choose. */
export interface TokenRequest {
  readonly issuer: string;
  readonly email: string;
  readonly audience?: string;
  readonly nonce?: string;
  /** Seconds from now until it expires; negative for a token that has expired. */
  readonly lifetime?: number;
}

/** Seconds. */
const LIFETIME = 300;

const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Makes an identity token for a person. */
export function mintToken(key: KeyObject, request: TokenRequest): string {
  const { issuer, email, audience = CLIENT_ID, nonce, lifetime = LIFETIME } = request;
  const sub = createHash('sha256').update(email).digest('hex').slice(0, 20);
  const named = { sub, email, email_verified: true, ...(nonce === undefined ? {} : { nonce }) };
  return signToken(key, { iss: issuer, aud: audience, lifetime, ...named });
}

/** Makes an identity token for a job, which has the claims that the job has. */
export function mintJobToken(key: KeyObject, issuer: string, audience: string, claims: object): string {
  return signToken(key, { ...claims, iss: issuer, aud: audience, lifetime: LIFETIME });
}

/** A token with these claims and its times, signed on P-256 with the private key of the issuer. */
function signToken(
  key: KeyObject,
  { lifetime, ...claims }: { readonly lifetime: number; readonly [claim: string]: unknown },
): string {
  const now = Math.floor(Date.now() / 1000);
  const all = { ...claims, iat: Math.min(now, now + lifetime - 1), exp: now + lifetime };
  const signed = `${encode({ alg: 'ES256', typ: 'JWT', kid: keyId(key) })}.${encode(all)}`;
  const signature = sign('sha256', Buffer.from(signed), { key, dsaEncoding: 'ieee-p1363' });
  return `${signed}.${signature.toString('base64url')}`;
}

/** The public key, as a set of JSON Web Keys. */
export function keySet(key: KeyObject) {
  const jwk = createPublicKey(key).export({ format: 'jwk' });
  return { keys: [{ ...jwk, kid: keyId(key), use: 'sig', alg: 'ES256' }] };
}

function keyId(key: KeyObject): string {
  const spki = createPublicKey(key).export({ type: 'spki', format: 'der' });
  return createHash('sha256').update(spki).digest('hex').slice(0, 16);
}
