import { OmsError } from '@model-signing/core';
import { aString, onlyTrue, withFunctions } from '@model-signing/x509/options';
import { loadAmbientToken } from '#platform';
import { checkChoice } from './choice.ts';
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

/** What there is to choose from, and the options of each choice. */
const choices = {
  token: { token: aString },
  ambient: { ambient: onlyTrue },
  login: { login: withFunctions(['show'], ['readCode']), clientSecret: aString },
};

/** @throws {TypeError} for a source that is none */
export function checkTokenSource(source: TokenSource): TokenSource {
  return checkChoice(source, choices, 'token');
}

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
  if ('ambient' in source) return (await loadAmbientToken()).ambientToken(clientId, undefined, signal);
  if (issuer === null) {
    throw new OmsError('signer/token-missing', 'the signing configuration names no issuer of tokens to sign in at');
  }
  const { login } = await import('./login.ts');
  const person = source.login;
  const show = person.show.bind(person);
  const readCode = person.readCode?.bind(person);
  return login({ show, readCode, issuer, clientId, clientSecret: source.clientSecret, signal });
}
