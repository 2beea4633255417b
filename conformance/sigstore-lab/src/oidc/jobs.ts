import type { KeyObject } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { sendJson } from '../http.ts';
import { mintJobToken } from './tokens.ts';

/** The issuer of tokens for jobs, beside the one for people. */
export function jobIssuer(issuer: string): string {
  return `${issuer}/jobs`;
}

/** What a job shows to get a token: what it is, which this issuer believes, as it believes people their address. */
export function jobSecret(claims: object): string {
  return Buffer.from(JSON.stringify(claims)).toString('base64url');
}

/** The variables by which a job on GitHub gets a token from this issuer. */
export function jobVariables(issuer: string, claims: object) {
  return {
    ACTIONS_ID_TOKEN_REQUEST_URL: `${jobIssuer(issuer)}/token?api-version=2.0`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: jobSecret(claims),
  };
}

/** Gives a job a token for an audience, as the issuer of GitHub does. */
export function sendJobToken(
  { headers, url = '' }: IncomingMessage,
  response: ServerResponse,
  { issuer, key }: { readonly issuer: string; readonly key: KeyObject },
): void {
  const claims = claimsIn(headers.authorization ?? '');
  const audience = new URL(url, issuer).searchParams.get('audience') ?? issuer;
  if (claims === null) sendJson(response, 401, { message: 'the secret of a job is required' });
  else sendJson(response, 200, { value: mintJobToken(key, jobIssuer(issuer), audience, claims) });
}

function claimsIn(authorization: string): object | null {
  const [, secret] = /^Bearer ([\w-]+)$/i.exec(authorization) ?? [];
  try {
    return secret === undefined ? null : JSON.parse(Buffer.from(secret, 'base64url').toString());
  } catch {
    return null;
  }
}
