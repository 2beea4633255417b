import { type Curve, OmsError } from '@model-signing/core';
import { type Certificate, ExtendedKeyUsage, parseCertificate, parseDerString } from '@model-signing/x509';
import { importPublicKey, type PublicKey } from '#platform';
import { refusal, refuseIfThrows } from './refusals.ts';

/** A parsed signing certificate. Everything in it is a claim until its path and its log entry have been verified. */
export interface SigningCertificate {
  readonly key: PublicKey;
  /** The hash of the key's curve (OMS-SIGSTORE-17). */
  readonly hash: 'sha256' | 'sha384' | 'sha512';
  readonly identity: string;
  readonly issuer: string;
}

const hashOfCurve: Readonly<Record<Curve, SigningCertificate['hash']>> = {
  'P-256': 'sha256',
  'P-384': 'sha384',
  'P-521': 'sha512',
};

const oid = {
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  extendedKeyUsage: '2.5.29.37',
  issuerV1: '1.3.6.1.4.1.57264.1.1',
  issuerV2: '1.3.6.1.4.1.57264.1.8',
  userName: '1.3.6.1.4.1.57264.1.7',
} as const;

/** Extensions that are checked here, so that they may be critical. */
const checked = new Set<string>([oid.keyUsage, oid.subjectAltName, oid.basicConstraints, oid.extendedKeyUsage]);

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Parses a certificate and checks what does not depend on the trust root: that it is for code signing and names one
 * identity.
 * @throws {OmsError} `signer/certificate-untrusted`, `signer/key-unsupported`
 */
export function parseSigningCertificate(der: Uint8Array): SigningCertificate {
  return refuseIfThrows('signer/certificate-untrusted', 'the certificate cannot be decoded', () => {
    const certificate = parseCertificate(der);
    const key = importPublicKey(certificate.spki);
    const hash = key.type === 'ec' ? hashOfCurve[key.curve as Curve] : undefined;
    if (!hash) {
      throw new OmsError(
        'signer/key-unsupported',
        `the certificate's key is on ${key.curve ?? key.type}: the format supports P-256, P-384 and P-521`,
        { requirement: 'OMS-CONF-4' },
      );
    }
    checkPurpose(certificate);
    return { key, hash, identity: identityOf(certificate), issuer: issuerOf(certificate) };
  });
}

/** OMS-SIGSTORE-9. */
function checkPurpose({ isCa, keyUsage, extendedKeyUsage, extensions }: Certificate): void {
  if (isCa) throw purposeError('it is a CA certificate');
  if (!extendedKeyUsage?.includes(ExtendedKeyUsage.codeSigning)) {
    throw purposeError('its extended key usage does not allow code signing');
  }
  if (keyUsage && !keyUsage.includes('digitalSignature')) {
    throw purposeError('its key usage does not allow digital signatures');
  }
  for (const [id, { critical }] of extensions.all) {
    if (critical && !checked.has(id)) throw purposeError(`its critical extension ${id} is unknown`);
  }
}

function purposeError(why: string): OmsError {
  return new OmsError('signer/certificate-untrusted', `the certificate is not for signing: ${why}`, {
    requirement: 'OMS-SIGSTORE-9',
  });
}

/** The email address, URI or user name, which must be the only name (OMS-SIGSTORE-22). */
function identityOf({ subjectAltNames: names }: Certificate): string {
  const [name] = names;
  if (!name) throw identityError('names 0 identities, and must name one');
  if (names.length > 1) {
    throw identityError(`names ${names.length} identities, and must name one`, 'OMS-SIGSTORE-22');
  }
  if (name.form === 'email' || name.form === 'uri') return notEmpty(name.value);
  if (name.form === 'other' && name.type === oid.userName) return notEmpty(parseDerString(name.value));
  throw identityError('names its identity in an unknown form');
}

function identityError(why: string, requirement: 'OMS-SIGSTORE-14' | 'OMS-SIGSTORE-22' = 'OMS-SIGSTORE-14'): OmsError {
  return new OmsError('signer/certificate-untrusted', `the certificate ${why}`, { requirement });
}

/**
 * The issuer of the identity token. The older form of the extension is bare text, and must not contradict the newer one.
 */
function issuerOf({ extensions: { all } }: Certificate): string {
  const [v1, v2] = [all.get(oid.issuerV1), all.get(oid.issuerV2)];
  const older = v1 && strictUtf8.decode(v1.value);
  const newer = v2 && parseDerString(v2.value);
  const found = newer ?? older;
  if (!found) throw identityError('does not say who issued its identity');
  if (older && newer && older !== newer) throw identityError('names two issuers of its identity');
  return found;
}

function notEmpty(identity: string): string {
  if (identity === '') throw refusal('signer/certificate-untrusted', 'the certificate names an empty identity');
  return identity;
}
