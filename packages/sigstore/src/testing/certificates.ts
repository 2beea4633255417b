import { generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import * as der from './der.ts';

export interface KeyPair {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
}

export type TestCurve = 'P-256' | 'P-384' | 'P-521';

export function keyPair(curve: TestCurve = 'P-256'): KeyPair {
  return generateKeyPairSync('ec', { namedCurve: curve });
}

export function spki(key: KeyObject): Buffer {
  return key.export({ type: 'spki', format: 'der' });
}

const ecdsaWithSha256 = der.sequence(der.oid('1.2.840.10045.4.3.2'));

export interface CertificateTemplate {
  readonly subject: string;
  readonly issuer: string;
  readonly publicKey: KeyObject;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly extensions: readonly Buffer[];
  readonly serial?: Buffer;
}

/** The part of a certificate that is signed. */
export function tbsCertificate(template: CertificateTemplate): Buffer {
  const { serial = randomBytes(12) } = template;
  return der.sequence(
    der.tagged(0, der.integer(2)),
    der.integer(serial),
    ecdsaWithSha256,
    distinguishedName(template.issuer),
    der.sequence(der.time(template.notBefore), der.time(template.notAfter)),
    template.subject === '' ? der.sequence() : distinguishedName(template.subject),
    spki(template.publicKey),
    der.tagged(3, der.sequence(...template.extensions)),
  );
}

export function issue(template: CertificateTemplate, issuerKey: KeyObject): Buffer {
  const tbs = tbsCertificate(template);
  return der.sequence(tbs, ecdsaWithSha256, der.bits(sign('sha256', tbs, issuerKey)));
}

export function distinguishedName(commonName: string): Buffer {
  return der.sequence(der.set(der.sequence(der.oid('2.5.4.3'), der.utf8(commonName))));
}

export function extension(id: string, value: Uint8Array, critical = false): Buffer {
  return der.sequence(der.oid(id), ...(critical ? [der.truth()] : []), der.octets(value));
}

/** The extensions of an authority. */
const authorityExtensions: readonly Buffer[] = [
  extension('2.5.29.19', der.sequence(der.truth()), true),
  extension('2.5.29.15', der.bits(Buffer.from([0x06]), 1), true),
];

/** A certificate authority with a certificate by itself. */
export interface TestAuthority {
  readonly name: string;
  readonly keys: KeyPair;
  readonly certificate: Buffer;
}

export function authority(commonName: string, notBefore: Date, notAfter: Date): TestAuthority {
  const keys = keyPair();
  const template = { subject: commonName, issuer: commonName, publicKey: keys.publicKey, notBefore, notAfter };
  return {
    name: commonName,
    keys,
    certificate: issue({ ...template, extensions: authorityExtensions }, keys.privateKey),
  };
}
