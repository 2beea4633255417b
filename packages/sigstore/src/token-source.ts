import { OmsError } from '@model-signing/core';
import { loadAmbientToken } from '#platform';
import type { LoginOptions } from './login.ts';

/** Where an identity token comes from. */
export type TokenSource =
  | { readonly token: string }
  | {
      /** From a CI system or an environment variable. */
      readonly ambient: true;
    }
  | {
      /** From a person who signs in with a browser. */
      readonly login: LoginOptions;
      readonly clientSecret?: string | undefined;
    };

/** The client ID that Sigstore's token issuers expect. */
export const DEFAULT_CLIENT_ID = 'sigstore';

interface TokenRequest {
  /** The issuer at which a person signs in. */
  readonly issuer: string | null;
  readonly clientId: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Gets an identity token without checking it.
 * @throws {OmsError} `signer/token-missing`, `signer/login-failed`, `signer/service-failed`
 */
export async function obtainToken(source: TokenSource, { issuer, clientId, signal }: TokenRequest): Promise<string> {
  if ('token' in source) return source.token;
  if ('ambient' in source) return (await loadAmbientToken()).ambientToken(clientId);
  if (issuer === null) {
    throw new OmsError('signer/token-missing', 'the signing configuration names no issuer of tokens to sign in at');
  }
  const { login } = await import('./login.ts');
  return login({ ...source.login, issuer, clientId, clientSecret: source.clientSecret, signal });
}
