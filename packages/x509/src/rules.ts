import type { Certificate } from './certificate.ts';
import { X509Error, type X509ErrorCode } from './errors.ts';
import { ExtendedKeyUsage } from './extensions.ts';

/**
 * What the leaf is used for.
 *
 * - `code-signing`: its key usage, if present, has `digitalSignature`; its extended key usage, if present, has
 *   `codeSigning`; at least one of them is present; and the extended key usage of every authority that has one allows it too.
 * - `code-signing-compat`: its key usage has `digitalSignature`, or its extended key usage has `codeSigning`. The rule of
 *   other implementations of model signing: it also accepts the certificate of a web server.
 * - `timestamping`: its extended key usage is critical and `timeStamping` alone (RFC 3161, 2.3); its key usage, if present,
 *   is for signatures; and the extended key usage of every authority that has one allows it too.
 * - `any`: nothing is asked of it.
 */
export type Usage = 'code-signing' | 'code-signing-compat' | 'timestamping' | 'any';

export const usages: readonly Usage[] = ['code-signing', 'code-signing-compat', 'timestamping', 'any'];

function refusal(code: X509ErrorCode, { subject }: Certificate, problem: string, rule?: string): X509Error {
  return new X509Error(code, `the certificate ${subject.text} ${problem}`, { subject: subject.text, rule });
}

/** A time for a message: the year 1 and the year 9999 are times, too. */
function show(date: Date): string {
  return date.toISOString().replace('.000Z', 'Z');
}

/**
 * What holds for every certificate of a path, the trusted one included.
 * @throws {X509Error} `malformed`, `critical-extension`, `expired`, `not-yet-valid`, `algorithm-weak`,
 * `algorithm-unsupported`
 */
function checkCommon(certificate: Certificate, time: Date): void {
  const { version, extensions, notBefore, notAfter, issuer } = certificate;
  if (version !== 3) throw refusal('malformed', certificate, `has version ${version}, not 3`, 'RFC 5280, 4.1.2.1');
  const [unknown] = extensions.unknownCritical;
  if (unknown) throw refusal('critical-extension', certificate, `has a critical extension not known here: ${unknown}`);
  if (time < notBefore) {
    throw refusal('not-yet-valid', certificate, `is valid from ${show(notBefore)} on, and the time is ${show(time)}`);
  }
  // Its last second is valid to the end.
  if (time.getTime() - (time.getUTCMilliseconds() % 1000) > notAfter.getTime()) {
    throw refusal('expired', certificate, `was valid until ${show(notAfter)}, and the time is ${show(time)}`);
  }
  if (issuer.parts.length === 0) throw refusal('malformed', certificate, 'has no issuer', 'RFC 5280, 4.1.2.4');
  void certificate.publicKey; // refuses a key that is not on the allow-list
}

/**
 * What holds for the leaf, which may well be an authority's certificate.
 * @throws {X509Error} those of every certificate, and `usage`
 */
export function checkLeaf(leaf: Certificate, time: Date, usage: Usage): void {
  checkCommon(leaf, time);
  if (!leaf.isCa && leaf.nameConstraints) {
    throw refusal('malformed', leaf, 'constrains names and is no authority', 'RFC 5280, 4.2.1.10');
  }
  if (!leaf.isCa && leaf.keyUsage?.includes('keyCertSign')) {
    throw refusal('malformed', leaf, 'may sign certificates and is no authority', 'RFC 5280, 4.2.1.9');
  }
  checkLeafUsage(leaf, usage);
}

function checkLeafUsage(leaf: Certificate, usage: Usage): void {
  const { keyUsage, extendedKeyUsage, extensions } = leaf;
  const signs = keyUsage?.includes('digitalSignature');
  const signsCode = extendedKeyUsage?.includes(ExtendedKeyUsage.codeSigning);
  const refuse = (problem: string, rule?: string) => refusal('usage', leaf, problem, rule);
  switch (usage) {
    case 'code-signing':
      if (!keyUsage && !extendedKeyUsage) throw refuse('says by no key usage that it may sign');
      if (keyUsage && !signs) throw refuse('has a key usage without digitalSignature', 'RFC 5280, 4.2.1.3');
      if (extendedKeyUsage && !signsCode) throw refuse('has an extended key usage without codeSigning');
      return;
    case 'code-signing-compat':
      if (!signs && !signsCode) throw refuse('has neither the key usage digitalSignature nor codeSigning');
      return;
    case 'timestamping':
      if (extendedKeyUsage?.length !== 1 || extendedKeyUsage[0] !== ExtendedKeyUsage.timeStamping) {
        throw refuse('does not have timeStamping as its only extended key usage', 'RFC 3161, 2.3');
      }
      if (!extensions.extendedKeyUsageCritical) {
        throw refuse('has an extended key usage that is not critical', 'RFC 3161, 2.3');
      }
      if (keyUsage && !signs && !keyUsage.includes('nonRepudiation')) {
        throw refuse('has a key usage that is not for signatures', 'RFC 5280, 4.2.1.3');
      }
      return;
    case 'any':
  }
}

/**
 * What holds for an authority wherever it stands in a path.
 * @throws {X509Error} those of every certificate, `not-a-ca` and `usage`
 */
export function checkAuthority(authority: Certificate, time: Date, usage: Usage): void {
  checkCommon(authority, time);
  if (authority.subject.parts.length === 0) {
    throw refusal('malformed', authority, 'is an authority without a name', 'RFC 5280, 4.1.2.6');
  }
  if (!authority.isCa) throw refusal('not-a-ca', authority, 'issued another and is no authority');
  const { keyUsage, extendedKeyUsage } = authority;
  if (keyUsage && !keyUsage.includes('keyCertSign')) {
    throw refusal('not-a-ca', authority, 'has a key usage without keyCertSign', 'RFC 5280, 6.1.4 (n)');
  }
  if (usage === 'any' || usage === 'code-signing-compat' || !extendedKeyUsage) return;
  const needed = usage === 'timestamping' ? 'timeStamping' : 'codeSigning';
  if (![ExtendedKeyUsage[needed], ExtendedKeyUsage.any].some((id) => extendedKeyUsage.includes(id))) {
    throw refusal('usage', authority, `has an extended key usage that does not allow ${needed} below it`);
  }
}

/**
 * How long a path may be below an authority. Those whose subject and issuer are the same do not count.
 * @param below the certificates below it, the leaf first
 * @throws {X509Error} `path-length`
 */
export function checkPathLength(authority: Certificate, below: readonly Certificate[]): void {
  const allowed = authority.extensions.basicConstraints?.pathLength;
  const between = below.slice(1).filter((certificate) => !certificate.isSelfIssued).length;
  if (allowed === undefined || between <= allowed) return;
  throw refusal('path-length', authority, `allows ${allowed} authorities below it, and there are ${between}`);
}
