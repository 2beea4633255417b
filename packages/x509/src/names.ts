import { toHex, toLatin1 } from '#platform';
import {
  context,
  DerError,
  type Element,
  elementsOf,
  Fields,
  oidOf,
  parseElement,
  someElementsOf,
  Tag,
} from './der.ts';
import { X509Error } from './errors.ts';
import { printable, shorten } from './text.ts';

/** A distinguished name. */
export interface DistinguishedName {
  readonly raw: Uint8Array;
  /** Equal for names that differ only in the type of a string, the case of ASCII letters, or white space. */
  readonly canonical: string;
  /** One line, escaped for printing, such as `C=DE, O=Example, CN=Signer`, in the order of the certificate. */
  readonly text: string;
  readonly parts: readonly RelativeName[];
}

/** A relative distinguished name, nearly always a single attribute. */
export interface RelativeName {
  readonly canonical: string;
  /** Equal for all names that could be read as the same: compatibility forms and letter case of every script are folded. */
  readonly caseFolded: string;
  readonly attributes: readonly { readonly type: string; readonly value: string | null }[];
}

/** One of the forms of a `GeneralName`. */
export type GeneralName =
  | { readonly form: 'email' | 'dns' | 'uri'; readonly value: string }
  | { readonly form: 'ip'; readonly value: Uint8Array }
  | { readonly form: 'directory'; readonly value: DistinguishedName }
  | { readonly form: 'other'; readonly type: string; readonly value: Uint8Array }
  | { readonly form: 'x400' | 'edi' | 'registered-id'; readonly value: Uint8Array };

const attributeNames: Readonly<Record<string, string>> = {
  '2.5.4.3': 'CN',
  '2.5.4.5': 'serialNumber',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '0.9.2342.19200300.100.1.1': 'UID',
  '0.9.2342.19200300.100.1.25': 'DC',
  '1.2.840.113549.1.9.1': 'emailAddress',
};

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** Decoders of the string types. A value of another type has no text. */
const decoders: Readonly<Record<number, (body: Uint8Array) => string>> = {
  [Tag.utf8String]: decodeUtf8,
  18: decodeAscii, // NumericString
  19: decodeAscii, // PrintableString
  20: toLatin1, // TeletexString, in practice Latin-1
  22: decodeAscii, // IA5String
  26: decodeAscii, // VisibleString
  28: decodeUniversal,
  30: decodeBmp,
};

function decodeUtf8(body: Uint8Array): string {
  try {
    return strictUtf8.decode(body);
  } catch {
    throw new DerError('it has a UTF8String that is not UTF-8');
  }
}

function decodeAscii(body: Uint8Array): string {
  if (!body.every((byte) => byte < 0x80))
    throw new DerError('it has a string with a character that its type does not allow');
  return toLatin1(body);
}

function decodeBmp(body: Uint8Array): string {
  if (body.length % 2 !== 0) throw new DerError('it has a BMPString that is not DER');
  const units = view(body);
  let text = '';
  for (let i = 0; i < body.length; i += 2) text += String.fromCharCode(units.getUint16(i));
  if (!text.isWellFormed()) throw new DerError('it has a BMPString with an unpaired surrogate');
  return text;
}

function decodeUniversal(body: Uint8Array): string {
  if (body.length % 4 !== 0) throw new DerError('it has a UniversalString that is not DER');
  const points = view(body);
  let text = '';
  for (let i = 0; i < body.length; i += 4) {
    const point = points.getUint32(i);
    if (point > 0x10ffff || (point >= 0xd800 && point <= 0xdfff)) {
      throw new DerError('it has a UniversalString with a character that does not exist');
    }
    text += String.fromCodePoint(point);
  }
  return text;
}

function view({ buffer, byteOffset, length }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, length);
}

/**
 * Decodes one DER string of any ASN.1 string type.
 * @throws {X509Error} `malformed`
 */
export function parseDerString(der: Uint8Array): string {
  if (!(der instanceof Uint8Array)) throw new TypeError('a DER string must be given as a Uint8Array');
  try {
    const [element, ...others] = elementsOf(der);
    const text = element && others.length === 0 ? decoders[element.tag]?.(element.body) : undefined;
    if (text === undefined) throw new DerError('it is not exactly one string');
    return text;
  } catch (error) {
    if (!(error instanceof DerError)) throw error;
    throw new X509Error('malformed', `the text is malformed: ${error.message}`, { cause: error });
  }
}

/** Lowers ASCII letters only: RFC 5280 compares letters of other scripts exactly. */
export function lowerAscii(text: string): string {
  return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** Trims and collapses white space, like OpenSSL's canonical form. */
function canonicalText(text: string): string {
  return lowerAscii(
    text
      .split(/[\t\n\v\f\r ]/)
      .filter(Boolean)
      .join(' '),
  );
}

export function parseName(element: Element): DistinguishedName {
  if (element.tag !== Tag.sequence) throw new DerError('it has a name that is not a SEQUENCE');
  const parts = elementsOf(element.body).map(parseRelativeName);
  const text = parts.map(({ attributes }) => attributes.map(attributeText).join('+')).join(', ');
  return {
    raw: element.raw,
    canonical: parts.map((part) => part.canonical).join('/'),
    text: shorten(text, 500) || '(no name)',
    parts,
  };
}

function parseRelativeName(set: Element): RelativeName {
  if (set.tag !== Tag.set) throw new DerError('it has a name with a part that is not a SET');
  const keys: string[] = [];
  const attributes = someElementsOf(set.body).map((element) => {
    const fields = Fields.of(element);
    const type = oidOf(fields.take(Tag.oid));
    const value = fields.takeAny();
    fields.end();
    const text = decoders[value.tag]?.(value.body) ?? null;
    keys.push(JSON.stringify([type, text === null ? toHex(value.raw) : `=${canonicalText(text)}`]));
    return { type, value: text };
  });
  const canonical = keys.sort().join('+');
  return { canonical, caseFolded: canonical.normalize('NFKC').toLowerCase(), attributes };
}

function attributeText({ type, value }: { type: string; value: string | null }): string {
  return `${attributeNames[type] ?? type}=${value === null ? '#' : printable(value, ',+="\\<>;')}`;
}

/** Parses a `GeneralName`. Its text forms must be ASCII. */
export function parseGeneralName(element: Element): GeneralName {
  const { tag, body } = element;
  switch (tag) {
    case context(0): {
      const fields = new Fields(body);
      const type = oidOf(fields.take(Tag.oid));
      const value = fields.take(context(0)).body;
      fields.end();
      return { form: 'other', type, value };
    }
    case context(1, false):
      return { form: 'email', value: decodeAscii(body) };
    case context(2, false):
      return { form: 'dns', value: decodeAscii(body) };
    case context(3):
      return { form: 'x400', value: body };
    case context(4):
      return { form: 'directory', value: parseName(parseElement(body, Tag.sequence)) };
    case context(5):
      return { form: 'edi', value: body };
    case context(6, false):
      return { form: 'uri', value: decodeAscii(body) };
    case context(7, false):
      return { form: 'ip', value: body };
    case context(8, false):
      return { form: 'registered-id', value: body };
    default:
      throw new DerError('it has a general name of a form that does not exist');
  }
}
