import { type Certificate, parseCertificate, parsePemCertificates, type Usage, verifyPath } from '@model-signing/x509';
import type { VerificationMaterial } from '../format/bundle.ts';
import { decodeBase64, encodeBase64, preAuthenticationEncoding } from '../format/encoding.ts';
import { OmsError } from '../format/errors.ts';
import { EcPublicKey, importPrivateKey, type Pem, systemRoots } from '../node/crypto.ts';
import {
  type CertificateIdentity,
  type CertificateSummary,
  type KeySignerOptions,
  type Signer,
  type Verifier,
  verifySignature,
} from '../signer.ts';
import type { TimestampAuthority } from './timestamp-authority.ts';
import { ignoreTimestamps, requestTimestamp, verifiedTime } from './timestamps.ts';
import { readingCertificates, refusingCertificates } from './x509-errors.ts';

/**
 * What a signing certificate has to be for.
 *
 * `every`: each of its key usage and extended key usage that is present allows signatures and code signing respectively, at
 * least one is present, and so does the extended key usage of each authority (OMS-CERT-7). `any`: one of the two is enough,
 * as it is for other implementations, which accepts the certificate of a web server too (OMS-CERT-20).
 */
export type CertificateUsage = 'every' | 'any';

const usageOf: Readonly<Record<CertificateUsage, Usage>> = { every: 'code-signing', any: 'code-signing-compat' };

/** Far more certificates than any path has, and their bytes: reading one may take as long as verifying many signatures. */
const MAX_CHAIN = 1000;
const MAX_CHAIN_BYTES = 1_048_576;

export interface CertificateSignerOptions extends KeySignerOptions {
  /** PEM: the signer's certificate, and after it any certificates on the way to the root. */
  readonly certificate: Pem;
  /** PEM, each with one or many certificates on the way to the root. */
  readonly chain?: readonly Pem[] | undefined;
  /** Default `every`. */
  readonly usage?: CertificateUsage | undefined;
  /** Who is asked for a timestamp, so that the signature outlives the certificate. Default: nobody. */
  readonly timestampAuthority?: TimestampAuthority | undefined;
}

/**
 * Signs with a private key and the certificate of its public half (section 3.2).
 * @throws {OmsError} what `keySigner` throws; `signer/certificate-unreadable`, `signer/certificate-mismatch`,
 * `signer/certificate-budget`
 */
export function certificateSigner(options: CertificateSignerOptions): Signer {
  const { privateKey, passphrase, certificate, chain = [], usage = 'every', timestampAuthority } = options;
  const key = importPrivateKey(privateKey, passphrase);
  const [leaf, ...others] = readPem('the signing certificate', [certificate]) as [Certificate, ...Certificate[]];
  if (publicKeyOf(leaf).hint !== key.publicKey.hint) {
    const message = `the certificate ${leaf.subject.text} is of another key than the private key`;
    throw new OmsError('signer/certificate-mismatch', message);
  }
  const path = inOrder(leaf, [...others, ...readPem('the certificate chain', chain)]);
  checkSize(path.map(({ raw }) => raw));
  return {
    async sign({ payloadType, payload }) {
      const now = new Date();
      // A signature that every verifier refuses is of no use. Who is trusted, a signer cannot know.
      const verifyLeaf = () => verifyPath({ leaf, anchors: [leaf], time: now, usage: usageOf[usage] });
      refusingCertificates(verifyLeaf, 'OMS-CERT-10');
      const signature = await key.sign(preAuthenticationEncoding(payloadType, payload));
      const response = timestampAuthority && (await requestTimestamp(signature, timestampAuthority));
      return { signature, material: materialOf(path, response), identity: identityOf(path, now, 'clock') };
    },
  };
}

function materialOf(path: readonly Certificate[], timestamp: Uint8Array | undefined): VerificationMaterial {
  const certificates = path.map(({ raw }) => ({ rawBytes: encodeBase64(raw) }));
  return {
    x509CertificateChain: { certificates: certificates as [(typeof certificates)[0], ...typeof certificates] },
    tlogEntries: [],
    ...(timestamp && {
      timestampVerificationData: { rfc3161Timestamps: [{ signedTimestamp: encodeBase64(timestamp) }] },
    }),
  };
}

/** Each once: the leaf, its issuer, that one's issuer, as far as they are there; what is on no such way comes last. */
function inOrder(leaf: Certificate, others: readonly Certificate[]): readonly Certificate[] {
  const path = [leaf];
  const left = new Map(others.map((certificate) => [certificate.fingerprint, certificate]));
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

export interface CertificateVerifierOptions {
  /** PEM, each with one or many certificates. Any of them ends a path: a root, an intermediate, a signer's own (OMS-CERT-11). */
  readonly trusted?: readonly Pem[] | undefined;
  /** Trust what the operating system trusts, for web servers, besides. Gives a warning. Default false. */
  readonly systemRoots?: boolean | undefined;
  /** End paths only in self-signed certificates. Default false. */
  readonly requireSelfSignedRoot?: boolean | undefined;
  /** PEM, each with one or many certificates of timestamping authorities. Without any, timestamps are ignored. */
  readonly timestampRoots?: readonly Pem[] | undefined;
  /** Verify as of this instant, whatever timestamps say. Gives a warning. Default: a verified timestamp's, else now. */
  readonly verificationTime?: Date | undefined;
  /** Default `every`. */
  readonly usage?: CertificateUsage | undefined;
}

/**
 * Accepts signatures by keys whose certificate leads to one that is trusted (section 3.2).
 * @throws {OmsError} `signer/certificate-unreadable`
 */
export function certificateVerifier(options: CertificateVerifierOptions): Verifier {
  const { trusted = [], timestampRoots = [], requireSelfSignedRoot = false, usage = 'every' } = options;
  const { verificationTime: chosen } = options;
  if (!(usage in usageOf)) throw new TypeError('the usage must be "every" or "any"');
  if (chosen && Number.isNaN(chosen.getTime())) throw new TypeError('the verification time must be a valid Date');
  const given = readPem('a trusted certificate', trusted);
  const anchors = options.systemRoots ? [...given, ...readable(systemRoots())] : given;
  if (anchors.length === 0) throw new TypeError('no certificate was given that is trusted');
  const authorities = readPem('a certificate of a timestamp authority', timestampRoots);
  return {
    method: 'certificate',
    async verify(content, signature, material, warn) {
      if (options.systemRoots) {
        warn('signer/system-roots', "the operating system's roots are trusted, which vouch for web servers");
      }
      const [leaf, ...intermediates] = chainOf(material);
      if (chosen) warn('signer/verification-time', `the certificates were verified as of ${chosen.toISOString()}`);
      const timestamped = chosen
        ? ignoreTimestamps(material, 'the time was chosen', warn)
        : verifiedTime(material, signature, authorities, warn);
      const time = chosen ?? timestamped ?? new Date();
      const path = refusingCertificates(() =>
        verifyPath({ leaf, intermediates, anchors, time, usage: usageOf[usage], requireSelfSignedRoot }),
      );
      await verifySignature(publicKeyOf(leaf), content, signature, warn);
      return identityOf(path.certificates, time, chosen ? 'caller' : timestamped ? 'timestamp' : 'clock');
    },
  };
}

/** The certificates of a bundle, the signer's first. */
function chainOf({ x509CertificateChain, certificate }: VerificationMaterial): [Certificate, ...Certificate[]] {
  const chain = x509CertificateChain?.certificates ?? (certificate ? [certificate] : []);
  const encoded = chain.map(({ rawBytes }) => decodeBase64(rawBytes, 'a certificate'));
  checkSize(encoded);
  const [leaf, ...others] = encoded.map((der) => refusingCertificates(() => parseCertificate(der)));
  if (!leaf) throw new TypeError('the verification material has no certificate');
  return [leaf, ...others];
}

/** Refuses more than is ever read; whoever signs would otherwise write what nobody can verify (OMS-CERT-26). */
function checkSize(chain: readonly Uint8Array[]): void {
  const bytes = chain.reduce((sum, { length }) => sum + length, 0);
  const limit =
    chain.length > MAX_CHAIN ? MAX_CHAIN : bytes > MAX_CHAIN_BYTES ? `${MAX_CHAIN_BYTES} bytes of` : undefined;
  if (limit === undefined) return;
  throw new OmsError('signer/certificate-budget', `the chain has more than ${limit} certificates`);
}

/** @param what names them in the message */
function readPem(what: string, texts: readonly Pem[]): Certificate[] {
  return texts.flatMap((pem, i) => {
    const which = texts.length > 1 ? `${what} (file ${i + 1} of ${texts.length})` : what;
    return readingCertificates(which, () => parsePemCertificates(pem));
  });
}

/** Of the system's many roots, those that can be read: nobody chose them one by one. */
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

/** The key that a signing certificate certifies, which the registry has to know (OMS-ALG-6). */
function publicKeyOf(certificate: Certificate): EcPublicKey {
  try {
    return new EcPublicKey(refusingCertificates(() => certificate.publicKey));
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
