import { createHash } from 'node:crypto';
import {
  inspectBundle,
  inspectPublicKey,
  OmsError,
  openSignature,
  type Pem,
  type SignerIdentity,
  type Verification,
  type Verifier,
} from '@model-signing/core';
import { type ExplainedSigner, explainPolicy, loadPolicy, type Policy, policyVerifier } from '@model-signing/policy';
import type { RequirementsDocument, SignerDocument } from '@model-signing/spec/policy';
import type { Context } from '../context.ts';
import { usageError } from '../failure.ts';
import type { Explained } from '../hints.ts';
import { readDocument } from '../input-file.ts';
import type { NamedModel } from '../model-name.ts';
import { openNamedModel } from '../named-model.ts';
import type { NamedSignature } from '../named-signature.ts';
import { keepLine } from '../trust-command.ts';
import { type JudgeFlags, judge, located, readAll, sigstoreOpener } from './judge.ts';
import { type AnyWarning, type Hashed, modelOptions } from './model.ts';
import { trustSource } from './trust.ts';
import { signatureText } from './verification.ts';
import { type CertificateTrustFlags, certificateTrust } from './verify-certificate.ts';
import { type KeyTrustFlags, keyTrust } from './verify-key.ts';
import { type SigstoreTrustFlags, sigstoreTrust } from './verify-sigstore.ts';

/** The flags of commands that keep the signer of a model. */
export interface KeepFlags extends JudgeFlags, KeyTrustFlags, CertificateTrustFlags, Partial<SigstoreTrustFlags> {
  readonly signature?: string;
  readonly as?: string;
  /** Where a policy is written. */
  readonly policy?: string;
  readonly yes?: boolean;
  readonly replace?: boolean;
}

/** What a policy calls a signer that was verified by hand. */
interface Candidate {
  readonly document: SignerDocument;
  /** The trust root of the instance of Sigstore, if it is not the public one, and the name by which the document calls it. */
  readonly trustRoot: { readonly name: string; readonly content: Uint8Array } | null;
}

/** A model, its signature, and the signer as a policy names it. The policy with only this signer accepts the model. */
export interface VerifiedSigner extends Candidate, Pick<Hashed, 'engine'> {
  readonly named: NamedModel;
  readonly signature: NamedSignature;
  readonly verification: Verification;
  readonly warnings: readonly AnyWarning[];
  readonly signer: ExplainedSigner;
  /** What the rule must require besides, so that the model is accepted as it was verified. */
  readonly requirements: Omit<RequirementsDocument, 'signedBy'>;
  /** Reads the trust root for a policy. */
  readonly readFile: (name: string) => Promise<Uint8Array>;
}

/**
 * Verifies who signed a model, as `verify` does with the same flags, and then the model by a policy that has this signer only: what is
 * kept of the signer accepts the model later.
 * @param command the command that keeps the signer, for the hint
 * @param name what the policy calls the model
 */
export async function verifySigner(
  command: 'trust' | 'policy init',
  method: string,
  operand: string,
  name: (named: NamedModel) => string,
  flags: KeepFlags,
  context: Context,
): Promise<VerifiedSigner> {
  const open = openers[method as Method](flags, context);
  const named = await openNamedModel(operand, flags, context);
  const signature = await named.findSignature(flags.signature, context.signal);
  const bundles = await readAll([signature], context);
  try {
    const { verifier, candidate } = await open();
    const { signer: identity } = await openSignature(bundles[0]?.bundle ?? new Uint8Array(), verifier, {
      signal: context.signal,
    });
    const found = await candidate(identity);
    const requirements = await requirementsOf(named, flags);
    const readFile = async () => found.trustRoot?.content ?? absent();
    const policy = await policyFor(name(named), found.document, requirements, readFile);
    const opening = { openSigstore: sigstoreOpener(flags, context) };
    const judging = policyVerifier(policy, name(named), opening);
    const { result, engine, warnings } = await judge(
      { named, signatures: [signature] },
      bundles,
      judging,
      flags,
      context,
    );
    if (result.refusal !== null) throw result.refusal;
    const [signer] = explainPolicy(policy, name(named)).signers as [ExplainedSigner];
    const { verification } = result;
    return { ...found, named, signature, verification, engine, warnings, signer, requirements, readFile };
  } catch (error) {
    if (flags.signature === undefined) context.output.info(`the signature is ${signatureText(signature)}`);
    if (error instanceof OmsError && error.code === 'signer/method-mismatch') {
      await hintAtMethod(error, command, operand, flags, bundles[0]?.bundle);
    }
    throw await located(error, named, [signature], bundles);
  }
}

const madeWith: Readonly<Record<Method, readonly [made: string, given: string]>> = {
  key: ['a key', 'with the public key that its signer gave you'],
  certificate: ['a certificate', 'with the authority that you trust'],
  sigstore: ['an identity', 'and shows whose'],
};

/** Says what to type for a signature of another method than the one that was chosen, or that is the default. */
async function hintAtMethod(
  error: OmsError & Explained,
  command: 'trust' | 'policy init',
  operand: string,
  { as: name, signature }: KeepFlags,
  bundle: Uint8Array = new Uint8Array(),
): Promise<void> {
  const { method } = await inspectBundle(bundle);
  const line = method && keepLine(command, { operand, name, signature, method });
  if (line === null) return;
  const [made, given] = madeWith[method as Method];
  Object.assign(error, {
    explanations: [`it was made with ${made}: ${line} verifies it, ${given}`],
  } satisfies Explained);
}

const SIGNER = 'signer';

function absent(): never {
  throw new Error('there is no such file');
}

async function policyFor(
  name: string,
  document: SignerDocument,
  requirements: VerifiedSigner['requirements'],
  readFile: VerifiedSigner['readFile'],
): Promise<Policy> {
  const models = [{ match: [name], require: { signedBy: [SIGNER], ...requirements } }];
  return loadPolicy(JSON.stringify({ policyVersion: 1, signers: { [SIGNER]: document }, models }), { readFile });
}

/** What is left out by default. A list of a policy takes its place. */
const gitPaths: readonly string[] = ['.git', '.gitattributes', '.github', '.gitignore'];

/** What the user wants to be accepted in this model. */
async function requirementsOf(named: NamedModel, flags: KeepFlags): Promise<VerifiedSigner['requirements']> {
  const { ignorePaths = [], ignoreGitPaths = true } = await modelOptions(named, flags);
  const paths = [...(ignoreGitPaths ? gitPaths : []), ...ignorePaths];
  return {
    ...(ignorePaths.length > 0 && { ignoredPaths: [...new Set(paths)] }),
    ...(flags.allowSymlinks && { symlinks: true }),
  };
}

/** How a signer is verified by hand, and what a policy calls it then. */
interface Opened {
  readonly verifier: Verifier;
  readonly candidate: (identity: SignerIdentity) => Promise<Candidate> | Candidate;
}

type Method = 'key' | 'certificate' | 'sigstore';

/** Each checks its flags at once, and reads files later. */
const openers: Readonly<Record<Method, (flags: KeepFlags, context: Context) => () => Promise<Opened>>> = {
  key(flags, context) {
    const keys: Pem[] = [];
    const open = keyTrust(flags, context, (key) => keys.push(key));
    return async () => ({ verifier: await open(), candidate: (identity) => keyCandidate(keys, identity) });
  },
  certificate(flags, context) {
    const read: { trusted: readonly Uint8Array[]; authorities: readonly Uint8Array[] }[] = [];
    const open = certificateTrust(flags, context, (trusted, authorities) => read.push({ trusted, authorities }));
    return async () => {
      const verifier = await open();
      const [files = { trusted: [], authorities: [] }] = read;
      return { verifier, candidate: (identity) => certificateCandidate(files, identity) };
    };
  },
  sigstore(flags, context) {
    const { identity, identityRegexp, identityProvider } = flags;
    const isNamed = identity !== undefined || identityRegexp !== undefined || identityProvider !== undefined;
    const open = isNamed ? sigstoreTrust(namedSigner(flags), context) : () => anySigner(flags, context);
    return async () => ({ verifier: await open(), candidate: (found) => sigstoreCandidate(flags, found, context) });
  },
};

function keyCandidate(keys: readonly Pem[], identity: SignerIdentity): Candidate {
  const known = keys
    .map((key) => inspectPublicKey(key))
    .find(({ hint }) => 'hint' in identity && hint === identity.hint);
  if (known === undefined) throw new TypeError('the verified key is none of those that were given');
  return { document: { method: 'key', publicKey: known.pem }, trustRoot: null };
}

function certificateCandidate(
  files: { readonly trusted: readonly Uint8Array[]; readonly authorities: readonly Uint8Array[] },
  identity: SignerIdentity,
): Candidate {
  if (identity.method !== 'certificate') throw new TypeError('the signer has no certificate');
  const [name] = identity.subjectAltNames;
  const document: SignerDocument = {
    method: 'certificate',
    trusted: files.trusted.map(text),
    // A certificate is renewed under the same name.
    ...(name === undefined ? { subject: identity.subject } : { identity: name }),
    ...(files.authorities.length > 0 && { timestampRoots: files.authorities.map(text) }),
  };
  return { document, trustRoot: null };
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString();
}

async function sigstoreCandidate(
  { trustedRoot }: KeepFlags,
  identity: SignerIdentity,
  { signal }: Context,
): Promise<Candidate> {
  if (identity.method !== 'sigstore') throw new TypeError('the signer is no identity');
  const document = { method: 'sigstore', issuer: identity.issuer, identity: identity.identity } as const;
  if (trustedRoot === undefined) return { document, trustRoot: null };
  const content = await readDocument(trustedRoot, 'trust root', signal);
  const sha256 = createHash('sha256').update(content).digest('hex');
  const name = `trusted-root-${sha256.slice(0, 16)}.json`;
  return { document: { ...document, trustedRootFile: { path: name, sha256 } }, trustRoot: { name, content } };
}

function namedSigner({ identityProvider, ...flags }: KeepFlags): SigstoreTrustFlags {
  if (identityProvider !== undefined) return { ...flags, identityProvider };
  throw usageError("the option '--identity-provider <issuer>' is required beside the identity");
}

/**
 * Accepts every identity that an instance of Sigstore vouches for, to find out which one it is: the user decides. The identity that the
 * certificate claims is the one that is verified.
 */
async function anySigner(flags: KeepFlags, context: Context): Promise<Verifier> {
  const { claimedSigner, sigstoreVerifier } = await import('@model-signing/sigstore');
  const trust = await trustSource(flags, context);
  return {
    methods: ['sigstore'],
    async verify(content, signature, material, warn) {
      // A certificate that names no one is refused by the verifier, with the reason.
      const claimed = claimedSigner(material) ?? { identity: 'unknown', issuer: 'unknown' };
      const verifier = await sigstoreVerifier({ ...claimed, trust, signal: context.signal });
      return verifier.verify(content, signature, material, warn);
    },
  };
}
