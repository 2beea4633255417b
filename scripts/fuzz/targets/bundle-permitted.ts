import type { VectorInputs } from '../../../conformance/suite/src/vectors/vector.ts';
import { isAtOrBelow } from './names-model.ts';

// What the format permits and the oracle, which does only what every verifier must, does not do.

/** The permitted bounds of OMS-LIMIT-5 and OMS-LIMIT-6, which the oracle has no reason to apply. */
const MAX_NAME_BYTES = 4096;
const MAX_MEMBER_NAME = 1000;
const MAX_MEMBERS = 10_000;
const MAX_VALUES = 100_000;

/** Warnings that are permitted, and that strict mode turns into refusals. */
const furtherWarnings: ReadonlySet<string | undefined> = new Set(['model/ignored-code', 'model/pointer-file']);

/** Whether the format permits this refusal of what it does not require to be refused. */
export function mayRefuse(code: string | undefined, inputs: VectorInputs, bundle: Buffer): boolean {
  if (code === 'model/mismatch') return overrulesSigner(inputs, bundle);
  return (inputs.strict === true && furtherWarnings.has(code)) || exceedsLimit(code, bundle);
}

/** The refusals of a certificate for what it is, whether or not a path to a root needs it. */
const unfit: ReadonlySet<string | undefined> = new Set([
  'signer/certificate-malformed',
  'signer/certificate-algorithm-unsupported',
]);

/**
 * The bundles without one of the certificates that follow the signer's, if this refusal may be about one that no path needs.
 * The format does not say whether a verifier reads such a certificate.
 */
export function withoutNeedless(code: string | undefined, bundle: Buffer): Buffer[] {
  const certificates = certificatesIn(parsed(bundle));
  if (!unfit.has(code)) return [];
  return certificates.slice(1).map((_, i) => {
    const copy = parsed(bundle);
    certificatesIn(copy).splice(i + 1, 1);
    return Buffer.from(JSON.stringify(copy));
  });
}

function certificatesIn(bundle: unknown): unknown[] {
  const chain = memberOf(memberOf(bundle, 'verificationMaterial'), 'x509CertificateChain');
  const certificates = memberOf(chain, 'certificates');
  return Array.isArray(certificates) ? certificates : [];
}

const defaults = ['.git', '.gitattributes', '.github', '.gitignore'];

/** Whether the caller asks to check what the signer has excluded, and a verifier may follow the caller (OMS-IGNORE-13). */
export function overrulesSigner({ ignoreGitPaths }: VectorInputs, bundle: Buffer): boolean {
  const recorded = recordedPaths(parsed(payloadOf(bundle)));
  return ignoreGitPaths === false && recorded.some((path) => defaults.some((name) => isAtOrBelow(path, name)));
}

function recordedPaths(statement: unknown): string[] {
  return textsIn(memberOf(memberOf(memberOf(statement, 'predicate'), 'serialization'), 'ignore_paths'));
}

/** Whether a bundle exceeds a bound that the format permits, and the code of its refusal says so. */
function exceedsLimit(code: string | undefined, bundle: Buffer): boolean {
  const documents = [bundle, payloadOf(bundle)].map(parsed);
  if (code === 'bundle/too-large' || code === 'statement/too-large') return documents.some(isTooLarge);
  if (code === 'manifest/ignore-path-invalid') return recordedPaths(documents[1]).some(isTooLong);
  if (code !== 'manifest/name-invalid') return false;
  const resources = memberOf(memberOf(documents[1], 'predicate'), 'resources');
  return Array.isArray(resources) && resources.some((each) => textsIn([memberOf(each, 'name')]).some(isTooLong));
}

function isTooLong(name: string): boolean {
  return Buffer.byteLength(name) > MAX_NAME_BYTES;
}

function isTooLarge(document: unknown): boolean {
  let values = 0;
  const left = [document];
  while (left.length > 0) {
    const value = left.pop();
    if (++values > MAX_VALUES) return true;
    if (typeof value !== 'object' || value === null) continue;
    const names = Array.isArray(value) ? [] : Object.keys(value);
    if (names.length > MAX_MEMBERS || names.some((name) => name.length > MAX_MEMBER_NAME)) return true;
    left.push(...Object.values(value));
  }
  return false;
}

function payloadOf(bundle: Buffer): Buffer {
  const payload = memberOf(memberOf(parsed(bundle), 'dsseEnvelope'), 'payload');
  return Buffer.from(typeof payload === 'string' ? payload : '', 'base64');
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return null;
  }
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
}

function textsIn(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}
