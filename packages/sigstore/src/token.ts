import { OmsError, quote } from '@model-signing/core';

/** An identity token that may be used now. */
export interface IdentityToken {
  /** The token itself: a secret while it is valid. */
  readonly raw: string;
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
  checkSubject(claims);
  checkAudience(claims.aud, audience);
  const seconds = now / 1000;
  if (typeof claims.exp !== 'number') throw invalid('it does not say when it expires');
  if (claims.exp <= seconds) {
    throw new OmsError('signer/token-expired', `the identity token expired at ${iso(claims.exp)}: get a new one`);
  }
  if (typeof claims.nbf === 'number' && claims.nbf > seconds + CLOCK_SKEW) {
    throw invalid(`it is valid from ${iso(claims.nbf)} on, so that a clock must be wrong`);
  }
  return { raw: raw.trim() };
}

function claimsOf(raw: string): Readonly<Record<string, unknown>> {
  if (raw.length > MAX_LENGTH) throw invalid(`it has more than ${MAX_LENGTH} characters`);
  const parts = raw.split('.');
  if (parts.length !== 3 || !parts.every((part) => /^[A-Za-z0-9_-]+$/.test(part))) {
    throw invalid('it is not a signed JSON Web Token');
  }
  let claims: unknown;
  try {
    claims = JSON.parse(Buffer.from(parts[1] as string, 'base64url').toString('utf8'));
  } catch {
    claims = null; // the error would quote the token
  }
  if (typeof claims !== 'object' || claims === null || Array.isArray(claims)) throw invalid('its claims are not JSON');
  return claims as Record<string, unknown>;
}

/** The authority certifies a verified address, or else the subject. */
function checkSubject({ email, email_verified: verified, sub }: Readonly<Record<string, unknown>>): void {
  if (email !== undefined && email !== '') {
    if (typeof email !== 'string' || (verified !== true && verified !== 'true')) {
      throw invalid('its issuer has not verified the address that it names');
    }
  } else if (typeof sub !== 'string' || sub === '') {
    throw invalid('it names nobody');
  }
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
