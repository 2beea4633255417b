import { createHash, verify } from 'node:crypto';
import type { ReasonClass } from '../vectors/reasons.ts';
import type { ParsedBundle } from './bundle.ts';
import { childrenOf, type Element, elementOf, elementsOf, oidOf, timeOf } from './der.ts';
import { decodeBase64 } from './encoding.ts';
import { textOf } from './json.ts';
import { type Judge, Refusal } from './judgement.ts';
import { checkPath } from './path.ts';
import { isObject } from './statement.ts';
import { type Certificate, readCertificate } from './x509.ts';

const TIME_STAMPING = '1.3.6.1.5.5.7.3.8';

/** The times of the valid timestamps in a bundle, in milliseconds: section 3.2.1. */
export function verifiedTimes(
  { material, signature }: ParsedBundle,
  roots: readonly Certificate[],
  signingRoots: readonly Certificate[],
  judge: Judge,
): number[] {
  const data = material.timestampVerificationData;
  const list = isObject(data) && Array.isArray(data.rfc3161Timestamps) ? data.rfc3161Timestamps : [];
  if (list.length === 0) return [];
  if (roots.length === 0 && !judge.has('timestamps-of-any-authority')) {
    judge.warn('signer/timestamp-ignored', 'timestamps-ignored-without-warning');
    return [];
  }
  const times: number[] = [];
  let problem: unknown;
  for (const each of list) {
    try {
      const text = isObject(each) ? each.signedTimestamp : undefined;
      times.push(verifiedTime(decodeBase64(textOf(text), judge), signature, roots, signingRoots, judge));
    } catch (error) {
      problem =
        error instanceof Refusal ? new Refusal(reasonOf(error.reason), error.message, { checks: error.checks }) : error;
    }
  }
  if (times.length === 0 && !judge.has('unverified-timestamps-passed')) throw problem;
  return times;
}

/** The reason class of a refusal on the path of a timestamp. */
function reasonOf(reason: ReasonClass): ReasonClass {
  if (reason.startsWith('signer/timestamp-')) return reason;
  const cause = reason.replace('signer/certificate-', '');
  const known = ['untrusted', 'expired', 'not-yet-valid', 'malformed', 'usage'];
  return known.includes(cause) ? (`signer/timestamp-${cause}` as ReasonClass) : 'signer/timestamp-path';
}

function verifiedTime(
  response: Buffer,
  signature: Buffer,
  roots: readonly Certificate[],
  signingRoots: readonly Certificate[],
  judge: Judge,
): number {
  const [status, token] = childrenOf(elementOf(response)) as Element[];
  const granted = status && Number(`0x${childrenOf(status)[0]?.content.toString('hex')}`) <= 1;
  if (!granted || !token) throw new Refusal('signer/timestamp-refused', 'not granted');
  const signedData = childrenOf(childrenOf(childrenOf(token)[1] as Element)[0] as Element);
  const [, , encapsulated, ...rest] = signedData;
  const info = childrenOf(childrenOf(encapsulated as Element)[1] as Element)[0]?.content as Buffer;
  const certificates = rest.filter(({ tag }) => tag === 0xa0).flatMap(childrenOf);
  const signerInfo = childrenOf(childrenOf(rest.at(-1) as Element)[0] as Element);
  const time = checkInfo(info, signature, judge);
  const signer = signerOf(
    signerInfo[1] as Element,
    certificates.map(({ whole }) => readCertificate(whole)),
  );
  checkSignerInfo(signerInfo, info, signer, judge);
  checkUsage(signer, judge);
  if (judge.has('timestamps-of-any-authority')) return time;
  const anchors = judge.has('timestamps-by-signing-roots') ? [...roots, ...signingRoots] : roots;
  const at = judge.has('timestamp-authority-may-be-expired') ? signer.notBefore : time;
  checkPath(signer, { anchors, others: [], time: at, usage: TIME_STAMPING }, judge);
  return time;
}

function checkInfo(info: Buffer, signature: Buffer, judge: Judge): number {
  const [, , imprint, , time] = childrenOf(elementOf(info)) as Element[];
  const digest = childrenOf(imprint as Element)[1]?.content as Buffer;
  const other = !digest.equals(createHash('sha256').update(signature).digest());
  judge.refuseIf(other, 'timestamp-imprint-unchecked', 'signer/timestamp-imprint', 'over something else');
  return timeOf(time as Element);
}

function signerOf(identifier: Element, certificates: readonly Certificate[]): Certificate {
  const [issuer, serial] = childrenOf(identifier) as Element[];
  const found = certificates.find(
    (each) => each.issuer === issuer?.whole.toString('hex') && each.serial === serial?.content.toString('hex'),
  );
  if (!found) throw new Refusal('signer/timestamp-signer', 'no certificate of the signer');
  return found;
}

function checkSignerInfo(signerInfo: readonly Element[], info: Buffer, signer: Certificate, judge: Judge): void {
  const [, , , attributes, , signature] = signerInfo as Element[];
  if (!attributes || !signature) throw new Refusal('signer/timestamp-malformed', 'the signer');
  const values = new Map(
    elementsOf(attributes.content).map((each) => {
      const [type, set] = childrenOf(each) as [Element, Element];
      return [oidOf(type), childrenOf(set)[0] as Element];
    }),
  );
  const digest = values.get('1.2.840.113549.1.9.4')?.content;
  const changed = !digest?.equals(createHash('sha256').update(info).digest());
  judge.refuseIf(changed, 'timestamp-digest-unchecked', 'signer/timestamp-signature', 'the digest of the content');
  const signed = Buffer.concat([Buffer.of(0x31), attributes.whole.subarray(1)]);
  const holds = verify('sha256', signed, signer.key, signature.content);
  judge.refuseIf(!holds, 'timestamp-signature-unchecked', 'signer/timestamp-signature', 'it does not hold');
  const named = values.get('1.2.840.113549.1.9.16.2.47');
  const hash = named && childrenOf(childrenOf(childrenOf(named)[0] as Element)[0] as Element)[0]?.content;
  const other = !hash?.equals(createHash('sha256').update(signer.whole).digest());
  judge.refuseIf(other, 'timestamp-signer-unchecked', 'signer/timestamp-signer', 'another certificate is named');
}

function checkUsage({ extendedUsages, extendedUsagesCritical }: Certificate, judge: Judge): void {
  const has = extendedUsages?.includes(TIME_STAMPING) ?? false;
  judge.refuseIf(!has, 'timestamp-usage-unchecked', 'signer/timestamp-usage', 'not for timestamps');
  const more = (extendedUsages?.length ?? 0) > 1;
  judge.refuseIf(more, 'timestamp-usage-not-alone', 'signer/timestamp-usage', 'for others as well');
  const critical = extendedUsagesCritical || extendedUsages === null;
  judge.refuseIf(!critical, 'timestamp-usage-not-critical', 'signer/timestamp-usage', 'not critical');
}
