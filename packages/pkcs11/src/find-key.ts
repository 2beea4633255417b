import type { Pem } from '@model-signing/core';
import { KeyError } from '@model-signing/keys';
import { CK } from './cryptoki.ts';
import {
  ambiguous,
  certificateOf,
  type FoundPublicKey,
  findObjects,
  keyTypeOf,
  listed,
  type Named,
  publicKeyInside,
  publicKeyOf,
  urisOf,
  type Wanted,
  wrongType,
} from './objects.ts';
import { fromCertificate, type Unusable } from './public-key.ts';
import type { Session } from './session.ts';

/** A private key of a token. */
export interface PrivateKey {
  readonly object: Named;
  /** Whether the token wants the PIN for each signature. */
  readonly wantsPinEachTime: boolean;
}

/** A public key, and the one certificate on the token that certifies it. */
export interface PublicKey {
  readonly key: FoundPublicKey;
  readonly certificate: string | null;
  /** What it was found in; null for one that the caller has. */
  readonly object: Named | null;
}

/**
 * Finds the one private key that is wanted.
 * @throws {KeyError} `key/not-found`, `key/ambiguous`, `key/unsupported`
 */
export function findPrivateKey(session: Session, wanted: Wanted): PrivateKey {
  const fitting = findObjects(session, CK.CKO_PRIVATE_KEY, wanted);
  const [object, ...others] = fitting;
  if (object === undefined) throw noPrivateKey(session);
  if (others.length > 0) throw ambiguous(session, 'private keys', fitting);
  const problem = wrongType(keyTypeOf(session, object));
  if (problem !== null) throw unsupported(session, object, problem);
  // Both would otherwise show only after the model was hashed.
  if (!session.canSign) throw unsupported(session, object, 'the token cannot sign with ECDSA (CKM_ECDSA)');
  if (booleanOf(session, object, CK.CKA_SIGN) === false) {
    throw unsupported(session, object, 'the token does not let it sign (CKA_SIGN is false)');
  }
  return { object, wantsPinEachTime: booleanOf(session, object, CK.CKA_ALWAYS_AUTHENTICATE) === true };
}

function noPrivateKey(session: Session): KeyError {
  const all = findObjects(session, CK.CKO_PRIVATE_KEY, { id: null, label: null });
  const found = all.length === 0 ? 'it has none' : `it has ${listed(all)}`;
  const problem = `${session.token.shown}: no private key fits the PKCS #11 URI; ${found}`;
  return new KeyError('key/not-found', problem, { choices: urisOf(session, all) });
}

function unsupported(session: Session, object: Named, problem: string): KeyError {
  return new KeyError('key/unsupported', `${session.token.shown}, key ${object.shown}: ${problem}`);
}

function booleanOf(session: Session, object: Named, type: number): boolean | null {
  const value = session.attribute(object.handle, type);
  return value?.length === 1 ? value[0] !== 0 : null;
}

/** An object whose key was read, or why it cannot be used. */
interface Candidate {
  readonly object: Named;
  readonly key: FoundPublicKey | Unusable;
}

/**
 * Finds the public key of a private one: in the public key object or the certificate with the same ID, else in the private key
 * itself, in the public key object or the certificate with the same label, or in the certificate that the caller has.
 * @throws {KeyError} `key/not-found`, `key/ambiguous`, `key/unsupported`
 */
export function findPublicKeyOf(session: Session, { object }: PrivateKey, certificate: Pem | undefined): PublicKey {
  const { label, ...named } = object;
  const id = named.id.length > 0 ? named.id : null;
  const byId = id && { id, label: null };
  const byLabel = label === '' ? null : { id: null, label };
  const inside = publicKeyInside(session, object);
  const found =
    // Two keys may have one ID and differ by their labels.
    (id && byLabel && pick(session, publicKeys(session, { id, label }))) ||
    (byId && findPublicKey(session, byId)) ||
    (inside !== null && pick(session, [{ object, key: inside }])) ||
    (byLabel && findPublicKey(session, byLabel));
  if (found) return found;
  if (certificate !== undefined) return inCertificate(certificate);
  const problem = `${session.token.shown}, key ${object.shown}: the token has neither its public key nor a certificate`;
  throw new KeyError('key/not-found', `${problem}; give the certificate in a file`);
}

function inCertificate(certificate: Pem): PublicKey {
  const key = fromCertificate(certificate);
  if (typeof key === 'string') throw new KeyError('key/unsupported', `the certificate that was given: ${key}`);
  return { key, certificate: null, object: null };
}

/**
 * Finds the one public key that is wanted, in a public key object or else in a certificate.
 * @param from only the objects of this class
 * @returns null if there is none
 * @throws {KeyError} `key/ambiguous`, `key/unsupported`
 */
export function findPublicKey(session: Session, wanted: Wanted, from?: 'public' | 'cert'): PublicKey | null {
  return (
    (from === 'cert' ? null : pick(session, publicKeys(session, wanted))) ??
    (from === 'public' ? null : pick(session, certificates(session, wanted)))
  );
}

function publicKeys(session: Session, wanted: Wanted): Candidate[] {
  const objects = findObjects(session, CK.CKO_PUBLIC_KEY, wanted);
  return objects.map((object) => ({ object, key: publicKeyOf(session, object) }));
}

function certificates(session: Session, wanted: Wanted): Candidate[] {
  const objects = findObjects(session, CK.CKO_CERTIFICATE, wanted);
  return objects.map((object) => ({ object, key: certificateOf(session, object) }));
}

/** The only one of these keys. Several objects with the same key are one. */
function pick(session: Session, candidates: readonly Candidate[]): PublicKey | null {
  const distinct = candidates.filter(({ key }, i) => {
    if (typeof key === 'string') return true;
    return candidates.findIndex((other) => typeof other.key !== 'string' && other.key.pem === key.pem) === i;
  });
  const [only, ...others] = distinct;
  if (only === undefined) return null;
  if (others.length > 0) {
    const objects = distinct.map(({ object }) => object);
    throw ambiguous(session, 'public keys', objects);
  }
  const { key, object } = only;
  if (typeof key === 'string') throw unsupported(session, object, key);
  return { key, object, certificate: certificateFor(session, object, key) };
}

/** The one certificate with the same ID, or the same label, that certifies the key: others are of earlier keys. */
function certificateFor(session: Session, { id, label }: Named, { pem }: FoundPublicKey): string | null {
  const wanted = id.length > 0 ? { id, label: null } : { id: null, label };
  const texts = certificates(session, wanted).flatMap(({ key }) => {
    return typeof key !== 'string' && key.pem === pem && key.certificate !== undefined ? [key.certificate] : [];
  });
  const [certificate, ...others] = new Set(texts);
  return others.length === 0 ? (certificate ?? null) : null;
}
