// What a signature says about itself. Nothing here is verified.
import { type FileEntry, printable, quote, type VerificationMaterial } from '@model-signing/core';
import { claimedSigner } from '@model-signing/sigstore/verify';
import { parseCertificate, X509Error } from '@model-signing/x509';
import { resourcesText } from './text.ts';

export interface Claims {
  /** The file that says it. */
  readonly file: string;
  /** In words; printable. */
  readonly signer: string;
  /** What a verifier could be told to expect; null unless it claims a Sigstore identity. */
  readonly expected: { readonly identity: string; readonly issuer: string } | null;
  /** The subjects of its certificates, from the signer's; printable. */
  readonly certificates: readonly string[];
  /** Times that its log entries state, in ISO 8601. */
  readonly times: readonly string[];
  readonly model: string | null;
  /** How many files or parts of files it lists, in words; null if it is not the signature of a model. */
  readonly resources: string | null;
  readonly ignored: readonly string[];
}

/** Describes one bundle of a file. */
export async function claimsOf(file: string, entry: FileEntry): Promise<Claims> {
  if (entry.kind === 'unreadable') throw entry.error;
  if (entry.kind === 'other') {
    const { predicateType } = entry.claims.statement ?? {};
    const what = predicateType ? `an attestation of the type ${quote(predicateType)}` : 'something else than a model';
    return {
      ...signerOf(file, entry.claims.material),
      signer: `it signs ${what}`,
      model: null,
      resources: null,
      ignored: [],
    };
  }
  const { material, subjectName, manifest } = entry.inspection;
  return {
    ...signerOf(file, material),
    model: subjectName === null ? null : quote(subjectName),
    resources: resourcesText(manifest.resources.length, manifest.serialization.method),
    ignored: manifest.serialization.ignorePaths.map(printable),
  };
}

type SignerClaims = Pick<Claims, 'file' | 'signer' | 'expected' | 'certificates' | 'times'>;

function signerOf(file: string, material: VerificationMaterial): SignerClaims {
  const encoded = material.x509CertificateChain?.certificates ?? (material.certificate ? [material.certificate] : []);
  const certificates = encoded.map(({ rawBytes }) => subjectOf(rawBytes));
  const expected = encoded.length > 0 ? claimedSigner(material) : null;
  const hint = material.publicKey?.hint;
  const byKey = hint === undefined ? 'a key that it does not name' : `the key with the fingerprint ${printable(hint)}`;
  const byCertificate = certificates[0] === undefined ? byKey : `the owner of the certificate ${certificates[0]}`;
  const signer = expected ? `${quote(expected.identity)}, logged in at ${quote(expected.issuer)}` : byCertificate;
  return { file, signer, expected, certificates, times: timesOf(material) };
}

function subjectOf(base64: string): string {
  try {
    const raw = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    const { subject, subjectAltNames, issuer } = parseCertificate(raw);
    const names = subjectAltNames.flatMap(({ value }) => (typeof value === 'string' ? [quote(value)] : []));
    const shown = [...(subject.text === '' ? [] : [`"${subject.text}"`]), ...names].join(', ');
    return `${shown || 'without a name'}, issued by "${issuer.text}"`;
  } catch (error) {
    if (error instanceof X509Error || error instanceof DOMException) return 'that cannot be read';
    throw error;
  }
}

function timesOf({ tlogEntries = [] }: VerificationMaterial): string[] {
  return tlogEntries.flatMap((entry) => {
    const date = new Date(Number((entry as { integratedTime?: unknown } | null)?.integratedTime) * 1000);
    return date.getTime() > 0 ? [date.toISOString()] : [];
  });
}
