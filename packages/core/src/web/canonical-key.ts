import { concatBytes, fromHex } from '@model-signing/x509/platform';
import { p256, p384, p521 } from '@noble/curves/nist.js';

interface CanonicalForm {
  readonly ecdsa: Pick<typeof p256, 'Point'>;
  /** Octets of a coordinate. */
  readonly octets: number;
  /** What comes before an uncompressed point in a `SubjectPublicKeyInfo`. */
  readonly header: Uint8Array;
}

const forms: Readonly<Record<string, CanonicalForm>> = {
  'P-256': { ecdsa: p256, octets: 32, header: fromHex('3059301306072a8648ce3d020106082a8648ce3d030107034200') },
  'P-384': { ecdsa: p384, octets: 48, header: fromHex('3076301006072a8648ce3d020106052b81040022036200') },
  'P-521': { ecdsa: p521, octets: 66, header: fromHex('30819b301006072a8648ce3d020106052b8104002303818600') },
};

/** The key with an uncompressed point, from which its hint is computed (OMS-KEY-1); a key of another kind as it is. */
export function canonicalKey(spki: Uint8Array, curve: string | undefined): Uint8Array {
  const form = curve === undefined ? undefined : forms[curve];
  if (!form) return spki;
  const { ecdsa, octets, header } = form;
  const whole = header.length + 1 + 2 * octets;
  if (spki.length === whole) return concatBytes([header, Uint8Array.of(4), spki.subarray(header.length + 1)]);
  const compressed = new Uint8Array(spki.subarray(-1 - octets));
  return concatBytes([header, ecdsa.Point.fromBytes(compressed).toBytes(false)]);
}
