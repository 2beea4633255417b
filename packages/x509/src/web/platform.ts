// The platform of browsers, and of every other program that has no `node:crypto`. All of it is synchronous, as path validation and the
// libraries of Sigstore need it; the cryptography that browsers offer is not.
import { concatBytes } from '../bytes.ts';
import type { PublicKey, SignatureScheme } from '../public-key.ts';
import { digest } from './digest.ts';
import { type Curve, curveOf, uncompressed } from './ec-point.ts';
import { verifyEd25519 } from './ed25519.ts';
import { bitsOf, verifyRsa } from './rsa.ts';
import { type KeyInfo, parseKeyInfo, parseRsaKey } from './spki.ts';

export { concatBytes, equalBytes } from '../bytes.ts';
export type { PublicKey, SignatureScheme } from '../public-key.ts';
export { fromBase64, fromHex, toBase64, toHex, toLatin1 } from './bytes.ts';
export { digest } from './digest.ts';

/** Kinds of keys that are valid and cannot be used, by the encoding of their object identifiers in hexadecimal. */
const otherKinds: Readonly<Record<string, string>> = {
  '2a864886f70d01010a': 'rsa-pss',
  '2a8648ce380401': 'dsa',
  '2a864886f70d010301': 'dh',
  '2b656e': 'x25519',
  '2b656f': 'x448',
  '2b6571': 'ed448',
  '608648016503040311': 'ml-dsa-44',
  '608648016503040312': 'ml-dsa-65',
  '608648016503040313': 'ml-dsa-87',
};

/**
 * Imports a public key of any kind that the platform knows.
 * @param spki a `SubjectPublicKeyInfo`, DER
 * @throws {Error} if it is not a valid key
 */
export function importPublicKey(spki: Uint8Array): PublicKey {
  const { algorithm, parameter, key } = parseKeyInfo(spki);
  switch (algorithm) {
    case '2a8648ce3d0201':
      if (parameter === null) throw new TypeError('the key names no curve');
      return ecKey(curveOf(parameter), key);
    case '2a864886f70d010101':
      return rsaKey(parameter, key);
    case '2b6570':
      return ed25519Key(parameter, key);
  }
  const type = Object.hasOwn(otherKinds, algorithm) ? otherKinds[algorithm] : undefined;
  if (type === undefined) throw new TypeError('the key is of an unknown kind');
  return { type, verify: () => false };
}

type Verify = (scheme: SignatureScheme, message: Uint8Array, signature: Uint8Array) => boolean;

/** Calls `verify` only for this kind of key. Libraries throw for a signature that is malformed. */
function verifierOf(keyType: SignatureScheme['keyType'], verify: Verify): PublicKey['verify'] {
  return (scheme, message, signature) => {
    if (scheme.keyType !== keyType) return false;
    try {
      return verify(scheme, concatBytes([...message]), signature);
    } catch {
      return false;
    }
  };
}

function ecKey(curve: Curve | null, key: Uint8Array): PublicKey {
  if (curve === null) return { type: 'ec', verify: () => false };
  const point = uncompressed(curve, key);
  const options = { prehash: false, lowS: false, format: 'der' } as const;
  const verify = verifierOf('ec', ({ hash }, message, signature) =>
    // An array of another kind, such as a subclass, is refused by the library.
    hash === null ? false : curve.ecdsa.verify(new Uint8Array(signature), digest(hash, [message]), point, options),
  );
  return { type: 'ec', curve: curve.name, verify };
}

function rsaKey(parameter: KeyInfo['parameter'], key: Uint8Array): PublicKey {
  if (parameter !== null) throw new TypeError('the key has parameters');
  const { modulus, exponent } = parseRsaKey(key);
  const verify = verifierOf('rsa', ({ hash, saltLength }, message, signature) =>
    hash === null ? false : verifyRsa({ modulus, exponent }, { hash, saltLength }, [message], signature),
  );
  return { type: 'rsa', rsa: { bits: bitsOf(modulus), exponent }, verify };
}

function ed25519Key(parameter: KeyInfo['parameter'], key: Uint8Array): PublicKey {
  if (parameter !== null || key.length !== 32) throw new TypeError('the key is not one of 32 octets');
  const raw = new Uint8Array(key);
  const verify = verifierOf('ed25519', (_, message, signature) => verifyEd25519(raw, message, signature));
  return { type: 'ed25519', verify };
}

export function randomBytes(length: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(length));
}
