import type { VectorInputs } from '../vectors/vector.ts';
import { type Attestation, openAttestation } from './attestation.ts';
import { type ParsedBundle, readBundle } from './bundle.ts';
import { readAll, signerCertificate } from './certificate.ts';
import { publicKeyOf } from './ecdsa.ts';
import { type Judge, Refusal } from './judgement.ts';
import { checkManifest, type SignedFile } from './manifest.ts';
import type { Expected, Policy, PolicySigner, Requirements } from './policy-document.ts';
import type { Statement } from './statement.ts';
import { verifiedTimes } from './timestamp.ts';
import type { Defect } from './verifier-defects.ts';
import { openBundle } from './verify.ts';

/** A bundle that is by a signer of the policy. */
export interface Signed {
  readonly statement: Statement;
  readonly files: ReadonlyMap<string, SignedFile>;
  /** What tells this signer from all others: the hint of the key, or the digest of the certificate. */
  readonly identity: string;
  /** The hint of the key, which a certificate may be for. */
  readonly key: string;
  readonly names: readonly string[];
  /** The earliest verified time in milliseconds, or null. */
  readonly time: number | null;
}

/** By whom a bundle is, and since when. */
type By = Omit<Signed, 'statement' | 'files'>;

/** Opens a bundle with what the policy says of a signer: every step before the model. */
export function openAs(signer: PolicySigner, bytes: Uint8Array, requirements: Requirements, judge: Judge): Signed {
  const bundle = readBundle(bytes, judge);
  if (signer.method === 'sigstore') throw new Refusal('signer/method-mismatch', 'the oracle has no eyes for Sigstore');
  const trust = trustOf(signer);
  const { statement, signer: identity } = openBundle(bundle, { ...trust, bundle: bytes }, judge);
  checkIdentity(signer, bundle, identity, judge);
  if (isHistorical(judge) && !requirements.historicalFormats) {
    judge.refuseIf(true, 'policy-historical-counted', 'policy/requirement', 'an older form');
  }
  if (isHistorical(judge) && judge.has('policy-historical-never-counted')) {
    throw new Refusal('policy/requirement', 'an older form');
  }
  return {
    statement,
    files: checkManifest(statement, judge),
    identity,
    ...keyAndNames(signer, bundle, identity, judge),
    time: timeOf(signer, bundle, judge),
  };
}

function keyAndNames(
  { method }: PolicySigner,
  bundle: ParsedBundle,
  identity: string,
  judge: Judge,
): Pick<Signed, 'key' | 'names'> {
  if (method === 'key') return { key: identity, names: [] };
  const { key, alternativeNames } = signerCertificate(bundle, judge);
  const { hint } = publicKeyOf(key, judge);
  return { key: hint, names: alternativeNames.map(({ content }) => content.toString()) };
}

interface SignerTrust {
  readonly inputs: VectorInputs;
  readonly read: (file: string) => Buffer;
  readonly model: { readonly name: string; readonly tree: readonly [] };
}

/** The inputs of a verifier that trusts this signer alone. */
function trustOf({ method, publicKey, trusted, timestampRoots }: PolicySigner): SignerTrust {
  const contents = new Map([['key', publicKey]]);
  const named = (prefix: string, texts: readonly string[]) =>
    texts.map((text, index) => {
      contents.set(`${prefix} ${index}`, text);
      return `${prefix} ${index}`;
    });
  const [roots, authorities] = [named('root', trusted), named('authority', timestampRoots)];
  return {
    inputs: { method, publicKey: 'key', roots, timestampRoots: authorities },
    read: (file) => Buffer.from(contents.get(file) ?? ''),
    model: { name: 'model', tree: [] },
  };
}

const historical = ['signer/historical-key', 'signer/historical-certificate', 'envelope/historical-form'] as const;

/** Whether what was read so far was in a form of section 14. */
function isHistorical({ warnings }: Judge): boolean {
  return historical.some((one) => warnings.includes(one));
}

function checkIdentity(signer: PolicySigner, bundle: ParsedBundle, identity: string, judge: Judge): void {
  if (signer.method !== 'certificate') return;
  const names = signerCertificate(bundle, judge).alternativeNames.map(({ content }) => content.toString());
  const wrong = (reason: string) =>
    judge.refuseIf(true, 'policy-identity-not-compared', 'signer/identity-mismatch', reason);
  if (signer.identity !== undefined && !names.some((name) => isExpected(name, signer.identity, judge))) wrong('a name');
  if (signer.fingerprint !== undefined && signer.fingerprint !== identity) wrong('another certificate');
}

function isExpected(found: string, expected: Expected | undefined, judge: Judge): boolean {
  if (expected === undefined) return true;
  if (typeof expected === 'string')
    return judge.has('policy-identity-by-end') ? found.endsWith(expected) : found === expected;
  const whole = judge.has('policy-identity-by-end') ? `(?:${expected.pattern})$` : `^(?:${expected.pattern})$`;
  return new RegExp(whole, 'su').test(found);
}

function timeOf({ method, trusted, timestampRoots }: PolicySigner, bundle: ParsedBundle, judge: Judge): number | null {
  if (timestampRoots.length === 0 || (method === 'key' && judge.has('policy-time-of-keys-ignored'))) return null;
  const read = (texts: readonly string[]) =>
    readAll(
      texts.map((_, index) => String(index)),
      { inputs: { method }, read: (file) => Buffer.from(texts[Number(file)] ?? '') },
    );
  const times = verifiedTimes(bundle, read(timestampRoots), read(trusted), judge);
  return times.length === 0 ? null : Math.min(...times);
}

/** Opens an attestation with what the policy says of a signer: sections 13.6.1 and 13.6.3. */
export function openAttestationAs(
  signer: PolicySigner,
  bytes: Uint8Array,
  policy: Policy,
  required: Requirements,
  judge: Judge,
): Attestation {
  if (signer.method === 'sigstore') throw new Refusal('signer/method-mismatch', 'the oracle has no eyes for Sigstore');
  const bundle = readBundle(bytes, judge, true);
  const attestation = openAttestation(bytes, trustOf(signer), judge.apart());
  checkIdentity(signer, bundle, attestation.signer, judge);
  const isOld = isHistorical(judge) && !required.historicalFormats;
  judge.refuseIf(isOld, 'policy-attestation-historical-counted', 'policy/requirement', 'an older form');
  const identity = attestation.signer;
  const by = { identity, ...keyAndNames(signer, bundle, identity, judge), time: timeOf(signer, bundle, judge) };
  if (!judge.has('policy-attestation-validity-ignored')) {
    withOwn('policy-attestation-validity-ignored', () => checkTime(by, signer, judge));
  }
  if (!judge.has('policy-attestation-revocation-ignored')) {
    withOwn('policy-attestation-revocation-ignored', () => checkRevocation(by, signer.name, policy, judge));
  }
  const needsTime = required.timestamp === 'required' || (required.signedAfter ?? required.signedBefore) !== undefined;
  if (needsTime && by.time === null && judge.has('policy-attestation-times-required')) {
    throw new Refusal('policy/requirement', 'no verified time');
  }
  return attestation;
}

/** Does a check that attestations have in common with signatures, which a program can leave out for attestations alone. */
function withOwn(lacking: Defect, check: () => void): void {
  try {
    check();
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new Refusal(error.reason, error.message, { checks: [...error.checks, lacking] });
  }
}

/** Refuses to count a signer for a bundle: sections 13.5.3 and 13.5.4, except what depends on the model. */
export function checkCounts(signed: Signed, name: string, policy: Policy, required: Requirements, judge: Judge): void {
  checkTime(signed, policy.signers.get(name), judge);
  checkRevocation(signed, name, policy, judge);
  checkRequirements(signed, required, judge);
}

const DAY = 24 * 60 * 60 * 1000;

/** The last moment of a date, or that very moment. */
const endOf = (date: string): number => (date.includes('T') ? Date.parse(date) : Date.parse(date) + DAY - 1);

function checkTime({ time }: Pick<Signed, 'time'>, signer: PolicySigner | undefined, judge: Judge): void {
  if (signer?.validUntil === undefined) return;
  const at = judge.has('policy-valid-until-at-present') ? Date.now() : (time ?? Date.now());
  judge.refuseIf(at > endOf(signer.validUntil), 'policy-valid-until-ignored', 'policy/signer', 'no longer valid');
}

/** The date from which a signer no longer counts, under whichever name it is revoked. */
function checkRevocation(signed: By, name: string, policy: Policy, judge: Judge): void {
  const { time } = signed;
  const from = Object.entries(policy.revokedSigners).find(([other]) => isSame(other, name, signed, policy, judge))?.[1];
  if (from === undefined) return;
  if (judge.has('policy-revoked-signers-never-counted')) throw new Refusal('policy/revoked', 'the signer');
  const isFuture = judge.has('policy-revoked-by-present') && Date.now() < Date.parse(from);
  const passed = time === null && (isFuture || judge.has('policy-revoked-signers-without-time-counted'));
  const isBefore = passed || (time !== null && time < Date.parse(from));
  if (isBefore || judge.has('policy-revoked-signers-counted')) return;
  const checks = [
    'policy-revoked-signers-counted',
    'policy-revoked-by-name-alone',
    'policy-revoked-signers-without-time-counted',
    'policy-revoked-keys-certified',
  ] as const;
  throw new Refusal('policy/revoked', 'the signer', { checks });
}

function isSame(other: string, name: string, signed: By, { signers }: Policy, judge: Judge): boolean {
  if (other === name) return true;
  const signer = signers.get(other);
  if (signer === undefined || judge.has('policy-revoked-by-name-alone')) return false;
  if (signer.method === 'key') {
    const found = judge.has('policy-revoked-keys-certified') ? signed.identity : signed.key;
    return publicKeyOf(signer.publicKey, judge).hint === found;
  }
  return signer.method === 'certificate' && signed.names.some((each) => isExpected(each, signer.identity, judge));
}

function checkRequirements({ time, statement }: Signed, required: Requirements, judge: Judge): void {
  const { timestamp, signedAfter, signedBefore, hashAlgorithms, rootDigests } = required;
  const refuseIf = (broken: boolean, lacking: Parameters<Judge['refuseIf']>[1], message: string) =>
    judge.refuseIf(broken, lacking, 'policy/requirement', message);
  refuseIf(timestamp === 'required' && time === null, 'policy-timestamp-not-required', 'no verified time');
  if (signedAfter ?? signedBefore) refuseIf(time === null, 'policy-signed-after-without-time', 'no verified time');
  const isEarly = signedAfter !== undefined && time !== null && time < Date.parse(signedAfter);
  refuseIf(isEarly, 'policy-signed-after-ignored', 'signed too early');
  const isLate = signedBefore !== undefined && time !== null && time >= Date.parse(signedBefore);
  refuseIf(isLate, 'policy-signed-before-ignored', 'signed too late');
  const { hashType } = statement.serialization;
  const otherHash = hashAlgorithms !== undefined && !hashAlgorithms.includes(hashType);
  refuseIf(otherHash, 'policy-algorithms-ignored', `the algorithm ${hashType}`);
  const otherModel = rootDigests !== undefined && !rootDigests.includes(statement.rootDigest ?? '');
  refuseIf(otherModel, 'policy-root-digests-ignored', 'another root digest');
}
