import type { KeyError, KeyErrorCode } from '@model-signing/keys';
import type { Call } from './hints.ts';
import { shellWord } from './shell-words.ts';
import { didYouMean } from './suggestions.ts';

/** Where a key is, by how its reference begins; null if the call names several kinds, or none. */
type Place = 'token' | 'transit' | 'plugin' | null;

type Hint = string | ((error: KeyError, place: Place, reference: string) => string | null | false);

const inToken =
  (text: string): Hint =>
  (_, place) =>
    place === 'token' && text;

const inTransit =
  (text: string): Hint =>
  (_, place) =>
    place === 'transit' && text;

/** What a user can do about a key that could not be used, by the code of its error. */
const hints: Partial<Record<KeyErrorCode, readonly Hint[]>> = {
  'key/reference-invalid': [
    inToken('a key in a token is named as in pkcs11:token=NAME;object=KEY, by RFC 7512'),
    (_, place) =>
      place !== 'token' &&
      'a key is a PEM file, pkcs11:…, openbao://KEY, hashivault://KEY, or NAME://… for the program sigstore-kms-NAME',
  ],
  'key/not-found': [
    (_, place, reference) => place === 'token' && hintOfId(reference),
    inToken('pkcs11-tool --list-token-slots and pkcs11-tool --list-objects list what the module and the token have'),
    inTransit('the key is one of the transit engine: bao list transit/keys lists those that there are'),
  ],
  'key/ambiguous': [
    ({ choices }, place) => {
      // Objects with the same names have the same URI, which chooses none of them.
      const words = [...new Set(choices)].map(shellWord).filter((word) => word !== null);
      return place === 'token' && words.length > 1 && `name one of them: ${words.slice(0, MAX_CHOICES).join(' or ')}`;
    },
  ],
  'key/unsupported': ['the format knows keys for ECDSA on P-256, P-384 and P-521'],
  'key/pin-missing': ['give it with --pin-file FILE, with --pin-file - on standard input, or in MODEL_SIGNING_PIN'],
  'key/pin-wrong': ['a token locks after a few wrong PINs: make sure of it before you try again'],
  'key/pin-locked': ["the token's security officer can set a new PIN: pkcs11-tool --login --login-type so --init-pin"],
  'key/module-missing': [
    ({ message }, place) =>
      place === 'token' &&
      message.includes('@model-signing/pkcs11') &&
      (message.includes('in one file')
        ? 'use the command of the npm package @model-signing/cli with @model-signing/pkcs11 beside it'
        : 'npm install @model-signing/pkcs11 installs it; add --global if the command was installed so'),
    ({ message }, place) =>
      place === 'token' &&
      message.includes('PKCS #11 module') &&
      'the module comes with the token or its driver: name it in PKCS11_MODULE_PATH, or after ?module-path= in the URI',
    (_, place, reference) => place === 'plugin' && otherName(nameOf(reference)),
    (_, place, reference) =>
      place === 'plugin' &&
      `the program is looked for in the directories of PATH that are absolute: sigstore-kms-${nameOf(reference)}`,
  ],
  'key/unauthorized': [
    (_, place, reference) =>
      place === 'transit' &&
      `the token is that of ${variables(reference, 'TOKEN')}, else of the file ~/.vault-token: make a new one if it has expired`,
  ],
  'key/unreachable': [
    ({ message }, place, reference) =>
      place === 'transit' &&
      !VARIABLE.test(message) &&
      `the address of the service is that of ${variables(reference, 'ADDR')}: is it running there?`,
  ],
};

/** The most identifiers of keys that a hint lists. */
const MAX_CHOICES = 5;

/** Other tools show an ID in hexadecimal digits, which would be its bytes themselves in a URI. */
function hintOfId(uri: string): string | null {
  const [, digits = ''] = /^[^?]*[:;]id=((?:[0-9a-f]{2}){1,32})(?=[;?]|$)/i.exec(uri) ?? [];
  const octets = digits.match(/../g)?.map((octet) => `%${octet}`) ?? [];
  return octets.length === 0 ? null : `an ID in hexadecimal digits is written id=${octets.join('')}, not id=${digits}`;
}

function nameOf(reference: string): string {
  return reference.slice(0, reference.indexOf('://'));
}

/** The names of services that have one. */
const services = ['openbao', 'hashivault', 'awskms', 'gcpkms', 'azurekms'];

/** What a name without a plugin was probably meant to be. */
function otherName(name: string): string | null {
  if (services.includes(name)) return null;
  const longer = services.find((service) => name.length > 2 && service.includes(name));
  return longer === undefined ? didYouMean(name, services) : `did you mean ${longer}?`;
}

/** A message that names a variable says what to do about it. */
const VARIABLE = /\b(?:BAO|VAULT)_[A-Z]/;

/** The variables of a service, its own first. Each takes those of the other as well. */
function variables(reference: string, name: 'ADDR' | 'TOKEN'): string {
  const names = [`BAO_${name}`, `VAULT_${name}`];
  return (nameOf(reference) === 'openbao' ? names : names.reverse()).join(' or ');
}

/** The one reference of a call; empty if there are several. */
function referenceOf({ given, operand, known }: Call): string {
  const { key, pkcs11Uri } = given;
  const named = pkcs11Uri ?? (Array.isArray(key) && key.length === 1 ? key[0] : key);
  if (typeof named === 'string') return named;
  return known.has('key') || key !== undefined ? '' : operand;
}

function placeOf(reference: string): Place {
  if (/^pkcs11:/i.test(reference)) return 'token';
  if (/^(?:openbao|hashivault):\/\//.test(reference)) return 'transit';
  return /^[a-z][a-z0-9.-]*:\/\//.test(reference) ? 'plugin' : null;
}

/** The hints for a key that could not be used, one line each. */
export function keyHints(error: KeyError, call: Call | null): string[] {
  const reference = call === null ? '' : referenceOf(call);
  const place = placeOf(reference);
  return (hints[error.code] ?? []).flatMap(
    (hint) => (typeof hint === 'string' ? hint : hint(error, place, reference)) || [],
  );
}
