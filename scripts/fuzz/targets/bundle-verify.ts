import { isDeepStrictEqual } from 'node:util';
import type { Judgement } from '../../../conformance/suite/src/oracle/judgement.ts';
import type { VectorInputs } from '../../../conformance/suite/src/vectors/vector.ts';
import {
  certificateVerifier,
  type Extension,
  inspectBundle,
  keyVerifier,
  openSignature,
  resourceName,
  timestampedVerifier,
  type Verification,
  type Verifier,
  type VerifyModelOptions,
  verifyModel,
} from '../../../packages/core/src/index.ts';
import { sigstoreVerifier } from '../../../packages/sigstore/src/index.ts';
import { refusalBy, type Verdict, WrongVerdict } from '../target.ts';
import { memoryModel, type PlainModel } from './bundle-model.ts';
import { mayRefuse, overrulesSigner, withoutNeedless } from './bundle-permitted.ts';

/** The verdict of this implementation. */
export type Ours = { readonly verification: Verification } | { readonly refusal: Verdict };

/** The inputs of a vector that are options of the verification. */
export const verificationInputs = [
  ...(['strict', 'draft', 'extensions', 'ignoreUnsignedFiles', 'allowSymlinks'] as const),
  ...(['ignorePaths', 'ignoreGitPaths'] as const),
] satisfies (keyof VectorInputs & keyof VerifyModelOptions)[];

function optionsOf(inputs: VectorInputs): VerifyModelOptions {
  return Object.fromEntries(verificationInputs.map((name) => [name, inputs[name]]));
}

/** Verifies a bundle as a program would that opens and inspects it as well; all three must agree. */
export async function verifyInMemory(
  verifierFor: () => Promise<Verifier>,
  inputs: VectorInputs,
  model: PlainModel,
  bundle: Buffer,
): Promise<Ours> {
  const made = await outcome(verifierFor);
  if ('refusal' in made) return made;
  const verifier = made.value;
  // The oracle reports what was ignored, as the format asks, and never refuses it.
  const options = { ...optionsOf(inputs), ignoredFiles: 'report' } as const;
  const opened = await outcome(() => openSignature(bundle, verifier, options));
  const inspected = await outcome(() => inspectBundle(bundle));
  const verified = await outcome(() => verifyModel(memoryModel(model), bundle, verifier, options));
  if ('refusal' in verified) return verified;
  if ('refusal' in opened) throw new WrongVerdict(`verified, and opening is refused: ${opened.refusal.code}`);
  if ('refusal' in inspected) throw new WrongVerdict(`verified, and inspecting is refused: ${inspected.refusal.code}`);
  const { resources, subManifests = [] } = opened.value.manifest;
  // What the sub-manifests of the draft list is known only when the model is there.
  const ofManifest =
    subManifests.length > 0 ? verified.value.resources.slice(0, resources.length) : verified.value.resources;
  if (!isDeepStrictEqual(resources, ofManifest)) {
    throw new WrongVerdict('opening and verifying give different resources');
  }
  return { verification: verified.value };
}

async function outcome<T>(work: () => Promise<T>): Promise<{ readonly value: T } | { readonly refusal: Verdict }> {
  try {
    return { value: await work() };
  } catch (error) {
    return { refusal: refusalBy(error) };
  }
}

/** The verifier that the inputs of a vector ask for. */
export async function verifierOf(inputs: VectorInputs, read: (file: string) => Buffer): Promise<Verifier> {
  const { method, publicKey = '', roots = [], timestampRoots = [], verificationTime } = inputs;
  if (method === 'key') {
    const extensions = (inputs.extensions ?? []) as readonly Extension[];
    const verifier = keyVerifier({ publicKey: read(publicKey), extensions });
    if (timestampRoots.length === 0) return verifier;
    return timestampedVerifier(verifier, { timestampRoots: timestampRoots.map(read) });
  }
  if (method === 'certificate') {
    return certificateVerifier({
      trusted: roots.map(read),
      timestampRoots: timestampRoots.map(read),
      verificationTime: verificationTime === undefined ? undefined : new Date(verificationTime),
    });
  }
  const { identity = '', identityProvider = '' } = inputs;
  return sigstoreVerifier({ identity, issuer: identityProvider, trust: { trustedRoot: read('trusted_root.json') } });
}

/** Both verifiers must have the same verdict, and report the same. */
export function compare(ours: Ours, judge: (bundle: Buffer) => Judgement, inputs: VectorInputs, bundle: Buffer): void {
  const verdict = judge(bundle);
  const refusals = [verdict.outcome === 'reject' ? verdict.reason : '', 'refusal' in ours ? ours.refusal.code : ''];
  const without = refusals.flatMap((code) => withoutNeedless(code, bundle)).map(judge);
  const oracle = without.find(({ outcome }) => outcome === 'accept') ?? verdict;
  const mayReadAll = oracle !== verdict;
  if ('refusal' in ours) {
    const { code } = ours.refusal;
    // The schemas also describe members that the oracle, which reads only what it uses, does not look at.
    const isShape = code?.endsWith('/malformed') || code === 'bundle/not-base64';
    const isAllowed = isShape || mayReadAll || mayRefuse(code, inputs, bundle);
    if (oracle.outcome === 'accept' && !isAllowed)
      throw new WrongVerdict(`refused with ${code}, and the oracle accepts`);
    return;
  }
  if (oracle.outcome === 'reject') {
    throw new WrongVerdict(`accepted, and the oracle refuses: ${oracle.reason}: ${oracle.message}`);
  }
  const { rootDigest, resources } = ours.verification;
  const { report } = oracle;
  const isOther = overrulesSigner(inputs, bundle); // then other files are unsigned and not ignored
  const { ignored, unsigned } = isOther ? report : ours.verification;
  // The oracle does not mark directories.
  const found = {
    ignored: ignored.map((name) => name.replace(/\/$/, '')),
    unsigned,
    rootDigest,
    resources: resources.length,
  };
  const expected = {
    ignored: report.ignored,
    unsigned: report.unsigned,
    rootDigest: report.rootDigest,
    resources: report.resources,
  };
  if (!isDeepStrictEqual(sortedLists(found), sortedLists(expected))) {
    throw new WrongVerdict(`reports ${JSON.stringify(found)}, and the oracle ${JSON.stringify(expected)}`);
  }
}

function sortedLists(report: object): object {
  return Object.fromEntries(
    Object.entries(report).map(([name, value]) => [name, Array.isArray(value) ? value.toSorted() : value]),
  );
}

/** What distinguishes an accepted bundle from others. */
export function traitOf({
  serialization,
  warnings,
  signer,
  draft,
  resources,
  ignored,
  unsigned,
}: Verification): string {
  const { method, hashType, shardSize } = serialization;
  const counts = [resources.length, ignored.length, unsigned.length].map((count) => Math.min(count, 3));
  const names = resources.some((resource) => resourceName(resource).includes(':')) ? 'ranges' : '';
  return [
    signer.method,
    method,
    hashType,
    shardSize === null,
    draft,
    ...counts,
    names,
    ...warnings.map(({ code }) => code),
  ].join(' ');
}
