import { redact } from '@model-signing/core';
import { memberOf, objectOf, parseAnswer } from './answer-json.ts';
import { KeyError, type KeyErrorCode } from './key-error.ts';
import { fromBase64, readServedKey } from './served-key.ts';

/** A key with many versions has one public key for each of them. */
export const MAX_KEY_BYTES = 1_048_576;
export const MAX_SIGNATURE_BYTES = 65_536;

/** The types of keys that can sign models, and their curves. */
const curves = new Map([
  ['ecdsa-p256', 'P-256'],
  ['ecdsa-p384', 'P-384'],
  ['ecdsa-p521', 'P-521'],
]);

/** The characters that a message shows of one by a service. */
const MAX_SHOWN = 500;

/** A response, and what is needed to say what is wrong with it. */
export interface TransitAnswer {
  readonly status: number;
  readonly body: Uint8Array;
  /** What names the service and the key, to begin a message. */
  readonly holder: string;
  /** What may not be in a message, although the service sends it back. */
  readonly secrets: readonly string[];
}

/**
 * Reads what the transit engine says of a key: the public key of one version, and which version it is.
 * @param wanted null for the latest one
 * @throws {KeyError} `key/not-found`, `key/unsupported`, `key/unauthorized`, `key/unreachable`, `key/refused`, `key/response-invalid`
 */
export function parseTransitKey(answer: TransitAnswer, wanted: number | null) {
  const { holder } = answer;
  const data = dataOf(answer, MAX_KEY_BYTES);
  // Such a key still shows its versions, signs nothing, and must not vouch for a signature either.
  if (memberOf(data, 'soft_deleted') === true) throw new KeyError('key/refused', `${holder} is deleted (soft_deleted)`);
  const type = memberOf(data, 'type');
  if (typeof type !== 'string') throw invalid(`${holder}: the response names no type of key`);
  const curve = curves.get(type);
  if (curve === undefined) {
    const message = `${holder} is of the type ${redact(type, answer.secrets, 60)}, which cannot sign models: one of ${[...curves.keys()].join(', ')} can`;
    throw new KeyError('key/unsupported', message);
  }
  const keys = objectOf(memberOf(data, 'keys'));
  const latest = memberOf(data, 'latest_version');
  if (keys === null || !isVersion(latest)) throw invalid(`${holder}: the response has no versions of the key`);
  const version = wanted ?? latest;
  const found = objectOf(memberOf(keys, String(version)));
  if (found === null) throw noVersion(holder, version, Object.keys(keys));
  const pem = memberOf(found, 'public_key');
  if (typeof pem !== 'string') throw invalid(`${holder}: version ${version} has no public key`);
  const key = readServedKey(pem, `${holder}, version ${version},`);
  if (key.curve !== curve) throw invalid(`${holder} is of the type ${type}, and its public key is on ${key.curve}`);
  return { key, version };
}

/**
 * Reads the signature that the transit engine made with one version of a key.
 * @returns the signature in ASN.1 DER, which is not verified yet
 * @throws {KeyError} `key/not-found`, `key/unauthorized`, `key/unreachable`, `key/refused`, `key/response-invalid`
 */
export function parseTransitSignature(answer: TransitAnswer, version: number): Uint8Array {
  const { holder, secrets } = answer;
  const text = memberOf(dataOf(answer, MAX_SIGNATURE_BYTES), 'signature');
  const [service, signedWith = '', base64, ...more] = typeof text === 'string' ? text.split(':', 4) : [];
  if (service !== 'vault' || more.length > 0) throw invalid(`${holder}: the response has no signature`);
  if (signedWith !== `v${version}`) {
    const found = redact(signedWith.replace(/^v/, ''), secrets, 20);
    throw invalid(`${holder} signed with version ${found} of the key, not with version ${version}, as it was asked to`);
  }
  const signature = fromBase64(base64);
  if (signature === null || signature.length === 0) throw invalid(`${holder}: the signature is not in Base64`);
  return signature;
}

/** The member `data` of a response that is no refusal. */
function dataOf(answer: TransitAnswer, maxBytes: number) {
  if (answer.status !== 200) throw refusalOf(answer);
  const data = objectOf(memberOf(parseAnswer(answer.body, answer.holder, maxBytes), 'data'));
  if (data === null) throw invalid(`${answer.holder}: the response has no data`);
  return data;
}

function refusalOf({ status, body, holder, secrets }: TransitAnswer): KeyError {
  const words = wordsOf(body);
  const said = words === '' ? '' : `: ${redact(words, secrets, MAX_SHOWN)}`;
  const [code, what] = meaningOf(status, words);
  return new KeyError(code, `${holder}: ${what} (status ${status})${said}`);
}

function meaningOf(status: number, words: string): readonly [KeyErrorCode, string] {
  if (status === 401 || status === 403) {
    return ['key/unauthorized', 'the token is not accepted: it is wrong, expired or revoked, or may not use this key'];
  }
  if (status === 404) return ['key/not-found', 'there is no such key'];
  if (status >= 300 && status < 400) {
    return [
      'key/response-invalid',
      'it redirects to another address, which is not followed, since the token is secret',
    ];
  }
  if (status === 503) return ['key/unreachable', 'the service is sealed or not available'];
  // OpenBao says so to a version that may not sign, among others.
  if (status === 500 && words !== '' && !/^internal error$/i.test(words)) return ['key/refused', 'it is refused'];
  if (status === 429 || status >= 500) return ['key/unreachable', 'the service failed'];
  return status >= 400 ? ['key/refused', 'it is refused'] : ['key/response-invalid', 'the response is not one to this'];
}

/** What the service says of a failure. Whatever is not in the usual form is left out. */
function wordsOf(body: Uint8Array): string {
  try {
    const errors = memberOf(parseAnswer(body, '', MAX_SIGNATURE_BYTES), 'errors');
    const texts = Array.isArray(errors) ? errors.filter((each) => typeof each === 'string') : [];
    // A list of errors comes as several lines.
    return texts.map((text) => text.replaceAll(/\s+/g, ' ').trim()).join('; ');
  } catch {
    return '';
  }
}

function isVersion(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 1;
}

/** The versions that a message names. */
const MAX_VERSIONS = 20;

function noVersion(holder: string, version: number, all: readonly string[]): KeyError {
  const choices = all.filter((each) => /^\d{1,9}$/.test(each)).slice(-MAX_VERSIONS);
  const there = choices.length === 0 ? '' : `: there is ${choices.join(', ')}`;
  return new KeyError('key/not-found', `${holder} has no version ${version}${there}`, { choices });
}

function invalid(message: string): KeyError {
  return new KeyError('key/response-invalid', message);
}
