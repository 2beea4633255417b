import type { Certificate } from './certificate.ts';
import { X509Error, type X509ErrorCode } from './errors.ts';
import { ExtendedKeyUsage } from './extensions.ts';

/**
 * What the leaf is used for.
 *
 * - `code-signing`: its key usage, if present, has `digitalSignature`; its extended key usage, if present, has
 *   `codeSigning`; at least one of them is present; and the extended key usage of every CA that has one allows it too.
 * - `code-signing-compat`: its key usage has `digitalSignature`, or its extended key usage has `codeSigning`. This is the
 *   rule of other implementations of model signing; it also accepts the certificate of a web server.
 * - `timestamping`: its extended key usage is critical and has only `timeStamping` (RFC 3161, 2.3); its key usage, if
 *   present, is for signatures; and the extended key usage of every CA that has one allows it too.
 * - `any`: no usage is required.
 */
export type Usage = 'code-signing' | 'code-signing-compat' | 'timestamping' | 'any';

export const usages: readonly Usage[] = ['code-signing', 'code-signing-compat', 'timestamping', 'any'];

function refusal(code: X509ErrorCode, { subject }: Certificate, problem: string, rule?: string): X509Error {
  return new X509Error(code, `the certificate ${subject.text} ${problem}`, { subject: subject.text, rule });
}

/** Formats a time for a message. */
function formatTime(date: Date): string {
  return date.toISOString().replace('.000Z', 'Z');
}

/** Extensions that a CA must never mark critical (RFC 5280). A certificate that does was not made to that profile. */
const neverCritical: readonly [id: string, name: string, rule: string][] = [
  ['2.5.29.35', 'authority key identifier', 'RFC 5280, 4.2.1.1'],
  ['2.5.29.14', 'subject key identifier', 'RFC 5280, 4.2.1.2'],
];

const SUBJECT_ALT_NAME = '2.5.29.17';

/**
 * Checks the rules for every certificate of a path, the anchor included.
 * @throws {X509Error} `malformed`, `critical-extension`, `expired`, `not-yet-valid`, `algorithm-weak`,
 * `algorithm-unsupported`
 */
function checkCommon(certificate: Certificate, time: Date): void {
  const { version, extensions, notBefore, notAfter, issuer } = certificate;
  if (version !== 3) throw refusal('malformed', certificate, `has version ${version}, not 3`, 'RFC 5280, 4.1.2.1');
  const [unknown] = extensions.unknownCritical;
  if (unknown) throw refusal('critical-extension', certificate, `has an unknown critical extension: ${unknown}`);
  for (const [id, name, rule] of neverCritical) {
    if (extensions.all.get(id)?.critical) {
      throw refusal('critical-extension', certificate, `marks its ${name} as critical`, rule);
    }
  }
  if (time < notBefore) {
    throw refusal(
      'not-yet-valid',
      certificate,
      `is not valid before ${formatTime(notBefore)}, and the time is ${formatTime(time)}`,
    );
  }
  // The whole of its last second is valid.
  if (time.getTime() - (time.getUTCMilliseconds() % 1000) > notAfter.getTime()) {
    throw refusal(
      'expired',
      certificate,
      `was valid until ${formatTime(notAfter)}, and the time is ${formatTime(time)}`,
    );
  }
  if (issuer.parts.length === 0) throw refusal('malformed', certificate, 'has no issuer', 'RFC 5280, 4.1.2.4');
  void certificate.publicKey; // refuses a key that is not on the allow-list
}

/**
 * Checks the rules for the leaf, which may be a CA certificate.
 * @throws {X509Error} those of every certificate, and `usage`
 */
export function checkLeaf(leaf: Certificate, time: Date, usage: Usage): void {
  checkCommon(leaf, time);
  if (!leaf.isCa && leaf.nameConstraints) {
    throw refusal('malformed', leaf, 'constrains names and is not a CA certificate', 'RFC 5280, 4.2.1.10');
  }
  if (!leaf.isCa && leaf.keyUsage?.includes('keyCertSign')) {
    throw refusal('malformed', leaf, 'may sign certificates and is not a CA certificate', 'RFC 5280, 4.2.1.9');
  }
  if (leaf.subject.parts.length === 0 && !leaf.extensions.all.get(SUBJECT_ALT_NAME)?.critical) {
    throw refusal('malformed', leaf, 'has neither a subject nor a critical alternative name', 'RFC 5280, 4.2.1.6');
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
      if (!keyUsage && !extendedKeyUsage) throw refuse('has no key usage that allows it to sign');
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
 * Checks the rules for a CA certificate in any position.
 * @throws {X509Error} those of every certificate, `not-a-ca` and `usage`
 */
export function checkCa(ca: Certificate, time: Date, usage: Usage): void {
  checkCommon(ca, time);
  if (ca.subject.parts.length === 0) {
    throw refusal('malformed', ca, 'is a CA certificate without a subject', 'RFC 5280, 4.1.2.6');
  }
  if (!ca.isCa) throw refusal('not-a-ca', ca, 'issued another one and is not a CA certificate');
  const { keyUsage, extendedKeyUsage } = ca;
  if (keyUsage && !keyUsage.includes('keyCertSign')) {
    throw refusal('not-a-ca', ca, 'has a key usage without keyCertSign', 'RFC 5280, 6.1.4 (n)');
  }
  if (usage === 'any' || usage === 'code-signing-compat' || !extendedKeyUsage) return;
  const needed = usage === 'timestamping' ? 'timeStamping' : 'codeSigning';
  if (![ExtendedKeyUsage[needed], ExtendedKeyUsage.any].some((id) => extendedKeyUsage.includes(id))) {
    throw refusal('usage', ca, `has an extended key usage that does not allow ${needed} below it`);
  }
}

/**
 * Checks the path length constraint of a CA certificate. Self-issued certificates do not count.
 * @param below the certificates below it, the leaf first
 * @throws {X509Error} `path-length`
 */
export function checkPathLength(ca: Certificate, below: readonly Certificate[]): void {
  const allowed = ca.extensions.basicConstraints?.pathLength;
  const between = below.slice(1).filter((certificate) => !certificate.isSelfIssued).length;
  if (allowed === undefined || between <= allowed) return;
  throw refusal('path-length', ca, `allows ${allowed} CA certificates below it, and there are ${between}`);
}
