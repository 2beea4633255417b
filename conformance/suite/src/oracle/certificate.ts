import { createHash, type KeyObject } from 'node:crypto';
import type { VectorInputs } from '../vectors/vector.ts';
import type { ParsedBundle } from './bundle.ts';
import { elementsOf } from './der.ts';
import { checkSignature, type Opened, publicKeyOf, type SignableTexts } from './ecdsa.ts';
import { decodeBase64 } from './encoding.ts';
import type { FaultList } from './fault.ts';
import type { Json, JsonObject } from './json.ts';
import { type Judge, Refusal } from './judgement.ts';
import { checkPath } from './path.ts';
import { isObject } from './statement.ts';
import { verifiedTimes } from './timestamp.ts';
import { type Certificate, readCertificate } from './x509.ts';

export interface Trust {
  readonly inputs: VectorInputs;
  readonly read: (file: string) => Buffer;
}

const CODE_SIGNING = '1.3.6.1.5.5.7.3.3';
const ANY_USAGE = '2.5.29.37.0';

/** Opens an envelope with the key of a certificate that chains to one the caller trusts: section 3.2. */
export function openWithCertificate(bundle: ParsedBundle, trust: Trust, texts: SignableTexts, judge: Judge): Opened {
  const { inputs } = trust;
  const inOrder = certificatesIn(bundle, judge);
  const anyOrder = judge.has('key-of-any-certificate');
  const [leaf, ...others] = anyOrder ? signerFirst(inOrder, bundle, texts, judge) : inOrder;
  if (!leaf) throw new Refusal('bundle/malformed', 'no certificate');
  const misused = judge.has('timestamp-roots-for-signing') ? (inputs.timestampRoots ?? []) : [];
  const anchors = readAll([...(inputs.roots ?? []), ...misused], trust);
  checkUsage(leaf, judge);
  if (judge.has('ca-leaf-refused') && leaf.ca) throw new Refusal('signer/certificate-usage', 'an authority');
  const ownName = leaf.subject.whole.toString('hex') === leaf.issuer;
  if (judge.has('own-name-refused') && ownName) throw new Refusal('signer/certificate-untrusted', 'self-issued');
  const time = verificationTime(bundle, trust, leaf, judge);
  checkPath(leaf, { anchors, others, time, usage: CODE_SIGNING }, judge);
  return openWithCertified(leaf, bundle, texts, judge);
}

function openWithCertified(
  { key: certified, whole }: Certificate,
  bundle: ParsedBundle,
  texts: SignableTexts,
  judge: Judge,
): Opened {
  const historical = checkSignature(publicKeyOf(certified, judge), texts, bundle.signature, judge, 'sha256');
  return { signer: createHash('sha256').update(whole).digest('hex'), historical };
}

/** The certificates, with that of the signing key moved to the front. */
function signerFirst(
  certificates: readonly Certificate[],
  bundle: ParsedBundle,
  texts: SignableTexts,
  judge: Judge,
): Certificate[] {
  const signed = (certificate: Certificate) => {
    try {
      openWithCertified(certificate, bundle, texts, judge);
      return true;
    } catch {
      return false;
    }
  };
  const signer = certificates.filter(signed);
  return [...signer, ...certificates.filter((each) => !signer.includes(each))];
}

function verificationTime(bundle: ParsedBundle, trust: Trust, leaf: Certificate, judge: Judge): number {
  const { verificationTime: chosen, timestampRoots = [] } = trust.inputs;
  if (judge.has('time-of-the-certificate-itself')) return leaf.notBefore;
  const times = verifiedTimes(bundle, readAll(timestampRoots, trust), readAll(trust.inputs.roots ?? [], trust), judge);
  if (chosen !== undefined) {
    judge.warn('signer/verification-time', 'chosen-time-without-warning');
    return Date.parse(chosen);
  }
  if (times.length === 0) return Date.now();
  return judge.has('latest-timestamp') ? Math.max(...times) : Math.min(...times);
}

/** The certificate of the signer in a bundle of the method `certificate`. */
export function signerCertificate(bundle: ParsedBundle, judge: Judge): Certificate {
  const [leaf] = certificatesIn(bundle, judge.apart());
  if (!leaf) throw new Refusal('bundle/malformed', 'no certificate');
  return leaf;
}

/** Refuses a signing certificate that is not for signing code. */
export function checkUsage({ keyUsage, extendedUsages }: Certificate, judge: Judge): void {
  const signs = keyUsage?.has(0) ?? null;
  const codes = extendedUsages && (extendedUsages.includes(CODE_SIGNING) || extendedUsages.includes(ANY_USAGE));
  const both = signs !== false && codes !== false && (signs ?? codes) !== null;
  const either = judge.has('either-usage') && (signs === true || codes === true);
  if (both || either || judge.has('usage-unchecked')) return;
  const checks = ['usage-unchecked', 'key-of-any-certificate'] as const;
  throw new Refusal('signer/certificate-usage', 'another usage', { checks });
}

/** The certificates of a bundle, the signer's first; a single one in the form of a Go client with a warning. */
function certificatesIn({ material }: ParsedBundle, judge: Judge): Certificate[] {
  const { x509CertificateChain: chain, certificate } = material;
  if (chain === undefined) {
    judge.warn('signer/historical-certificate', 'historical-certificate-without-warning');
    return [readOne(certificate, judge)];
  }
  const list = isObject(chain) ? chain.certificates : undefined;
  if (!Array.isArray(list)) throw new Refusal('bundle/malformed', 'no certificates');
  return list.map((each) => readOne(each, judge));
}

function readOne(value: Json | undefined, judge: Judge): Certificate {
  if (!isObject(value) || typeof value.rawBytes !== 'string') throw new Refusal('bundle/malformed', 'a certificate');
  return readCertificate(lenientDer(decodeBase64(value.rawBytes, judge), judge));
}

/** The DER that a program with these defects finds in bytes that are none. */
function lenientDer(bytes: Buffer, judge: Judge): Buffer {
  const isPem = bytes.subarray(0, 11).toString() === '-----BEGIN ';
  if (isPem && judge.has('certificate-takes-pem')) return derOfPem(bytes);
  if (judge.has('certificate-takes-trailing')) return elementsOf(bytes)[0]?.whole ?? bytes;
  const isLong = bytes[1] === 0x83 && bytes[2] === 0;
  return isLong && judge.has('certificate-takes-long-length')
    ? Buffer.concat([Buffer.of(0x30, 0x82), bytes.subarray(3)])
    : bytes;
}

export function readAll(files: readonly string[], { read }: Trust): Certificate[] {
  return files.map((file) => readCertificate(derOfPem(read(file))));
}

function derOfPem(pem: Buffer): Buffer {
  const lines = pem.toString().split('\n');
  return Buffer.from(lines.filter((line) => !line.startsWith('-----')).join(''), 'base64');
}

/**
 * The key of the certificate that was to be used. The chain must be the certificates that were given, in their order; a root
 * among them may be left out.
 */
export function signedChainKey(material: JsonObject | null, trust: Trust, faults: FaultList): KeyObject {
  const { certificate, chain = [] } = trust.inputs;
  const given = readAll([certificate ?? '', ...chain], trust);
  const written = isObject(material?.x509CertificateChain) ? material.x509CertificateChain.certificates : undefined;
  const actual = Array.isArray(written) ? written.map(derOf) : null;
  const wanted = [given, given.filter((each) => !isRoot(each))].map((each) =>
    each.map(({ whole }) => hexOf(whole)).join(),
  );
  if (actual !== null && !wanted.includes(actual.join())) {
    faults.add('OMS-CERT-1', 'the chain is not the certificates that were given, in their order');
  }
  if (given.slice(1).some((each) => isRoot(each) && actual?.slice(1).includes(hexOf(each.whole)))) {
    faults.add('OMS-CERT-27', 'the certificate of a root CA is in the chain');
  }
  return (given[0] as Certificate).key;
}

export function isRoot({ subject, issuer, ca }: Certificate): boolean {
  return ca && hexOf(subject.whole) === issuer;
}

function derOf(value: Json): string {
  return isObject(value) && typeof value.rawBytes === 'string' ? hexOf(Buffer.from(value.rawBytes, 'base64')) : '';
}

function hexOf(bytes: Buffer): string {
  return bytes.toString('hex');
}
