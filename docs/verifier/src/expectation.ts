// Whom the user expects to have signed, as the form says it.
import { certificateVerifier, isOmsError, keyVerifier, type Verifier } from '@model-signing/core';
import {
  loadPolicy,
  PolicyError,
  type PolicySigstoreSigner,
  type PolicyVerifier,
  policyVerifier,
} from '@model-signing/policy';
import { sigstoreVerifier } from '@model-signing/sigstore/verify';
import { byId } from './dom.ts';
import { PolicyFolder } from './policy-folder.ts';
import { Problem } from './problem.ts';
import { sentence } from './text.ts';

export type Expectation =
  | { readonly kind: 'claims' }
  | { readonly kind: 'verifier'; readonly verifier: Verifier }
  | { readonly kind: 'policy'; readonly verifier: PolicyVerifier };

/** A larger file is no key, no certificate and no trust root. Bytes. */
const MAX_FILE_BYTES = 4_194_304;

/** The field with the files of each choice. */
const fields: Readonly<Record<string, string>> = {
  key: 'key-file',
  certificate: 'certificate-files',
  sigstore: 'trust-root-file',
  policy: 'policy-files',
};

/** What a policy says of a model, rather than what is wrong with the policy. */
const JUDGEMENTS: readonly string[] = ['policy/no-rule', 'policy/rejected'];

/**
 * Reads the form.
 * @throws {Problem} if something is missing, or a file cannot be used: that says nothing about the model
 * @throws {PolicyError} `policy/no-rule`, `policy/rejected`
 */
export async function readExpectation(kind: string): Promise<Expectation> {
  try {
    return await readChoice(kind);
  } catch (error) {
    const isUnusable = isOmsError(error) || (error instanceof PolicyError && !JUDGEMENTS.includes(error.code));
    throw isUnusable ? new Problem(sentence(error.message), fields[kind] ?? null) : error;
  }
}

async function readChoice(kind: string): Promise<Expectation> {
  if (kind === 'claims') return { kind };
  if (kind === 'policy') return { kind, verifier: await readPolicy() };
  const make = { key: readKey, certificate: readCertificates, sigstore: readSigstore }[kind];
  if (!make) throw new Error(`there is no choice ${kind}`);
  return { kind: 'verifier', verifier: await make() };
}

async function readKey(): Promise<Verifier> {
  const [publicKey] = await required('key-file', 'Choose the public key of the signer whom you expect.');
  return keyVerifier({ publicKey: publicKey as Uint8Array });
}

async function readCertificates(): Promise<Verifier> {
  const trusted = await required('certificate-files', 'Choose the certificates that you trust.');
  return certificateVerifier({ trusted, timestampRoots: await contentsOf('timestamp-files') });
}

async function readSigstore(): Promise<Verifier> {
  const identity = text('identity', 'Write who must have signed.');
  const issuer = text('issuer', 'Write where they log in.');
  const [trustedRoot] = await contentsOf('trust-root-file');
  return sigstoreVerifier({ identity, issuer, ...(trustedRoot && { trust: { trustedRoot } }) });
}

async function readPolicy(): Promise<PolicyVerifier> {
  const files = filesOf('policy-files');
  if (files.length === 0)
    throw new Problem('Choose the policy, together with the files that it names.', 'policy-files');
  const folder = await PolicyFolder.of(files);
  const name = text('policy-name', 'Write what the policy calls the model: it has rules for names.');
  const policy = await loadPolicy(folder.policy, { readFile: (path) => folder.read(path) });
  return policyVerifier(policy, name, { openSigstore });
}

async function openSigstore({ identity, issuer, trustedRoot }: PolicySigstoreSigner) {
  const expected = identity.kind === 'exact' ? { identity: identity.text } : { identityPattern: identity.text };
  return sigstoreVerifier({ ...expected, issuer, ...(trustedRoot && { trust: { trustedRoot } }) });
}

function text(id: string, missing: string): string {
  const value = byId<HTMLInputElement>(id).value.trim();
  if (value === '') throw new Problem(missing, id);
  return value;
}

function filesOf(id: string): readonly File[] {
  return [...(byId<HTMLInputElement>(id).files ?? [])];
}

async function contentsOf(id: string): Promise<Uint8Array[]> {
  const contents: Uint8Array[] = [];
  for (const file of filesOf(id)) {
    if (file.size > MAX_FILE_BYTES) throw new Problem(`The file ${file.name} is too large for what it should be.`, id);
    contents.push(new Uint8Array(await file.arrayBuffer()));
  }
  return contents;
}

async function required(id: string, missing: string): Promise<readonly Uint8Array[]> {
  const contents = await contentsOf(id);
  if (contents.length === 0) throw new Problem(missing, id);
  return contents;
}
