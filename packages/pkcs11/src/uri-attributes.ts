import { quote } from '@model-signing/core';
import { KeyError } from '@model-signing/keys';

/** UTF-16 code units of a URI. */
const MAX_URI_LENGTH = 8192;

const SCHEME = /^pkcs11:/i;

const pathNames = [
  'token',
  'serial',
  'manufacturer',
  'model',
  'slot-id',
  'slot-description',
  'slot-manufacturer',
  'library-manufacturer',
  'library-description',
  'library-version',
  'object',
  'id',
  'type',
] as const;

const queryNames = ['module-path', 'module-name', 'pin-source', 'pin-value'] as const;

export type PathName = (typeof pathNames)[number];
export type QueryName = (typeof queryNames)[number];

/** The attributes of a URI, percent-decoded, each of which is given at most once. */
export interface UriAttributes {
  readonly path: ReadonlyMap<PathName, Uint8Array>;
  readonly query: ReadonlyMap<QueryName, Uint8Array>;
}

/** No message has a value, because a PIN may stand in the place of any attribute. */
export const invalidUri = (problem: string) => new KeyError('key/reference-invalid', `the PKCS #11 URI ${problem}`);

/**
 * Splits a URI into its attributes. RFC 7512 would have unknown attributes of the query ignored; here only those are whose name
 * begins with `x-`, because a misspelt one would leave the module or the PIN to chance.
 * @throws {KeyError} `key/reference-invalid`
 */
export function parseUriAttributes(uri: string): UriAttributes {
  if (!SCHEME.test(uri)) throw new KeyError('key/reference-invalid', 'a PKCS #11 URI begins with pkcs11:');
  if (uri.length > MAX_URI_LENGTH) throw invalidUri(`has more than ${MAX_URI_LENGTH} characters`);
  if (!uri.isWellFormed()) throw invalidUri('has half of a surrogate pair');
  const rest = uri.slice('pkcs11:'.length);
  if (hasControl(rest)) throw invalidUri('has a control character; write it as % and two hexadecimal digits');
  if (rest.includes('#')) throw invalidUri('has a #, which it must have as %23');
  const question = rest.indexOf('?');
  const [path, query] = question === -1 ? [rest, null] : [rest.slice(0, question), rest.slice(question + 1)];
  return {
    path: parsePart(path, { part: 'path', separator: ';', names: pathNames, others: queryNames }),
    query: parsePart(query ?? '', { part: 'query', separator: '&', names: queryNames, others: pathNames }),
  };
}

const hasControl = (text: string) => /\p{Cc}/u.test(text);

interface Part<Name extends string> {
  readonly part: 'path' | 'query';
  readonly separator: string;
  readonly names: readonly Name[];
  /** The names of the other part. */
  readonly others: readonly string[];
}

function parsePart<Name extends string>(text: string, part: Part<Name>): Map<Name, Uint8Array> {
  const found = new Map<Name, Uint8Array>();
  if (text === '') return found;
  for (const [i, attribute] of text.split(part.separator).entries()) {
    const at = attribute.indexOf('=');
    const where = `attribute ${i + 1} of its ${part.part}`;
    if (at < 1) throw invalidUri(`has no NAME=VALUE as ${where}`);
    const name = attribute.slice(0, at);
    if (!/^[\w-]{1,64}$/.test(name)) throw invalidUri(`has an impossible name for ${where}`);
    if (part.part === 'query' && name.startsWith('x-')) continue;
    if (!isOneOf(name, part.names)) throw unknownName(name, part);
    if (found.has(name)) throw invalidUri(`has the attribute ${name} twice`);
    found.set(name, percentDecoded(name, attribute.slice(at + 1)));
  }
  return found;
}

const isOneOf = <Name extends string>(name: string, names: readonly Name[]): name is Name =>
  names.includes(name as Name);

function unknownName(name: string, { part, names, others }: Part<string>): KeyError {
  if (others.includes(name)) {
    const place =
      part === 'path' ? 'after a ?, where & separates attributes' : 'before the ?, where ; separates attributes';
    return invalidUri(`has the attribute ${name} in the wrong place: it belongs ${place}`);
  }
  return invalidUri(`has an unknown attribute ${quote(name)} in its ${part}; there are ${names.join(', ')}`);
}

/** Decodes to bytes: what is not percent-encoded counts as UTF-8, and `+` is no space. */
function percentDecoded(name: string, value: string): Uint8Array {
  if (/%(?![0-9a-f]{2})/i.test(value)) {
    throw invalidUri(`has a % without two hexadecimal digits in the attribute ${name}; write a % as %25`);
  }
  const octets = Buffer.from(value, 'utf8');
  const decoded: number[] = [];
  for (let i = 0; i < octets.length; i += 1) {
    if (octets[i] !== 0x25) decoded.push(octets[i] as number);
    else {
      decoded.push(Number.parseInt(octets.toString('latin1', i + 1, i + 3), 16));
      i += 2;
    }
  }
  return Uint8Array.from(decoded);
}
