import { open } from 'node:fs/promises';
import { quote } from '@model-signing/core';
import { KeyError } from '@model-signing/keys';
import type { Token } from './token.ts';
import type { Pkcs11Uri } from './uri.ts';

/** A token that wants a PIN. Its texts are untrusted: escape them before printing. */
export interface Pkcs11Token {
  readonly label: string;
  readonly serial: string;
  readonly manufacturer: string;
  readonly model: string;
  /** Whether the next wrong PIN locks the token. */
  readonly isFinalTry: boolean;
}

/** Returns the PIN of a token: text, or its UTF-8. Null if there is none. */
export type AskPin = (token: Pkcs11Token) => Promise<string | Uint8Array | null>;

/** Bytes of a PIN. */
const MAX_PIN_BYTES = 1024;

/**
 * The PIN that the URI holds or names, or else what `ask` returns. What cannot be a PIN is refused here, since a try would count.
 * @throws {KeyError} `key/pin-missing`, `key/pin-wrong`, `key/reference-invalid`
 */
export async function pinFor(
  token: Token,
  uri: Pkcs11Uri,
  ask: AskPin | undefined,
  isFinalTry: boolean,
): Promise<string> {
  if (uri.pinFile !== null) return checked(await pinInFile(uri.pinFile), token);
  return checked(uri.pinValue ?? (await askedPin(token, ask, isFinalTry)), token);
}

/** @throws {KeyError} `key/pin-wrong` for a PIN that was read from the wrong place, or with the end of a line */
function checked(pin: string, { shown }: Token): string {
  const refuse = (problem: string) => new KeyError('key/pin-wrong', `${shown}: the PIN ${problem}; it was not tried`);
  if (Buffer.byteLength(pin) > MAX_PIN_BYTES) throw refuse(`has more than ${MAX_PIN_BYTES} bytes`);
  if (/[\r\n]/.test(pin)) throw refuse('has a line break');
  if (/[\p{Cc}\ufeff]/u.test(pin)) throw refuse('has a character that cannot be typed');
  return pin;
}

async function askedPin(token: Token, ask: AskPin | undefined, isFinalTry: boolean): Promise<string> {
  const { label, serial, manufacturer, model, shown } = token;
  const given = (await ask?.({ label, serial, manufacturer, model, isFinalTry })) ?? null;
  if (given !== null && typeof given !== 'string' && !(given instanceof Uint8Array)) {
    throw new TypeError('the option pin must return a string, a Uint8Array or null');
  }
  if (given === null || given.length === 0) throw missing(`${shown} wants a PIN, and none was given`);
  return typeof given === 'string' ? given : pinText(given);
}

const missing = (problem: string) =>
  new KeyError('key/pin-missing', `${problem}; pin-source=file:/PATH in the URI names a file that holds it`);

async function pinInFile(file: string): Promise<string> {
  const octets = await readStart(file);
  if (octets.length > MAX_PIN_BYTES) {
    throw new KeyError('key/pin-wrong', `the PIN file ${quote(file)} has more than ${MAX_PIN_BYTES} bytes`);
  }
  const pin = withoutLineEnd(pinText(octets)).replace(/^\ufeff/, '');
  octets.fill(0);
  if (pin === '') throw new KeyError('key/pin-missing', `the PIN file ${quote(file)} is empty`);
  if (/[\r\n]/.test(pin)) throw new KeyError('key/pin-wrong', `the PIN file ${quote(file)} has more than one line`);
  return pin;
}

/** At most one byte more than a PIN may have, from a file, a pipe or a device. */
async function readStart(file: string): Promise<Buffer> {
  const octets = Buffer.alloc(MAX_PIN_BYTES + 1);
  let length = 0;
  try {
    await using handle = await open(file, 'r');
    while (length < octets.length) {
      const { bytesRead } = await handle.read(octets, length, octets.length - length);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    throw new KeyError('key/pin-missing', `the PIN file ${quote(file)} cannot be read (${code})`, { cause: error });
  }
  return octets.subarray(0, length);
}

/** Editors and `echo` end a file with a line break, which no PIN has. Some editors begin it with a byte order mark. */
const withoutLineEnd = (text: string) => text.replace(/\r?\n$/, '');

function pinText(octets: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(octets);
  } catch {
    throw new KeyError('key/pin-wrong', 'the PIN is not UTF-8');
  }
}
