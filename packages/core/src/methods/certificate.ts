import { type Certificate, parseCertificate, type Usage, verifyPath } from '@model-signing/x509';
import {
  aFunction,
  checkEach,
  oneOf,
  pemTexts,
  textOrBytes,
  trueOrFalse,
  validDate,
} from '@model-signing/x509/options';
import { readPublicKey, systemRoots, toBase64 } from '#platform';
import type { VerificationMaterial } from '../format/bundle.ts';
import { decodeBase64 } from '../format/encoding.ts';
import { OmsError } from '../format/errors.ts';
import type { CertificateIdentity, CertificateSummary, Signer, Verifier } from '../signer.ts';
import { EcPublicKey, type Pem } from './ec-key.ts';
import { type KeySignerOptions, openPrivateKey } from './private-key.ts';
import { readPem } from './read-pem.ts';
import { ignoreTimestamps, readAuthorities, requestTimestamp, verifiedTime } from './timestamp.ts';
import type { TimestampAuthority } from './timestamp-authority.ts';
import { verifySignature } from './verify-signature.ts';
import { mapCertificateErrors } from './x509-errors.ts';

/**
 * What a signing certificate must allow.
 *
 * `every`: at least one of key usage and extended key usage is present; key usage, if present, allows signatures; extended key
 * usage, if present, allows code signing, in the certificates of the authorities too (OMS-CERT-7). `any`: one of the two is
 * enough, as in other implementations; this also accepts the certificate of a web server (OMS-CERT-20).
 */
export type CertificateUsage = 'every' | 'any';

const usageOf: Readonly<Record<CertificateUsage, Usage>> = { every: 'code-signing', any: 'code-signing-compat' };

const signerRules = {
  certificate: textOrBytes,
  chain: pemTexts,
  usage: oneOf('every', 'any'),
  timestampAuthority: aFunction,
};

const verifierRules = {
  trusted: pemTexts,
  timestampRoots: pemTexts,
  systemRoots: trueOrFalse,
  requireSelfSignedRoot: trueOrFalse,
  verificationTime: validDate,
  usage: oneOf('every', 'any'),
};

/** Far more certificates and bytes than any path has: reading a certificate may take as long as verifying many signatures. */
const MAX_CHAIN = 1000;
const MAX_CHAIN_BYTES = 1_048_576;

export type CertificateSignerOptions = KeySignerOptions & {
  /** PEM: the signer's certificate, and after it any certificates on the way to the root. */
  readonly certificate: Pem;
  /** PEM, each with one or many certificates on the way to the root. Self-signed ones do not go into the bundle. */
  readonly chain?: readonly Pem[] | undefined;
  /** Default `every`. */
  readonly usage?: CertificateUsage | undefined;
  /** Where to get a timestamp, so that the signature outlives the certificate. Default: none. */
  readonly timestampAuthority?: TimestampAuthority | undefined;
};

/**
 * Signs with a private key and the certificate of its public half (section 3.2).
 * @throws {OmsError} what `keySigner` throws; `signer/certificate-unreadable`, `signer/certificate-mismatch`,
 * `signer/certificate-budget`
 *
 * @example
 * const signer = certificateSigner({
 *   privateKey: await readFile('key.pem'),
 *   certificate: await readFile('certificate.pem'),
 *   chain: [await readFile('intermediate.pem')],
 *   timestampAuthority: httpTimestampAuthority('http://timestamp.example.com'),
 * });
 */
export function certificateSigner(options: CertificateSignerOptions): Signer {
  const checked = checkEach(options, signerRules, { required: ['certificate'] });
  const { certificate, chain = [], usage = 'every', timestampAuthority } = checked;
  const key = openPrivateKey(checked);
  const [leaf, ...others] = readPem('the signing certificate', [certificate]) as [Certificate, ...Certificate[]];
  if (publicKeyOf(leaf).hint !== key.publicKey.hint) {
    const message = `the certificate ${leaf.subject.text} does not belong to the private key`;
    throw new OmsError('signer/certificate-mismatch', message);
  }
  const path = leafFirst(leaf, [...others, ...readPem('the certificate chain', chain)]);
  checkSize(path.map(({ raw }) => raw));
  return {
    async sign(content) {
      const now = new Date();
      // A signature that every verifier refuses is useless. Which authorities a verifier trusts, a signer cannot know.
      const verifyLeaf = () => verifyPath({ leaf, anchors: [leaf], time: now, usage: usageOf[usage] });
      mapCertificateErrors(verifyLeaf, 'OMS-CERT-10');
      const signature = await key.sign(content);
      const response = timestampAuthority && (await requestTimestamp(signature, timestampAuthority));
      return { signature, material: materialOf(path, response), identity: identityOf(path, now, 'clock') };
    },
  };
}

function materialOf(path: readonly Certificate[], timestamp: Uint8Array | undefined): VerificationMaterial {
  const certificates = path.map(({ raw }) => ({ rawBytes: toBase64(raw) }));
  return {
    x509CertificateChain: { certificates: certificates as [(typeof certificates)[0], ...typeof certificates] },
    tlogEntries: [],
    ...(timestamp && {
      timestampVerificationData: { rfc3161Timestamps: [{ signedTimestamp: toBase64(timestamp) }] },
    }),
  };
}

/**
 * Each certificate once: the leaf, then each issuer in turn as far as they are given, then all others. Roots are left out (OMS-CERT-27): a verifier
 * brings its own, and common verifiers of Sigstore bundles refuse a bundle with a self-signed certificate beside the signer's.
 */
function leafFirst(leaf: Certificate, others: readonly Certificate[]): readonly Certificate[] {
  const path = [leaf];
  const useful = others.filter((certificate) => !isRoot(certificate));
  const left = new Map(useful.map((certificate) => [certificate.fingerprint, certificate]));
  left.delete(leaf.fingerprint);
  for (let last: Certificate | undefined = leaf; last; ) {
    const { issuer }: Certificate = last;
    last = [...left.values()].find(({ subject }) => subject.canonical === issuer.canonical);
    if (!last) break;
    path.push(last);
    left.delete(last.fingerprint);
  }
  return [...path, ...left.values()];
}

/** Whether a certificate is self-signed, with any algorithm, and no bridge between two keys of one authority. */
function isRoot({ isSelfIssued, isSelfSigned, extensions }: Certificate): boolean {
  if (!isSelfIssued || isSelfSigned) return isSelfSigned;
  const issuerKeyId = extensions.authorityKey?.keyId;
  return issuerKeyId === undefined || issuerKeyId === extensions.subjectKeyId;
}

export interface CertificateVerifierOptions {
  /** PEM, each with one or many trust anchors: roots, intermediates, a signer's own certificate (OMS-CERT-11). */
  readonly trusted?: readonly Pem[] | undefined;
  /** Also trust the roots of the operating system, which are meant for web servers. Gives a warning. Default false. */
  readonly systemRoots?: boolean | undefined;
  /** Accept only self-signed certificates as trust anchors. Default false. */
  readonly requireSelfSignedRoot?: boolean | undefined;
  /** PEM, each with one or many certificates of timestamping authorities. Without any, timestamps are ignored. */
  readonly timestampRoots?: readonly Pem[] | undefined;
  /** Verify as of this time and ignore timestamps. Gives a warning. Default: the time of a verified timestamp, else now. */
  readonly verificationTime?: Date | undefined;
  /** Default `every`. */
  readonly usage?: CertificateUsage | undefined;
}

/**
 * Accepts signatures by keys whose certificate has a valid path to a trust anchor (section 3.2).
 * @throws {OmsError} `signer/certificate-unreadable`
 * @throws {TypeError} if nothing is trusted
 *
 * @example
 * const verifier = certificateVerifier({ trusted: [await readFile('root.pem')] });
 * const { signer } = await verifyModel(localModel('my-model'), await readFile('model.sig'), verifier);
 * console.log(`signed by ${signer.subject}, certified by ${signer.issuer}`);
 */
export function certificateVerifier(options: CertificateVerifierOptions): Verifier<CertificateIdentity> {
  const checked = checkEach(options, verifierRules);
  const { trusted = [], timestampRoots = [], requireSelfSignedRoot = false, usage = 'every' } = checked;
  const { verificationTime: chosen } = checked;
  const named = readPem('a trusted certificate', trusted);
  const anchors = checked.systemRoots ? [...named, ...readable(systemRoots())] : named;
  if (anchors.length === 0) throw new TypeError('no trusted certificate was given');
  const authorities = readAuthorities(timestampRoots);
  return {
    methods: ['certificate'],
    async verify(content, signature, material, warn) {
      if (checked.systemRoots) {
        warn('signer/system-roots', "the operating system's roots are trusted, which vouch for web servers");
      }
      const [leaf, ...intermediates] = chainOf(material);
      if (chosen) warn('signer/verification-time', `the certificates were verified as of ${chosen.toISOString()}`);
      const timestamped = chosen
        ? ignoreTimestamps(material, 'the time was chosen', warn)
        : verifiedTime(material, signature, authorities, warn);
      const time = chosen ?? timestamped ?? new Date();
      const path = mapCertificateErrors(() =>
        verifyPath({ leaf, intermediates, anchors, time, usage: usageOf[usage], requireSelfSignedRoot }),
      );
      const form = await verifySignature(publicKeyOf(leaf), content, signature);
      const timeFrom = chosen ? 'caller' : timestamped ? 'timestamp' : 'clock';
      return { identity: identityOf(path.certificates, time, timeFrom), form };
    },
  };
}

/** The certificates of a bundle, the signer's first. */
function chainOf({ x509CertificateChain, certificate }: VerificationMaterial): [Certificate, ...Certificate[]] {
  const chain = x509CertificateChain?.certificates ?? (certificate ? [certificate] : []);
  const encoded = chain.map(({ rawBytes }) => decodeBase64(rawBytes, 'a certificate'));
  checkSize(encoded);
  const [leaf, ...others] = encoded.map((der) => mapCertificateErrors(() => parseCertificate(der)));
  if (!leaf) throw new TypeError('the verification material has no certificate');
  return [leaf, ...others];
}

/** Refuses more than a verifier reads, also when signing, since no verifier would accept the signature (OMS-CERT-26). */
function checkSize(chain: readonly Uint8Array[]): void {
  const bytes = chain.reduce((sum, { length }) => sum + length, 0);
  const limit =
    chain.length > MAX_CHAIN ? MAX_CHAIN : bytes > MAX_CHAIN_BYTES ? `${MAX_CHAIN_BYTES} bytes of` : undefined;
  if (limit === undefined) return;
  throw new OmsError('signer/certificate-budget', `the chain has more than ${limit} certificates`);
}

/** Skips certificates that cannot be read: the caller did not choose the system's roots one by one. */
function readable(texts: readonly Pem[]): Certificate[] {
  return texts.flatMap((pem) => {
    try {
      return readPem("one of the operating system's roots", [pem]);
    } catch (error) {
      if (error instanceof OmsError) return [];
      throw error;
    }
  });
}

/** The key of a signing certificate, which must be on a curve of the registry (OMS-ALG-6). */
function publicKeyOf(certificate: Certificate): EcPublicKey {
  try {
    void mapCertificateErrors(() => certificate.publicKey); // refuses a key that is not on the allow-list
    return new EcPublicKey(readPublicKey(certificate.spki));
  } catch (error) {
    if (!(error instanceof OmsError) || error.code !== 'signer/key-unsupported') throw error;
    const message = `the certificate ${certificate.subject.text} cannot be used: ${error.message}`;
    throw new OmsError('signer/certificate-algorithm-unsupported', message, {
      requirement: error.requirement,
      cause: error,
    });
  }
}

function identityOf(
  path: readonly Certificate[],
  time: Date,
  timeFrom: CertificateIdentity['timeFrom'],
): CertificateIdentity {
  const [leaf] = path as [Certificate];
  return {
    method: 'certificate',
    curve: publicKeyOf(leaf).curve,
    ...summaryOf(leaf),
    subjectAltNames: leaf.subjectAltNames.flatMap(({ value }) => (typeof value === 'string' ? [value] : [])),
    validFrom: leaf.notBefore.toISOString(),
    validTo: leaf.notAfter.toISOString(),
    path: path.map(summaryOf),
    verifiedAt: time.toISOString(),
    timeFrom,
  };
}

function summaryOf({ subject, issuer, serial, fingerprint }: Certificate): CertificateSummary {
  return { subject: subject.text, issuer: issuer.text, serialNumber: serial, fingerprint };
}
