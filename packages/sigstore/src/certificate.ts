import { type KeyObject, X509Certificate as NodeCertificate } from 'node:crypto';
import { type Curve, OmsError } from '@model-signing/core';
import { X509Certificate } from '@sigstore/core';
import { refusal, refusing } from './refusals.ts';

/** A signing certificate, decoded. Nothing of it is to be believed before its path and its log entry have been verified. */
export interface SigningCertificate {
  readonly parsed: X509Certificate;
  readonly der: Buffer;
  readonly key: KeyObject;
  /** The digest that goes with the curve of the key (OMS-SIGSTORE-17). */
  readonly hash: 'sha256' | 'sha384' | 'sha512';
  readonly identity: string;
  readonly issuer: string;
}

/** Curves by the names that Node gives them. */
const curves: Readonly<Record<string, { curve: Curve; hash: SigningCertificate['hash'] }>> = {
  prime256v1: { curve: 'P-256', hash: 'sha256' },
  secp384r1: { curve: 'P-384', hash: 'sha384' },
  secp521r1: { curve: 'P-521', hash: 'sha512' },
};

const oid = {
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  extendedKeyUsage: '2.5.29.37',
  codeSigning: '1.3.6.1.5.5.7.3.3',
  issuerV1: '1.3.6.1.4.1.57264.1.1',
  issuerV2: '1.3.6.1.4.1.57264.1.8',
  userName: '1.3.6.1.4.1.57264.1.7',
} as const;

/** Extensions that are looked at, so that they may be critical. */
const processed = new Set<string>([oid.keyUsage, oid.subjectAltName, oid.basicConstraints, oid.extendedKeyUsage]);

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Decodes a certificate and checks what does not depend on trust: that it is for signing code, and names one identity.
 * @throws {OmsError} `signer/certificate-untrusted`, `signer/key-unsupported`
 */
export function readCertificate(der: Buffer): SigningCertificate {
  return refusing('signer/certificate-untrusted', 'the certificate cannot be decoded', () => {
    const parsed = X509Certificate.parse(Buffer.from(der));
    const { publicKey: key } = new NodeCertificate(der);
    const curve = key.asymmetricKeyDetails?.namedCurve;
    const known = key.asymmetricKeyType === 'ec' && curve !== undefined ? curves[curve] : undefined;
    if (!known) {
      const found = curve ?? key.asymmetricKeyType;
      throw new OmsError(
        'signer/key-unsupported',
        `the certificate's key is on ${found}: the format knows P-256, P-384 and P-521`,
        { requirement: 'OMS-SIGSTORE-17' },
      );
    }
    checkPurpose(parsed);
    return { parsed, der, key, hash: known.hash, identity: identityOf(parsed), issuer: issuerOf(parsed) };
  });
}

/** OMS-SIGSTORE-9. */
function checkPurpose(certificate: X509Certificate): void {
  if (certificate.extBasicConstraints?.isCA) throw unfit('it is one of an authority');
  const usages = certificate.extension(oid.extendedKeyUsage)?.valueObj.subs[0]?.subs ?? [];
  if (!usages.some((usage) => usage.tag.isOID() && usage.toOID() === oid.codeSigning)) {
    throw unfit('its extended key usage does not allow code signing');
  }
  if (certificate.extKeyUsage && !certificate.extKeyUsage.digitalSignature) {
    throw unfit('its key usage does not allow digital signatures');
  }
  for (const { subs } of certificate.extensions) {
    const [name, critical] = subs;
    if (subs.length < 3 || !name || processed.has(name.toOID())) continue;
    if (critical?.toBoolean()) throw unfit(`its critical extension ${name.toOID()} is not known`);
  }
}

function unfit(why: string): OmsError {
  return new OmsError('signer/certificate-untrusted', `the certificate is not for signing: ${why}`, {
    requirement: 'OMS-SIGSTORE-9',
  });
}

/** The address, URI or user name, which has to be the only name (OMS-SIGSTORE-14). */
function identityOf(certificate: X509Certificate): string {
  const names = certificate.extension(oid.subjectAltName)?.valueObj.subs[0]?.subs ?? [];
  const [name] = names;
  if (!name || names.length > 1) throw nameless(`names ${names.length} identities, and must name one`);
  if (name.tag.isContextSpecific(1) || name.tag.isContextSpecific(6)) return text(name.value);
  const [type, value] = name.tag.isContextSpecific(0) ? name.subs : [];
  const userName = value?.subs[0];
  if (type?.toOID() !== oid.userName || !userName) throw nameless('names its identity in a form that is not known');
  return text(userName.value);
}

function nameless(why: string): OmsError {
  return new OmsError('signer/certificate-untrusted', `the certificate ${why}`, { requirement: 'OMS-SIGSTORE-14' });
}

/** The issuer of the identity token. The older form of the extension holds the bare text, and must not contradict the newer. */
function issuerOf(certificate: X509Certificate): string {
  const older = certificate.extension(oid.issuerV1)?.value;
  const newer = certificate.extension(oid.issuerV2)?.valueObj.subs[0]?.value;
  const found = newer ?? older;
  if (!found || found.length === 0) throw nameless('does not say who issued its identity');
  if (older && newer && !older.equals(newer)) throw nameless('names two issuers of its identity');
  return text(found);
}

function text(bytes: Uint8Array): string {
  const decoded = strictUtf8.decode(bytes);
  if (decoded === '') throw refusal('signer/certificate-untrusted', 'the certificate names an empty identity');
  return decoded;
}
