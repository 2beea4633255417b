import { OmsError, quote } from '@model-signing/core';

/** A checked identity token. */
export interface IdentityToken {
  /** The token itself: a secret while it is valid. */
  readonly raw: string;
  /** What the signer signs to prove possession of its key: the email address, or else the subject. */
  readonly subject: string;
}

/** Characters of a token; some services issue large ones. */
const MAX_LENGTH = 64 * 1024;

/** How far the clock of the issuer may be ahead, in seconds. */
const CLOCK_SKEW = 60;

/**
 * Checks a token before it is sent anywhere: its form, its audience and its validity now. The certificate authority checks
 * its signature. Messages quote nothing of it but the audience.
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
    throw invalid(`it is not valid before ${iso(claims.nbf)}, so one of the clocks is wrong`);
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

/** Keeps a byte order mark, which JSON does not allow. */
const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Decodes one part of a token; null if it is malformed. An error would quote the token. */
function decoded(part: string): Readonly<Record<string, unknown>> | null {
  try {
    const value: unknown = JSON.parse(strictUtf8.decode(fromBase64Url(part)));
    return typeof value === 'object' && !Array.isArray(value) ? (value as Record<string, unknown> | null) : null;
  } catch {
    return null;
  }
}

function fromBase64Url(text: string): Uint8Array {
  return Uint8Array.from(atob(text.replaceAll('-', '+').replaceAll('_', '/')), (character) => character.charCodeAt(0));
}

/** Returns the name that the authority certifies: a verified email address, or else the subject. */
function subjectOf({ email, email_verified: verified, sub }: Readonly<Record<string, unknown>>): string {
  if (email !== undefined && email !== '') {
    if (typeof email !== 'string' || (verified !== true && verified !== 'true')) {
      throw invalid('its issuer has not verified the email address in it');
    }
    return email;
  }
  if (typeof sub !== 'string' || sub === '') throw invalid('it has no subject');
  return sub;
}

function checkAudience(found: unknown, audience: string): void {
  const audiences = Array.isArray(found) ? found : [found];
  if (audiences.includes(audience)) return;
  const names = audiences.filter((name) => typeof name === 'string').slice(0, 3);
  throw new OmsError(
    'signer/token-audience',
    `the identity token is for ${names.map((name) => quote(name)).join(', ') || 'no audience'}, and must be for ${quote(audience)}`,
  );
}

function invalid(why: string): OmsError {
  return new OmsError('signer/token-invalid', `the identity token cannot be used: ${why}`);
}

function iso(seconds: number): string {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? 'an impossible time' : date.toISOString();
}
