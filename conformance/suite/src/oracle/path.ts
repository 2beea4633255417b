import { verify } from 'node:crypto';
import { type Judge, Refusal } from './judgement.ts';
import { type Certificate, constraintProblem } from './x509.ts';

const hashes: Readonly<Record<string, string>> = {
  '1.2.840.10045.4.1': 'sha1',
  '1.2.840.10045.4.3.2': 'sha256',
  '1.2.840.10045.4.3.3': 'sha384',
  '1.2.840.10045.4.3.4': 'sha512',
};

export interface PathOptions {
  readonly anchors: readonly Certificate[];
  readonly others: readonly Certificate[];
  /** The time at which every certificate must be valid, in milliseconds. */
  readonly time: number;
  /** The extended key usage that authorities must allow if they have any. */
  readonly usage: string;
}

/** The longest path, and the most steps of a search. */
const MAX_LENGTH = 10;
const MAX_STEPS = 1000;

/** Finds a path from a certificate to an anchor that is valid by RFC 5280, or says why the last one tried is not. */
export function checkPath(leaf: Certificate, options: PathOptions, judge: Judge): void {
  let problem = new Refusal('signer/certificate-untrusted', 'no path', { checks: ['untrusted-path-passed'] });
  let steps = 0;
  const passes = (path: readonly Certificate[]): boolean => {
    try {
      checkCertificates(path, options, judge);
      return true;
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      problem = error;
      return false;
    }
  };
  const search = (path: readonly Certificate[]): boolean => {
    const last = path.at(-1) as Certificate;
    if (++steps > MAX_STEPS)
      throw new Refusal('signer/certificate-budget', 'the search is given up', { checks: ['untrusted-path-passed'] });
    if (isAnchor(last, options, judge) && passes(path)) return true;
    const endsAnywhere = judge.has('untrusted-path-passed');
    if (path.length >= MAX_LENGTH) return endsAnywhere && passes(path);
    const above = judge.has('chain-in-order-only')
      ? options.others.slice(path.length - 1, path.length)
      : options.others;
    const issuers = [...options.anchors, ...above].filter((each) => each.subject.whole.toString('hex') === last.issuer);
    const further = issuers.filter((issuer) => !path.includes(issuer) && hasIssued(issuer, last, judge));
    if (endsAnywhere && further.length === 0) return passes(path);
    return further.some((issuer) => search([...path, issuer]));
  };
  if (!search([leaf])) throw problem;
}

function isAnchor(certificate: Certificate, { anchors, others }: PathOptions, judge: Judge): boolean {
  const same = (each: Certificate) => each.whole.equals(certificate.whole);
  const selfSigned = certificate.subject.whole.toString('hex') === certificate.issuer;
  if (judge.has('roots-from-the-bundle') && selfSigned && (others.some(same) || others.length === 0)) return true;
  if (judge.has('only-self-signed-anchors') && !selfSigned) return false;
  if (judge.has('anchors-by-name')) return anchors.some((each) => each.subject.whole.equals(certificate.subject.whole));
  return anchors.some(same);
}

function hasIssued(issuer: Certificate, certificate: Certificate, judge: Judge): boolean {
  if (judge.has('issuer-signature-unchecked')) return true;
  const hash = hashes[certificate.signatureAlgorithm];
  return hash !== undefined && verify(hash, certificate.body, issuer.key, certificate.signature);
}

function checkCertificates(path: readonly Certificate[], options: PathOptions, judge: Judge): void {
  for (const [index, certificate] of path.entries()) {
    const anchored = index === path.length - 1;
    const trustedAsItIs = anchored && index > 0 && judge.has('expired-anchors-trusted');
    if (!trustedAsItIs) checkValidity(certificate, index, options.time, judge);
    const critical = certificate.unknownCritical;
    judge.refuseIf(critical, 'critical-extensions-passed', 'signer/certificate-critical-extension', 'unknown');
    const weak = !anchored && hashes[certificate.signatureAlgorithm] === 'sha1';
    judge.refuseIf(weak, 'weak-certificates', 'signer/certificate-algorithm-weak', 'SHA-1');
    if (index > 0) checkAuthority(certificate, path.slice(0, index), options, judge);
  }
}

function checkValidity({ notBefore, notAfter }: Certificate, index: number, time: number, judge: Judge): void {
  if (index > 0 && judge.has('validity-of-the-leaf-alone')) return;
  const [late, early] = [time > notAfter, time < notBefore];
  judge.refuseIf(late, 'expiry-unchecked', 'signer/certificate-expired', 'expired');
  judge.refuseIf(early, 'not-before-unchecked', 'signer/certificate-not-yet-valid', 'not yet valid');
}

/** Checks a certificate that issued others. `below` are those below it, the signer's first. */
function checkAuthority(
  certificate: Certificate,
  below: readonly Certificate[],
  { usage }: PathOptions,
  judge: Judge,
): void {
  judge.refuseIf(!certificate.ca, 'issuer-may-be-no-ca', 'signer/certificate-not-a-ca', 'not an authority');
  const signs = certificate.keyUsage?.has(5) ?? true;
  judge.refuseIf(!signs, 'issuer-key-usage-unchecked', 'signer/certificate-not-a-ca', 'not for certificates');
  const long = certificate.pathLength !== null && below.length - 1 > certificate.pathLength;
  judge.refuseIf(long, 'path-length-unchecked', 'signer/certificate-path-length', 'too long');
  const { extendedUsages } = certificate;
  const other = extendedUsages !== null && !extendedUsages.includes(usage) && !extendedUsages.includes('2.5.29.37.0');
  judge.refuseIf(other, 'authority-usage-unchecked', 'signer/certificate-usage', 'another usage');
  for (const each of below) {
    const problem = certificate.nameConstraints && constraintProblem(certificate.nameConstraints, each);
    if (problem === null) continue;
    const lacking = problem === 'not understood' ? 'unknown-constraints-passed' : 'name-constraints-unchecked';
    judge.refuseIf(true, lacking, 'signer/certificate-name-constraint', problem);
  }
}
