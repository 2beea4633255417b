import { redact } from '@model-signing/core';
import { memberOf, objectOf, parseAnswer } from './answer-json.ts';
import { KeyError } from './key-error.ts';
import type { CallLimits } from './options.ts';
import { MAX_ANSWER_BYTES } from './plugin-process.ts';
import { fromBase64 } from './served-key.ts';

/** The methods of the protocol that are used, and the member of a response that holds their result. */
const resultOf = { publicKey: 'publicKeyPEM', signMessage: 'signature' } as const;

export type PluginMethod = keyof typeof resultOf;

/** The characters that a message shows of one by a plugin. */
const MAX_SHOWN = 1000;

/**
 * Reads the response of a plugin to a method: the bytes of the public key in PEM, or of the signature. Members of later versions of
 * the protocol are ignored, as in Sigstore.
 * @param holder what names the plugin in a message
 * @param environment the variables that the plugin got; its words may repeat what is secret in them
 * @throws {KeyError} `key/refused`, `key/response-invalid`
 */
export function parsePluginAnswer(
  bytes: Uint8Array,
  method: PluginMethod,
  holder: string,
  environment: CallLimits['environment'],
): Uint8Array {
  const answer = parseAnswer(bytes, holder, MAX_ANSWER_BYTES);
  const problem = memberOf(answer, 'errorMessage') ?? '';
  if (typeof problem !== 'string') throw invalid(`${holder}: errorMessage is not a string`);
  if (problem !== '')
    throw new KeyError('key/refused', `${holder}: ${redact(problem, secretsIn(environment), MAX_SHOWN)}`);
  const name = resultOf[method];
  const result = fromBase64(memberOf(objectOf(memberOf(answer, method)), name));
  if (result === null || result.length === 0) {
    throw invalid(`the response of ${holder} has no ${method}.${name} in Base64`);
  }
  return result;
}

function invalid(message: string): KeyError {
  return new KeyError('key/response-invalid', message);
}

const SECRET_VARIABLE = /(?:TOKEN|SECRET|PASSWORD|PASSPHRASE|PASSWD|(?:^|_)PIN|(?:API|ACCESS|PRIVATE)_?KEY)$/i;

/** Shorter values would be found in any text. */
const MIN_SECRET = 4;

/** The values of variables whose names say that they are secret, and not that they name a file. */
function secretsIn(environment: CallLimits['environment']): string[] {
  return Object.entries(environment).flatMap(([name, value = '']) => {
    return SECRET_VARIABLE.test(name) && value.length >= MIN_SECRET && !value.startsWith('/') ? [value] : [];
  });
}
