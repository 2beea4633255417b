import { isDeepStrictEqual } from 'node:util';
import { type Pkcs11Uri, parsePkcs11Uri } from '../../../packages/pkcs11/src/uri.ts';
import { formatUri } from '../../../packages/pkcs11/src/uri-choice.ts';
import { mutateString } from '../mutate/json.ts';
import type { Random } from '../random.ts';
import { accepted, refusalBy, type Target, type Verdict, WrongVerdict } from '../target.ts';

/** URIs of keys in tokens, compared with a reader of a few lines that is written apart from ours. */
export function pkcs11UriTarget(): Target {
  return {
    name: 'pkcs11-uri',
    description: 'URIs of keys in tokens (RFC 7512), compared with a second reader; no message holds a PIN',
    seeds: () => seeds.map((seed) => Buffer.from(seed)),
    generate: (random) => Buffer.from(generate(random)),
    mutate: (input, random) => Buffer.from(mutateString(Buffer.from(input).toString(), random)),
    check: (input) => check(Buffer.from(input).toString()),
  };
}

const PIN = 'PIN-8642-PIN';

const seeds: readonly string[] = [
  'pkcs11:',
  'pkcs11:token=The%20Software%20PKCS%2311%20Softtoken;manufacturer=Snake%20Oil,%20Inc.;model=1.0;object=my-key;type=private;id=%69%95%3E;serial=?pin-source=file:/etc/token_pin',
  'pkcs11:slot-id=18446744073709551615;slot-description=Sun%20Metaslot;slot-manufacturer=a',
  'pkcs11:library-manufacturer=a;library-description=b;library-version=1.23',
  `pkcs11:token=a?module-path=/usr/lib/a.so&module-name=b&pin-value=${PIN}`,
  `PKCS11:object=%C3%A1;id=abc?x-vendor=1&pin-value=${PIN}`,
];

const names = [
  ...['token', 'serial', 'manufacturer', 'model', 'slot-id', 'slot-description', 'slot-manufacturer', 'object', 'id'],
  ...['library-manufacturer', 'library-description', 'library-version', 'type', 'module-path', 'module-name'],
  ...['pin-source', 'pin-value', 'x-vendor', 'Token', '__proto__', ''],
];

const values = [
  ...['', 'a', '%20', '%', '%zz', '%00', '%ff', '%C3%A1', 'á', '+', '=', '1', '1.23', '18446744073709551616', '-1'],
  ...['private', 'public', 'cert', '/a', 'a/b', '..', 'file:/a', 'file:///a%2520b', 'file://h/a', '|/bin/a', PIN],
  ...['a'.repeat(5000), '\ud800', '\u202e', '\n'],
];

function generate(random: Random): string {
  const attributes = (most: number) =>
    Array.from({ length: random.small(most) }, () => `${random.pick(names)}=${random.pick(values)}`);
  const query = attributes(4).join('&');
  return `pkcs11:${attributes(6).join(random.chance(0.9) ? ';' : '&')}${random.chance(0.6) ? `?${query}` : ''}`;
}

function check(uri: string): Verdict {
  let parsed: Pkcs11Uri;
  try {
    parsed = parsePkcs11Uri(uri);
  } catch (error) {
    if (uri.includes(PIN) && String(error).includes(PIN)) throw new WrongVerdict('a message holds a PIN');
    return refusalBy(error);
  }
  const expected = readPlainly(uri);
  for (const [name, value] of Object.entries(textsOf(parsed))) {
    if (value !== (expected.get(name) ?? null)) throw new WrongVerdict(`${name} was read as ${JSON.stringify(value)}`);
  }
  const isOnce = parsed.pinValue === PIN && uri.split(PIN).length === 2;
  if (isOnce && JSON.stringify({ ...parsed, slotId: null }).includes(PIN)) throw new WrongVerdict('JSON holds a PIN');
  checkWritten(parsed);
  return accepted(
    Object.keys(textsOf(parsed))
      .filter((name) => expected.has(name))
      .join(' '),
  );
}

/** Attributes whose values are texts as they were decoded. */
function textsOf(uri: Pkcs11Uri): Readonly<Record<string, string | null>> {
  return {
    token: uri.token,
    serial: uri.serial,
    manufacturer: uri.manufacturer,
    model: uri.model,
    'slot-description': uri.slotDescription,
    'slot-manufacturer': uri.slotManufacturer,
    'library-manufacturer': uri.libraryManufacturer,
    'library-description': uri.libraryDescription,
    object: uri.object,
    type: uri.type,
    'module-path': uri.modulePath,
    'module-name': uri.moduleName,
    'pin-value': uri.pinValue,
    id: uri.id === null ? null : Buffer.from(uri.id).toString('latin1'),
  };
}

/** Every attribute in its part, decoded by the decoder of the language; what is accepted has none of them twice. */
function readPlainly(uri: string): Map<string, string> {
  const [, path = '', query = ''] = /^pkcs11:([^?]*)(?:\?(.*))?$/is.exec(uri) ?? [];
  const pairs = [...path.split(';'), ...query.split('&')].filter((each) => each !== '' && !each.startsWith('x-'));
  const found = new Map<string, string>();
  for (const pair of pairs) {
    const [name = '', ...rest] = pair.split('=');
    if (found.has(name)) throw new WrongVerdict(`the attribute ${name} was accepted twice`);
    found.set(name, name === 'id' ? octets(rest.join('=')) : decodeURIComponent(rest.join('=')));
  }
  return found;
}

const octets = (text: string) =>
  Buffer.from(text, 'utf8')
    .toString('latin1')
    .replace(/%(..)/gs, (_all, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)));

/** A URI that was written for a user names the same token and key again. */
function checkWritten({ token, serial, id, object }: Pkcs11Uri): void {
  const named = { token: token || null, serial: serial || null, id: id?.length ? id : null, object: object || null };
  const choice = Object.fromEntries(Object.entries(named).filter(([, value]) => value !== null));
  if ((id?.length ?? 0) > 64) return;
  const again = parsePkcs11Uri(formatUri(choice));
  const same = { token: again.token, serial: again.serial, id: again.id, object: again.object };
  if (!isDeepStrictEqual(same, named)) throw new WrongVerdict('a URI that was written names another key');
}
