import { OmsError, quote } from '@model-signing/core';

/** An identity token that may be used now. */
export interface IdentityToken {
  /** The token itself: a secret while it is valid. */
  readonly raw: string;
  /** What the certificate authority has signed to see that the key is there: the address, or else the subject. */
  readonly subject: string;
}

/** Tokens of some services are large, and none is this large. */
const MAX_LENGTH = 64 * 1024;

/** How far the clock of whoever issued a token may be ahead, in seconds. */
const CLOCK_SKEW = 60;

/**
 * Checks what can be known of a token before it is sent anywhere: its form, whom it is for, and whether it is valid now. Its
 * signature is for the certificate authority to check. No message holds any of it but the audience.
 * @throws {OmsError} `signer/token-invalid`, `signer/token-audience`, `signer/token-expired`
 */
export function checkToken(raw: string, audience: string, now = Date.now()): IdentityToken {
  const claims = claimsOf(raw.trim());
  if (typeof claims.iss !== 'string') throw invalid('it does not say who issued it');
  const subject = subjectOf(claims);
  checkAudience(claims.aud, audience);
  const seconds = now / 1000;
  if (typeof claims.exp !== 'number') throw invalid('it does not say when it expires');
  if (claims.exp <= seconds) {
    throw new OmsError('signer/token-expired', `the identity token expired at ${iso(claims.exp)}: get a new one`);
  }
  if (typeof claims.nbf === 'number' && claims.nbf > seconds + CLOCK_SKEW) {
    throw invalid(`it is valid from ${iso(claims.nbf)} on, so that a clock must be wrong`);
  }
  return { raw: raw.trim(), subject };
}

function claimsOf(raw: string): Readonly<Record<string, unknown>> {
  if (raw.length > MAX_LENGTH) throw invalid(`it has more than ${MAX_LENGTH} characters`);
  const parts = raw.split('.');
  if (parts.length !== 3 || !parts.every((part) => /^[A-Za-z0-9_-]+$/.test(part))) {
    throw invalid('it is not a signed JSON Web Token');
  }
  const [header, claims] = parts.map(decoded);
  if (typeof header?.alg !== 'string' || header.alg.toLowerCase() === 'none') {
    throw invalid('it is not a signed JSON Web Token');
  }
  if (!claims) throw invalid('its claims are not JSON');
  return claims;
}

/** One part of a token, or null. No error, which would quote the token. */
function decoded(part: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return typeof value === 'object' && !Array.isArray(value) ? (value as Record<string, unknown> | null) : null;
  } catch {
    return null;
  }
}

/** The authority certifies a verified address, or else the subject. */
function subjectOf({ email, email_verified: verified, sub }: Readonly<Record<string, unknown>>): string {
  if (email !== undefined && email !== '') {
    if (typeof email !== 'string' || (verified !== true && verified !== 'true')) {
      throw invalid('its issuer has not verified the address that it names');
    }
    return email;
  }
  if (typeof sub !== 'string' || sub === '') throw invalid('it names nobody');
  return sub;
}

function checkAudience(found: unknown, audience: string): void {
  const audiences = Array.isArray(found) ? found : [found];
  if (audiences.includes(audience)) return;
  const names = audiences.filter((name) => typeof name === 'string').slice(0, 3);
  throw new OmsError(
    'signer/token-audience',
    `the identity token is for ${names.map(quote).join(', ') || 'nobody'}, and must be for ${quote(audience)}`,
  );
}

function invalid(why: string): OmsError {
  return new OmsError('signer/token-invalid', `the identity token cannot be used: ${why}`);
}

function iso(seconds: number): string {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? 'an impossible time' : date.toISOString();
}
