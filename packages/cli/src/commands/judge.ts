import {
  type Draft,
  inspectBundle,
  MAX_BUNDLE_BYTES,
  type Manifest,
  OmsError,
  quote,
  type Verification,
  type VerifySomeOptions,
} from '@model-signing/core';
import type {
  PolicyAttestation,
  PolicySignature,
  PolicySigstoreSigner,
  PolicyVerification,
  PolicyVerifier,
} from '@model-signing/policy';
import type { Context } from '../context.ts';
import type { Located } from '../hints.ts';
import type { NamedModel } from '../model-name.ts';
import type { NamedSignature } from '../named-signature.ts';
import { nameInModel } from '../own-signatures.ts';
import { asksForHosts, type HostsFlags } from '../parts/flags.ts';
import type { Comparable } from '../remote-model.ts';
import { type CopyFlags, copying, type WithCopy } from './copy.ts';
import {
  type AnyWarning,
  type Hashed,
  ignorePathWarnings,
  type ModelFlags,
  modelOptions,
  whileReading,
} from './model.ts';

/** The flags that say how a policy judges. */
export interface JudgeFlags extends ModelFlags, CopyFlags, HostsFlags {
  readonly refreshTrust?: boolean;
  readonly draft?: Draft;
  /** Files of attestations; if there are none, those beside the model or in its store are read, if the rule requires any. */
  readonly attestations?: readonly string[];
}

/** What is judged: a model, with its signatures. */
export interface Case {
  readonly named: NamedModel;
  readonly signatures: readonly NamedSignature[];
}

/** The trust root of the public instance is fetched for the first signer only, and stored for the others. */
export function sigstoreOpener({ refreshTrust }: Pick<JudgeFlags, 'refreshTrust'>, { signal }: Context) {
  let refresh = refreshTrust;
  return async ({ issuer, identity, trustedRoot }: PolicySigstoreSigner) => {
    const { sigstoreVerifier } = await import('@model-signing/sigstore');
    const expected = identity.kind === 'exact' ? { identity: identity.text } : { identityPattern: identity.text };
    const trust = trustedRoot === null ? ({ instance: 'public-good', refresh } as const) : { trustedRoot };
    const verifier = await sigstoreVerifier({ ...expected, issuer, trust, signal });
    refresh = false;
    return verifier;
  };
}

/** Four times what one signature may have. */
const MAX_BYTES = 4 * MAX_BUNDLE_BYTES;

/**
 * Reads the signatures of a model.
 * @throws {OmsError} `bundle/too-large`
 */
export async function readAll(
  signatures: readonly NamedSignature[],
  { output, signal }: Context,
): Promise<PolicySignature[]> {
  const read: PolicySignature[] = [];
  let left = MAX_BYTES;
  for (const { name, ...signature } of signatures) {
    output.debug(`reading the signature ${quote(name)}`);
    const bundle = await signature.read(signal);
    left -= bundle.length;
    if (left < 0) throw new OmsError('bundle/too-large', `the signatures have more than ${MAX_BYTES} bytes together`);
    read.push({ name, bundle });
  }
  return read;
}

/** How a policy judged a model. */
export interface Judged extends Hashed {
  readonly result: PolicyVerification;
  readonly copy: WithCopy<object>['copy'];
  readonly warnings: readonly AnyWarning[];
  readonly view?: 'files' | 'layers' | undefined;
}

/** Judges a model by the rule that a policy has for it. */
export async function judge(
  { named, signatures }: Case,
  bundles: readonly PolicySignature[],
  verifier: PolicyVerifier,
  flags: JudgeFlags,
  context: Context,
): Promise<Judged> {
  const { allowSymlinks: _, ignorePaths = [], ...options } = await modelOptions(named, flags);
  const unused = await ignorePathWarnings(named, flags, ignorePaths);
  const { model, view } = await modelBeside(named, signatures, bundles);
  const leftOut = [...ignorePaths, ...signatures.slice(1).flatMap(({ path }) => nameIn(named, path))];
  const attestations = await attestationsFor({ named, signatures }, verifier, flags, context);
  const work = (reading: VerifySomeOptions) =>
    verifier.verify(model, bundles, { ...options, ...reading, ignorePaths: leftOut, draft: flags.draft, attestations });
  const hashing = asksForHosts(flags)
    ? await (await import('../parts/open-hosts.ts')).openHostsFor(named, flags, context)
    : undefined;
  const { bytes, engine, hosts, copy, ...judged } = await whileReading(
    context,
    flags,
    (reading) => copying(named, flags, { ...reading, signal: context.signal }, work, verified),
    hashing,
  );
  const result = judged as PolicyVerification;
  return { result, copy, bytes, engine, hosts, warnings: [...unused, ...(result.verification?.warnings ?? [])], view };
}

/** What may be copied: nothing that the policy refuses, even if it only warns. */
function verified({ verification, refusal }: PolicyVerification): Verification {
  if (refusal !== null) throw refusal;
  return verification;
}

/** The attestations of the model, read when the policy asks for them; few rules require any, and each module costs time. */
async function attestationsFor(
  { named, signatures }: Case,
  { rule }: PolicyVerifier,
  { attestations }: JudgeFlags,
  { output, signal }: Context,
): Promise<AsyncIterable<PolicyAttestation> | undefined> {
  const needed = rule?.require?.attestations.length ?? 0;
  if (needed === 0) {
    if (attestations !== undefined) output.notice('command/attestations-unused', UNUSED);
    return undefined;
  }
  const { attestationsIn } = await import('../attestation-files.ts');
  const { placesOf } = await import('./verify-attestations.ts');
  const places = placesOf(named, signatures[0], attestations);
  return attestationsIn(places, (message) => output.notice('command/attestation-unknown', message), signal);
}

const UNUSED = 'the attestations were not read, because the rule for this model requires none';

/** The name in a model of this machine of another signature file that is read. */
function nameIn(named: NamedModel, file: string | null): string[] {
  const name = named.path === null || file === null ? null : nameInModel(named.path, file);
  return name === null ? [] : [name];
}

/** The model without its signatures: one in a store in the view that the first legible signature has. */
async function modelBeside(
  named: NamedModel,
  signatures: readonly NamedSignature[],
  bundles: readonly PolicySignature[],
): Promise<Comparable> {
  const { source } = named;
  if (source === null) return { model: named.open(signatures[0]) };
  const { inSignedView, withoutSignatures } = await import('../remote-model.ts');
  const manifest = await firstManifest(bundles);
  const seen = manifest === null ? { model: source, view: undefined } : inSignedView(source, { manifest });
  const read = signatures.map((signature, index) => ({
    signature,
    bundle: (bundles[index] as PolicySignature).bundle,
  }));
  return { ...seen, model: await withoutSignatures(seen.model, read) };
}

async function firstManifest(bundles: readonly PolicySignature[]): Promise<Manifest | null> {
  for (const { bundle } of bundles) {
    try {
      return (await inspectBundle(bundle)).manifest;
    } catch (error) {
      if (!(error instanceof OmsError)) throw error; // judging it says what is wrong with it
    }
  }
  return null;
}

/** Adds to an error about the model what its differences have in common, and how to look at its signature. */
export async function located(
  error: unknown,
  named: NamedModel,
  [signature]: readonly NamedSignature[],
  [first]: readonly PolicySignature[],
): Promise<unknown> {
  if (!(error instanceof OmsError) || signature === undefined) return error;
  const subjectName = async () => (first ? (await inspectBundle(first.bundle)).subjectName : null);
  const found = { path: signature.name, subjectName };
  const explained = await (await import('../explain.ts')).explained(error, named.path, found);
  return Object.assign(explained, { inspect: signature.inspect } satisfies Located);
}
