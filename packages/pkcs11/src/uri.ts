import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { aString, checkArgument } from '@model-signing/x509/options';
import { invalidUri, type PathName, parseUriAttributes, type QueryName } from './uri-attributes.ts';

const objectTypes = ['private', 'public', 'cert', 'secret-key', 'data'] as const;

/** The kinds of objects that a URI can name. */
export type Pkcs11ObjectType = (typeof objectTypes)[number];

/**
 * What a URI by RFC 7512 says about a module, a token and a key. What it does not say is null, and fits everything. Texts are
 * percent-decoded and untrusted: escape them before printing.
 */
export interface Pkcs11Uri {
  readonly token: string | null;
  readonly serial: string | null;
  readonly manufacturer: string | null;
  readonly model: string | null;
  readonly slotId: bigint | null;
  readonly slotDescription: string | null;
  readonly slotManufacturer: string | null;
  readonly libraryManufacturer: string | null;
  readonly libraryDescription: string | null;
  readonly libraryVersion: LibraryVersion | null;
  /** The label of the key. */
  readonly object: string | null;
  readonly id: Uint8Array | null;
  readonly type: Pkcs11ObjectType | null;
  /** An absolute path: of the module, or of the folder in which `moduleName` is. */
  readonly modulePath: string | null;
  /** The name of the module's file without `lib` and without its ending. */
  readonly moduleName: string | null;
  /** The absolute path of a file with the PIN. */
  readonly pinFile: string | null;
  /** A secret: other users of the machine could have read it. It is not enumerable, so that no log and no JSON has it. */
  readonly pinValue: string | null;
}

interface LibraryVersion {
  readonly major: number;
  readonly minor: number;
}

/**
 * Reads a PKCS #11 URI (RFC 7512). It refuses what could make the URI fit other keys than the caller means: attributes that are
 * misspelt, unknown, in the wrong part or given twice.
 * @throws {KeyError} `key/reference-invalid`, with a message that shows no value of the URI, since each could be a PIN
 *
 * @example
 * const { token, id, pinValue } = parsePkcs11Uri('pkcs11:token=release;id=%01');
 */
export function parsePkcs11Uri(uri: string): Pkcs11Uri {
  checkArgument('the PKCS #11 URI', uri, aString);
  const { path: pathPart, query } = parseUriAttributes(uri);
  const inPath = (name: PathName) => textOf(name, pathPart.get(name));
  const inQuery = (name: QueryName) => textOf(name, query.get(name));
  const [pinSource, pinValue] = [inQuery('pin-source'), inQuery('pin-value')];
  if (pinSource !== null && pinValue !== null) throw invalidUri('has both pin-source and pin-value');
  if (pinValue === '') throw invalidUri('has an empty pin-value');
  const parsed = {
    token: inPath('token'),
    serial: inPath('serial'),
    manufacturer: inPath('manufacturer'),
    model: inPath('model'),
    slotId: parseSlotId(inPath('slot-id')),
    slotDescription: inPath('slot-description'),
    slotManufacturer: inPath('slot-manufacturer'),
    libraryManufacturer: inPath('library-manufacturer'),
    libraryDescription: inPath('library-description'),
    libraryVersion: parseLibraryVersion(inPath('library-version')),
    object: inPath('object'),
    id: pathPart.get('id') ?? null,
    type: parseType(inPath('type')),
    modulePath: parseModulePath(inQuery('module-path')),
    moduleName: parseModuleName(inQuery('module-name')),
    pinFile: parsePinSource(pinSource),
  };
  return Object.defineProperty(parsed, 'pinValue', { value: pinValue }) as Pkcs11Uri;
}

function textOf(name: string, value: Uint8Array | undefined): string | null {
  if (value === undefined) return null;
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(value);
  } catch {
    throw invalidUri(`has bytes that are not UTF-8 in the attribute ${name}`);
  }
  if (text.includes('\0')) throw invalidUri(`has a NUL in the attribute ${name}`);
  return text;
}

function parseSlotId(text: string | null): bigint | null {
  if (text === null) return null;
  const slotId = /^\d{1,20}$/.test(text) ? BigInt(text) : null;
  if (slotId === null || slotId >= 2n ** 64n) throw invalidUri('has a slot-id that is no decimal number of 64 bits');
  return slotId;
}

function parseLibraryVersion(text: string | null): LibraryVersion | null {
  if (text === null) return null;
  const [, major, minor] = /^(\d{1,3})(?:\.(\d{1,3}))?$/.exec(text) ?? [];
  const version = { major: Number(major), minor: Number(minor ?? 0) };
  if (major === undefined || version.major > 255 || version.minor > 255) {
    throw invalidUri('has a library-version that is not MAJOR or MAJOR.MINOR');
  }
  return version;
}

function parseType(text: string | null): Pkcs11ObjectType | null {
  if (text === null) return null;
  const type = objectTypes.find((each) => each === text);
  if (type === undefined) throw invalidUri(`has a type that is none of ${objectTypes.join(', ')}`);
  return type;
}

function parseModulePath(text: string | null): string | null {
  if (text !== null && !path.isAbsolute(text)) throw invalidUri('has a module-path that is not absolute');
  return text;
}

function parseModuleName(text: string | null): string | null {
  if (text !== null && !/^[\w+-][\w.+-]{0,127}$/.test(text)) {
    throw invalidUri('has a module-name that is not the name of a module; give the path of its file as module-path');
  }
  return text;
}

/** RFC 7512 also knows `|PROGRAM`, by which the author of a URI could run a program. */
function parsePinSource(text: string | null): string | null {
  if (text === null) return null;
  if (text.startsWith('|')) throw invalidUri('has a pin-source that is a program; write the PIN into a file');
  if (path.isAbsolute(text)) return text;
  const file = /^file:(?:\/\/(?:localhost)?)?(?=\/(?!\/))/i.test(text) ? filePath(text) : null;
  if (file === null) throw invalidUri('has a pin-source that is neither an absolute path nor file:/PATH');
  return file;
}

function filePath(uri: string): string | null {
  try {
    const url = new URL(uri);
    return url.search === '' && url.hash === '' ? fileURLToPath(url) : null;
  } catch {
    return null;
  }
}
