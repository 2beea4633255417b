// Carries out one vector with the library, in Node and in browsers alike.
import {
  type ByteSource,
  type CertificateIdentity,
  certificateVerifier,
  type KeyIdentity,
  keyVerifier,
  type Model,
  OmsError,
  openRanges,
  openSignature,
  type SignedManifest,
  type SignerIdentity,
  timestampedVerifier,
  type Verification,
  type Verifier,
  verifyModel,
  verifySome,
} from '@model-signing/core';
import { loadPolicy, PolicyError, type PolicySigstoreSigner, policyVerifier } from '@model-signing/policy';
import { loggedVerifier, sigstoreVerifier } from '@model-signing/sigstore/verify';
import { ociManifestModel, SourceError, withLfsPointers } from '@model-signing/sources';
import type { Case, CaseFile, CaseInputs, Outcome } from './case.ts';

/** The bytes behind Base64. */
export function decode(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
}

/**
 * Verifies a vector and returns what came of it.
 * @param model the model of the vector, as this platform reads it
 */
export async function verifyCase(vector: Case, model: Model): Promise<Outcome> {
  try {
    const detail = vector.inputs.policy === undefined ? await verify(vector, model) : await byPolicy(vector, model);
    return { outcome: 'accept', detail };
  } catch (error) {
    return outcomeOf(error);
  }
}

/** An error of any other class is a bug, or an input that cannot be used. */
function outcomeOf(error: unknown): Outcome {
  const { message, stack } = error as Error;
  if (error instanceof OmsError) {
    const { code, differences } = error;
    return { outcome: 'reject', code, message, detail: differences };
  }
  if (error instanceof SourceError || error instanceof PolicyError) {
    return { outcome: 'reject', code: error.code, message };
  }
  return { outcome: 'error', message: stack ?? message };
}

async function verify({ inputs, bundles: [first = ''], model: { files, name } }: Case, given: Model) {
  const bundle = decode(first);
  const verifier = await openVerifier(inputs);
  const { draft, extensions, strict, ignorePaths, ignoreGitPaths, ignoreUnsignedFiles, only = [] } = inputs;
  const evidence = inputs.lfsPointers || inputs.ociManifest ? 'advertised' : 'bytes';
  const signed = await openSignature(bundle, verifier, { draft, extensions, strict });
  if (inputs.range) return verifyRange(signed, inputs, files);
  let model = inputs.lfsPointers ? withLfsPointers(given) : given;
  if (inputs.ociManifest) {
    const plain = name.replace(/(?<=.)\.[^.]*$/, '');
    const listed = await ociManifestModel(decode(files[0]?.content ?? ''), { name: plain });
    model = listed.withView(listed.viewFor(signed.manifest.resources.map((resource) => resource.path)));
  }
  if (only.length > 0) return described(await verifySome(signed, model, only, { strict, evidence }));
  return described(
    await verifyModel(model, bundle, verifier, {
      ...{ ignorePaths, ignoreGitPaths, ignoreUnsignedFiles, draft, extensions, strict, evidence },
      ignoredFiles: 'report',
    }),
  );
}

/** Checks a part of a file with its side file. */
async function verifyRange(signed: SignedManifest, { range, sideFile = '' }: CaseInputs, files: readonly CaseFile[]) {
  const { path = '', start = 0, end = 0 } = range ?? {};
  const { content = '' } = files.find((file) => file.path === path) ?? {};
  const ranges = await openRanges(signed, path, sourceOf(content), sourceOf(sideFile));
  const { length } = await ranges.read(start, end);
  return { size: ranges.size, length };
}

function sourceOf(base64: string): ByteSource {
  const blob = new Blob([decode(base64)]);
  return {
    size: blob.size,
    read: async (start, end) => new Uint8Array(await blob.slice(start, end).arrayBuffer()),
  };
}

async function openVerifier(inputs: CaseInputs): Promise<Verifier> {
  const { method, publicKey = '', roots = [], timestampRoots, verificationTime } = inputs;
  if (method === 'key') {
    const verifier = keyVerifier({ publicKey, extensions: inputs.extensions });
    return withLog(timestampRoots ? timestampedVerifier(verifier, { timestampRoots }) : verifier, inputs);
  }
  if (method === 'sigstore') {
    const { identity, identityProvider = '', trustedRoot = '' } = inputs;
    return sigstoreVerifier({ identity, issuer: identityProvider, trust: { trustedRoot } });
  }
  const chosen = verificationTime === undefined ? {} : { verificationTime: new Date(verificationTime) };
  return withLog(certificateVerifier({ trusted: roots, timestampRoots, ...chosen }), inputs);
}

async function withLog<Identity extends KeyIdentity | CertificateIdentity>(
  verifier: Verifier<Identity>,
  { requireLog = false, trustedRoot = '' }: CaseInputs,
): Promise<Verifier<Identity>> {
  return requireLog ? loggedVerifier(verifier, { trust: { trustedRoot } }) : verifier;
}

async function byPolicy({ inputs, bundles, model: { name } }: Case, model: Model) {
  const { policy = '', policyFiles = {}, as = name } = inputs;
  const readFile = async (path: string) => {
    const found = policyFiles[path];
    if (found === undefined) throw new Error(`there is no file ${path}`);
    return decode(found);
  };
  const loaded = await loadPolicy(new TextEncoder().encode(policy), { readFile });
  const verifier = policyVerifier(loaded, as, { openSigstore });
  const signatures = bundles.map((each, index) => ({ name: `${index}`, bundle: decode(each) }));
  const { verification, refusal, counted, mode } = await verifier.verify(model, signatures);
  const refused = refusal === null ? null : outcomeOf(refusal);
  return { ...described(verification), refused, counted: counted.map(({ signer }) => signer), mode };
}

async function openSigstore({ identity, issuer, trustedRoot }: PolicySigstoreSigner) {
  const expected = identity.kind === 'exact' ? { identity: identity.text } : { identityPattern: identity.text };
  return sigstoreVerifier({ ...expected, issuer, ...(trustedRoot && { trust: { trustedRoot } }) });
}

/** What a result says, except texts that name a platform. */
function described(verification: Verification | null) {
  if (verification === null) return {};
  const { signer, subjectName, rootDigest, resources, ignored, unsigned, verdict, listing } = verification;
  const { advertised, unchecked, evidence, annotations, warnings } = verification;
  return {
    ...{
      signer: withoutClock(signer),
      subjectName,
      rootDigest,
      resources: resources.length,
      ignored,
      unsigned,
      verdict,
      listing,
    },
    ...{ advertised, unchecked, evidence, annotations },
    warnings: warnings.map(({ code }) => code),
  };
}

/** A certificate that was verified as of now has another time in each run. */
function withoutClock(signer: SignerIdentity): SignerIdentity {
  if (signer.method !== 'certificate' || signer.timeFrom !== 'clock') return signer;
  return { ...signer, verifiedAt: '' };
}
