import { quote } from '@model-signing/core';
import { KeyError } from '@model-signing/keys';
import { CK, type Cryptoki, type TokenInfo } from './cryptoki.ts';
import { moduleRefusal, returnedCode } from './refusal.ts';
import { readUlong } from './ulong.ts';
import type { Pkcs11Uri } from './uri.ts';
import { type Choice, formatQuery, formatUri } from './uri-choice.ts';

/** A token that a URI fits. */
export interface Token {
  readonly slot: Buffer;
  readonly label: string;
  readonly serial: string;
  readonly manufacturer: string;
  readonly model: string;
  /** `CKF_…` of the token. */
  readonly flags: number;
  /** The part of the URI after `?`, without a PIN. */
  readonly query: string;
  /** For messages, escaped: `the token "release" (serial "4f2a")`. */
  readonly shown: string;
}

/** Slots with a token, of one module. */
const MAX_SLOTS = 1024;

/** Tokens that a message lists. */
const MAX_LISTED = 16;

/**
 * Finds the one initialized token that a URI fits.
 * @throws {KeyError} `key/not-found`, `key/ambiguous`, `key/refused`, `key/unreachable`, `key/response-invalid`
 */
export function findToken(cryptoki: Cryptoki, uri: Pkcs11Uri): Token {
  checkLibrary(cryptoki, uri);
  const all = slotsOf(cryptoki).flatMap((slot) => tokenIn(cryptoki, slot, formatQuery(uri)) ?? []);
  const fitting = all.filter((token) => fits(cryptoki, token, uri));
  const [token, ...others] = fitting;
  if (token === undefined) throw noToken(all, uri);
  if (others.length > 0) {
    throw new KeyError('key/ambiguous', `${fitting.length} tokens fit the PKCS #11 URI: ${list(fitting)}`, {
      choices: choicesOf(fitting, wantedOf(uri)),
    });
  }
  return token;
}

function noToken(all: readonly Token[], uri: Pkcs11Uri): KeyError {
  if (all.length === 0) {
    return new KeyError('key/not-found', 'the PKCS #11 module has no initialized token; is the token plugged in?');
  }
  const problem = `no token fits the PKCS #11 URI; the module has ${list(all)}`;
  return new KeyError('key/not-found', problem, { choices: choicesOf(all, wantedOf(uri)) });
}

function list(tokens: readonly Token[]): string {
  const shown = choicesOf(tokens).slice(0, MAX_LISTED);
  const rest = tokens.length - shown.length;
  return `${shown.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

/** URIs of the tokens, with what else was wanted; the slot only where nothing else tells two of them apart. */
function choicesOf(tokens: readonly Token[], wanted: Choice = {}): string[] {
  const uriOf = ({ label, serial }: Token, slotId?: bigint) => formatUri({ ...wanted, token: label, serial, slotId });
  const uris = tokens.map((token) => uriOf(token));
  return tokens.map((token, i) => {
    const uri = uris[i] as string;
    const isUnique = uris.indexOf(uri) === uris.lastIndexOf(uri);
    return isUnique ? uri : uriOf(token, readUlong(token.slot) ?? undefined);
  });
}

/** What a URI says about the key, and how it reaches it. */
function wantedOf(uri: Pkcs11Uri): Choice {
  return { id: uri.id ?? undefined, object: uri.object ?? undefined, query: formatQuery(uri) };
}

function slotsOf(cryptoki: Cryptoki): Buffer[] {
  let slots: Buffer[];
  try {
    slots = cryptoki.C_GetSlotList(true);
  } catch (error) {
    throw moduleRefusal('the PKCS #11 module lists no tokens', error);
  }
  if (slots.length > MAX_SLOTS) {
    throw new KeyError('key/response-invalid', `the PKCS #11 module lists more than ${MAX_SLOTS} tokens`);
  }
  return slots;
}

/** Null for a token that was removed meanwhile, is of an unknown kind or has not been initialized. */
function tokenIn(cryptoki: Cryptoki, slot: Buffer, query: string): Token | null {
  let info: TokenInfo;
  try {
    info = cryptoki.C_GetTokenInfo(slot);
  } catch (error) {
    if (returnedCode(error) !== null) return null;
    throw error;
  }
  if ((info.flags & CK.CKF_TOKEN_INITIALIZED) === 0) return null;
  const [label, serial] = [unpadded(info.label), unpadded(info.serialNumber)];
  return {
    slot,
    label,
    serial,
    manufacturer: unpadded(info.manufacturerID),
    model: unpadded(info.model),
    flags: info.flags,
    query,
    shown: `the token ${quote(label)} (serial ${quote(serial)})`,
  };
}

/** What the flags of a token are now; null if it is gone. */
export function tokenFlags(cryptoki: Cryptoki, { slot }: Token): number | null {
  try {
    return cryptoki.C_GetTokenInfo(slot).flags;
  } catch (error) {
    if (returnedCode(error) !== null) return null;
    throw error;
  }
}

/** Texts of a module are padded with spaces, and by some with NUL. */
function unpadded(text: string): string {
  let end = text.length;
  while (end > 0 && (text[end - 1] === ' ' || text[end - 1] === '\0')) end -= 1;
  return text.slice(0, end);
}

const isWanted = <Value>(wanted: Value | null, found: Value) => wanted === null || wanted === found;

function fits(cryptoki: Cryptoki, token: Token, uri: Pkcs11Uri): boolean {
  return (
    isWanted(uri.token, token.label) &&
    isWanted(uri.serial, token.serial) &&
    isWanted(uri.manufacturer, token.manufacturer) &&
    isWanted(uri.model, token.model) &&
    isWanted(uri.slotId, readUlong(token.slot)) &&
    slotFits(cryptoki, token.slot, uri)
  );
}

function slotFits(cryptoki: Cryptoki, slot: Buffer, { slotDescription, slotManufacturer }: Pkcs11Uri): boolean {
  if (slotDescription === null && slotManufacturer === null) return true;
  try {
    const info = cryptoki.C_GetSlotInfo(slot);
    const description = unpadded(info.slotDescription);
    return isWanted(slotDescription, description) && isWanted(slotManufacturer, unpadded(info.manufacturerID));
  } catch (error) {
    throw moduleRefusal('the PKCS #11 module does not describe a slot', error);
  }
}

function checkLibrary(cryptoki: Cryptoki, uri: Pkcs11Uri): void {
  const { libraryManufacturer, libraryDescription, libraryVersion } = uri;
  if (libraryManufacturer === null && libraryDescription === null && libraryVersion === null) return;
  let info: ReturnType<Cryptoki['C_GetInfo']>;
  try {
    info = cryptoki.C_GetInfo();
  } catch (error) {
    throw moduleRefusal('the PKCS #11 module does not describe itself', error);
  }
  const [manufacturer, description] = [unpadded(info.manufacturerID), unpadded(info.libraryDescription)];
  const { major, minor } = info.libraryVersion;
  const isRight =
    isWanted(libraryManufacturer, manufacturer) &&
    isWanted(libraryDescription, description) &&
    (libraryVersion === null || (libraryVersion.major === major && libraryVersion.minor === minor));
  if (isRight) return;
  const found = `${quote(description)} ${major}.${minor} by ${quote(manufacturer)}`;
  throw new KeyError('key/not-found', `the PKCS #11 URI fits another library than the module, which is ${found}`);
}
