import { quote } from '@model-signing/core';
import { KeyError } from '@model-signing/keys';
import { CK, type Template } from './cryptoki.ts';
import { fromCertificate, fromPoint, fromSpki, type TokenPublicKey, type Unusable } from './public-key.ts';
import type { Session } from './session.ts';
import { readUlong } from './ulong.ts';
import { formatId, formatUri } from './uri-choice.ts';

/** What a key is looked for by. Null fits everything. */
export interface Wanted {
  readonly id: Uint8Array | null;
  readonly label: string | null;
}

/** An object of a token, by what names it. */
export interface Named {
  readonly handle: Buffer;
  readonly id: Uint8Array;
  readonly label: string;
  /** For messages, escaped. */
  readonly shown: string;
}

/** Objects that a message lists. */
const MAX_LISTED = 16;

/** A certificate of a token, or a public key that has none. */
export type FoundPublicKey = TokenPublicKey & { readonly certificate?: string | undefined };

/** The objects of a class that are wanted, by ID and label: tokens list them in any order. */
export function findObjects(session: Session, objectClass: number, { id, label }: Wanted): Named[] {
  const template: Template = [{ type: CK.CKA_CLASS, value: objectClass }];
  if (id !== null) template.push({ type: CK.CKA_ID, value: Buffer.from(id) });
  if (label !== null) template.push({ type: CK.CKA_LABEL, value: Buffer.from(label) });
  const objects = session.find(template).map((handle) => {
    const found = session.attribute(handle, CK.CKA_ID) ?? Buffer.alloc(0);
    const name = session.attribute(handle, CK.CKA_LABEL)?.toString('utf8') ?? '';
    return { handle, id: found, label: name, shown: showName(found, name) };
  });
  return objects.sort((a, b) => Buffer.compare(a.id, b.id) || (a.label < b.label ? -1 : 1));
}

function showName(id: Uint8Array, label: string): string {
  const parts = [id.length > 0 ? `id=${formatId(id)}` : '', label === '' ? '' : `object=${quote(label)}`];
  return parts.filter((part) => part !== '').join(' ') || 'without ID and label';
}

/** The error for several objects, where one is needed: it says what tells them apart. */
export function ambiguous(session: Session, kind: string, objects: readonly Named[]): KeyError {
  const choices = urisOf(session, objects);
  const areAlike = new Set(choices).size < choices.length;
  const advice = areAlike
    ? 'some have the same ID and label: change them with the tools of the token'
    : 'name one by its ID and label in the PKCS #11 URI';
  const problem = `${session.token.shown}: ${objects.length} ${kind} fit the PKCS #11 URI (${listed(objects)}); ${advice}`;
  return new KeyError('key/ambiguous', problem, { choices });
}

/** URIs that callers can copy. */
export function urisOf({ token }: Session, objects: readonly Named[]): string[] {
  return objects.map(({ id, label }) =>
    formatUri({ token: token.label, serial: token.serial, id, object: label, query: token.query }),
  );
}

export function listed(objects: readonly Named[]): string {
  const rest = objects.length - MAX_LISTED;
  const shown = objects.slice(0, MAX_LISTED).map((object) => object.shown);
  return `${shown.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

/** What `CKA_KEY_TYPE` says; null if the object does not. */
export function keyTypeOf(session: Session, object: Named): bigint | null {
  const value = session.attribute(object.handle, CK.CKA_KEY_TYPE);
  return value === null ? null : readUlong(value);
}

const keyTypes: ReadonlyMap<bigint, string> = new Map([
  [0n, 'RSA'],
  [1n, 'DSA'],
  [2n, 'Diffie-Hellman'],
  [0x40n, 'Ed25519 or Ed448'],
  [0x41n, 'X25519 or X448'],
]);

/** Why a key of another type than `CKK_EC` cannot be used; null for one of that type. */
export function wrongType(type: bigint | null): Unusable | null {
  if (type === BigInt(CK.CKK_EC)) return null;
  const name = type === null ? 'unknown' : (keyTypes.get(type) ?? `0x${type.toString(16)}`);
  return `its type is ${name}, and models are signed with keys on P-256, P-384 and P-521`;
}

/** The key of a public key object. */
export function publicKeyOf(session: Session, object: Named): FoundPublicKey | Unusable {
  const problem = wrongType(keyTypeOf(session, object));
  if (problem !== null) return problem;
  const parameters = session.attribute(object.handle, CK.CKA_EC_PARAMS);
  return fromPoint(parameters, session.attribute(object.handle, CK.CKA_EC_POINT));
}

/** The key of a certificate object. */
export function certificateOf(session: Session, object: Named): FoundPublicKey | Unusable {
  const type = session.attribute(object.handle, CK.CKA_CERTIFICATE_TYPE);
  if (type !== null && readUlong(type) !== BigInt(CK.CKC_X_509)) return 'its certificate is not of the kind X.509';
  const value = session.attribute(object.handle, CK.CKA_VALUE);
  return value === null ? 'its certificate has no value' : fromCertificate(value);
}

/** The public key that some tokens store with the private one. */
export function publicKeyInside(session: Session, key: Named): FoundPublicKey | Unusable | null {
  const spki = session.attribute(key.handle, CK.CKA_PUBLIC_KEY_INFO);
  return spki === null || spki.length === 0 ? null : fromSpki(spki);
}
