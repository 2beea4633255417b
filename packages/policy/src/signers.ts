import { quote } from '@model-signing/core';
import { type EcPublicKey, importPublicKey } from '@model-signing/core/ec-key';
import type {
  CertificateSignerDocument,
  FileDocument,
  KeySignerDocument,
  SignerDocument,
  SigstoreSignerDocument,
} from '@model-signing/spec/policy';
import { parsePemCertificates } from '@model-signing/x509';
import { readDate } from './date.ts';
import type { ExpectedTexts } from './expected-text.ts';
import type {
  PolicyCertificate,
  PolicyCertificateSigner,
  PolicyKeySigner,
  PolicySigner,
  PolicySigstoreSigner,
} from './policy.ts';
import { type PolicyFiles, sha256Of, unusable } from './policy-files.ts';
import { invalidAt, reasonOf, step } from './refusal.ts';

/** Where a signer is in the document, and the files that it may name. */
interface Place {
  readonly name: string;
  readonly pointer: string;
  readonly files: PolicyFiles;
  readonly texts: ExpectedTexts;
}

/**
 * Reads a signer, with the keys and certificates that it names.
 * @throws {PolicyError} `policy/invalid`, `policy/file-unusable`
 */
export async function readSigner(
  name: string,
  signer: SignerDocument,
  { files, texts }: Pick<Place, 'files' | 'texts'>,
): Promise<PolicySigner> {
  const place = { name, pointer: `/signers${step(name)}`, files, texts };
  switch (signer.method) {
    case 'key':
      return readKeySigner(signer, place);
    case 'certificate':
      return readCertificateSigner(signer, place);
    case 'sigstore':
      return readSigstoreSigner(signer, place);
  }
}

function commonOf({ description, validUntil }: SignerDocument, { name, pointer }: Place) {
  return {
    name,
    description: description ?? null,
    validUntil: validUntil === undefined ? null : readDate(validUntil, 'last', `${pointer}/validUntil`),
  };
}

async function readKeySigner(signer: KeySignerDocument, place: Place): Promise<PolicyKeySigner> {
  const { publicKeyFile, fingerprint } = signer;
  const common = commonOf(signer, place);
  const [publicKey, refuse] = await contentOf(
    signer.publicKey ?? (publicKeyFile as FileDocument),
    publicKeyFile === undefined ? null : 'file',
    { ...place, pointer: `${place.pointer}/${publicKeyFile === undefined ? 'publicKey' : 'publicKeyFile'}` },
    fingerprint !== undefined,
  );
  let key: EcPublicKey;
  try {
    key = importPublicKey(publicKey);
  } catch (error) {
    throw refuse(`is no public key of a signer: ${reasonOf(error)}`, error);
  }
  if (fingerprint !== undefined && fingerprint !== key.hint) {
    throw refuse(await otherKey(key, fingerprint));
  }
  const timestamps = await certificatesOf(signer, 'timestampRoots', 'timestampRootFiles', place);
  return {
    ...common,
    method: 'key',
    publicKey,
    fingerprint: key.hint,
    timestampRoots: timestamps.texts,
    timestampAnchors: timestamps.certificates,
  };
}

/** Tools print another fingerprint of a key, over its DER form, beside the hint. */
async function otherKey({ hint, pem }: EcPublicKey, fingerprint: string): Promise<string> {
  const der = Uint8Array.from(atob(pem.replace(/-----[^-]+-----/g, '')), (char) => char.charCodeAt(0));
  const isDer = (await sha256Of(der)) === fingerprint;
  const why = isDer ? ', which is that of its DER form: a policy has the hint as its fingerprint' : '';
  return `holds the key with the hint ${hint}, and the policy demands the fingerprint ${fingerprint}${why}`;
}

async function readCertificateSigner(
  signer: CertificateSignerDocument,
  place: Place,
): Promise<PolicyCertificateSigner> {
  const { pointer, texts } = place;
  const { identity, subject, fingerprint } = signer;
  const common = commonOf(signer, place);
  const expected = {
    identity: identity === undefined ? null : texts.read(identity, `${pointer}/identity`),
    subject: subject === undefined ? null : texts.read(subject, `${pointer}/subject`),
  };
  const trusted = await certificatesOf(signer, 'trusted', 'trustedFiles', place);
  const timestamps = await certificatesOf(signer, 'timestampRoots', 'timestampRootFiles', place);
  return {
    ...common,
    method: 'certificate',
    ...expected,
    fingerprint: fingerprint ?? null,
    trusted: trusted.texts,
    anchors: trusted.certificates,
    timestampRoots: timestamps.texts,
    timestampAnchors: timestamps.certificates,
  };
}

async function readSigstoreSigner(signer: SigstoreSignerDocument, place: Place): Promise<PolicySigstoreSigner> {
  const { issuer, trustedRootFile } = signer;
  const { pointer, files, texts } = place;
  const common = commonOf(signer, place);
  const identity = texts.read(signer.identity, `${pointer}/identity`);
  const trustedRoot =
    trustedRootFile === undefined ? null : await files.bytesOf(trustedRootFile, `${pointer}/trustedRootFile`);
  const trustedRootDigest = trustedRoot === null ? null : await sha256Of(trustedRoot);
  return { ...common, method: 'sigstore', issuer, identity, trustedRoot, trustedRootDigest };
}

type Refuse = (problem: string, cause?: unknown) => Error;

/** What is in the policy itself, or in a file, and how to refuse it. */
async function contentOf(
  source: FileDocument,
  kind: 'file' | null,
  { pointer, files }: Place,
  isPinned = false,
): Promise<[string | Uint8Array, Refuse]> {
  if (kind === null) return [source as string, (problem, cause) => invalidAt(pointer, `it ${problem}`, cause)];
  const path = typeof source === 'string' ? source : source.path;
  return [await files.bytesOf(source, pointer, isPinned), (problem, cause) => unusable(path, pointer, problem, cause)];
}

type Texts = 'trusted' | 'timestampRoots';
type Files = 'trustedFiles' | 'timestampRootFiles';

type Sources = Pick<CertificateSignerDocument, Texts | Files>;

async function certificatesOf(signer: Partial<Sources>, inline: Texts, named: Files, place: Place) {
  const texts: (string | Uint8Array)[] = [];
  const certificates: PolicyCertificate[] = [];
  for (const member of [inline, named] as const) {
    for (const [i, source] of (signer[member] ?? []).entries()) {
      const at = { ...place, pointer: `${place.pointer}/${member}/${i}` };
      const [text, refuse] = await contentOf(source, member === named ? 'file' : null, at);
      texts.push(text);
      certificates.push(...readCertificates(text, refuse));
    }
  }
  return { texts, certificates };
}

function readCertificates(text: string | Uint8Array, refuse: Refuse): PolicyCertificate[] {
  try {
    return parsePemCertificates(text).map(({ subject, fingerprint, notAfter }) => ({
      subject: subject.text,
      fingerprint,
      validTo: notAfter,
    }));
  } catch (error) {
    throw refuse(`holds no certificates that can be read: ${quote(reasonOf(error))}`, error);
  }
}
