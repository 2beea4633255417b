import { createPublicKey, ECDH, type JsonWebKey, type KeyObject, X509Certificate } from 'node:crypto';
import { quote } from '@model-signing/core';

interface Curve {
  readonly name: 'P-256' | 'P-384' | 'P-521';
  /** As OpenSSL calls it. */
  readonly openssl: string;
  /** The object identifier of the curve, DER in hexadecimal: the value of `CKA_EC_PARAMS`. */
  readonly parameters: string;
  /** Bytes of a coordinate, and of each half of a signature. */
  readonly size: number;
  /** Bytes of the digest that the key signs (OMS-ALG-4). */
  readonly digestSize: number;
}

const curves: readonly Curve[] = [
  { name: 'P-256', openssl: 'prime256v1', parameters: '06082a8648ce3d030107', size: 32, digestSize: 32 },
  { name: 'P-384', openssl: 'secp384r1', parameters: '06052b81040022', size: 48, digestSize: 48 },
  { name: 'P-521', openssl: 'secp521r1', parameters: '06052b81040023', size: 66, digestSize: 64 },
];

/** A public key on a curve of the format. */
export interface TokenPublicKey {
  /** SubjectPublicKeyInfo in PEM, as OpenSSL writes it. */
  readonly pem: string;
  readonly curve: Curve;
}

/** Why bytes of a token are no public key that the format knows, in words for a message. */
export type Unusable = string;

/** The public key of `CKA_EC_PARAMS` and `CKA_EC_POINT`. */
export function fromPoint(parameters: Uint8Array | null, point: Uint8Array | null): TokenPublicKey | Unusable {
  const curve = parameters === null ? undefined : curves.find(({ parameters: own }) => own === hex(parameters));
  if (curve === undefined) return unknownCurve(parameters);
  const affine = point === null ? null : uncompressed(point, curve);
  if (affine === null) return `its public key is no point of ${curve.name}`;
  const [x, y] = [affine.subarray(1, 1 + curve.size), affine.subarray(1 + curve.size)].map(base64url);
  const jwk: JsonWebKey = { kty: 'EC', crv: curve.name, x, y } as JsonWebKey;
  return imported(() => createPublicKey({ key: jwk, format: 'jwk' }));
}

/** The public key of a `SubjectPublicKeyInfo` in DER. */
export function fromSpki(spki: Uint8Array): TokenPublicKey | Unusable {
  return imported(() => createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' }));
}

/** A certificate, DER or PEM, and its public key. */
export function fromCertificate(
  certificate: string | Uint8Array,
): (TokenPublicKey & { certificate: string }) | Unusable {
  let parsed: X509Certificate;
  try {
    parsed = new X509Certificate(typeof certificate === 'string' ? certificate : Buffer.from(certificate));
  } catch {
    return 'its certificate cannot be read';
  }
  const key = imported(() => parsed.publicKey);
  return typeof key === 'string' ? key : { ...key, certificate: parsed.toString() };
}

function imported(read: () => KeyObject): TokenPublicKey | Unusable {
  let key: KeyObject;
  try {
    key = read();
    // Fails for the point at infinity. Asked for the details of such a key, Node 22 and 24 end the process.
    key.export({ format: 'der', type: 'spki' });
  } catch {
    return 'its public key cannot be read';
  }
  const { asymmetricKeyType: type = 'unknown', asymmetricKeyDetails: details } = key;
  const curve = curves.find(({ openssl }) => type === 'ec' && openssl === details?.namedCurve);
  if (curve) return { pem: canonicalPem(key), curve };
  const found = type === 'ec' ? `the curve ${quote(details?.namedCurve ?? 'unknown')}` : `the type ${type}`;
  return `its key has ${found}, and the format knows P-256, P-384 and P-521`;
}

/** A key with a compressed point keeps it in its PEM, and hints are computed from the uncompressed one. */
function canonicalPem(key: KeyObject): string {
  const uncompressedKey = createPublicKey({ key: key.export({ format: 'jwk' }), format: 'jwk' });
  return uncompressedKey.export({ type: 'spki', format: 'pem' }) as string;
}

/** `04`, x and y. The attribute is an OCTET STRING in DER with that point; some tokens have the point alone. */
function uncompressed(point: Uint8Array, { openssl, size }: Curve): Uint8Array | null {
  const candidates = [octetString(point), point].filter((each) => each !== null);
  const isPoint = (each: Uint8Array) =>
    (each.length === 1 + 2 * size && each[0] === 4) || (each.length === 1 + size && (each[0] === 2 || each[0] === 3));
  const found = candidates.find(isPoint);
  if (found === undefined) return null;
  try {
    return ECDH.convertKey(Buffer.from(found), openssl, undefined, undefined, 'uncompressed') as Buffer;
  } catch {
    return null;
  }
}

/** The contents of an OCTET STRING of fewer than 256 bytes in DER, which nothing follows. */
function octetString(der: Uint8Array): Uint8Array | null {
  if (der[0] !== 4) return null;
  const [length = 0, start] = der[1] === 0x81 ? [der[2], 3] : [der[1], 2];
  if (length >= 0x80 !== (start === 3) || der.length !== start + length) return null;
  return der.subarray(start);
}

const otherCurves: Readonly<Record<string, string>> = {
  '06082a8648ce3d030101': 'P-192',
  '06052b81040021': 'P-224',
  '06052b8104000a': 'secp256k1',
  '06092b2403030208010107': 'brainpoolP256r1',
  '06092b240303020801010b': 'brainpoolP384r1',
  '06092b240303020801010d': 'brainpoolP512r1',
};

function unknownCurve(parameters: Uint8Array | null): Unusable {
  if (parameters === null) return 'its curve is not known';
  // The name of a curve in a PrintableString, such as that of Ed25519.
  const isName = parameters[0] === 0x13 && parameters[1] === parameters.length - 2;
  const octets = hex(parameters.subarray(0, 32));
  const named = isName
    ? quote(Buffer.from(parameters.subarray(2)).toString('latin1'))
    : (otherCurves[octets] ?? `that of the parameters ${octets}`);
  return `its curve is ${named}, and the format knows P-256, P-384 and P-521`;
}

const hex = (octets: Uint8Array) => Buffer.from(octets).toString('hex');
const base64url = (octets: Uint8Array) => Buffer.from(octets).toString('base64url');
