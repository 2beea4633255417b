import { OmsError, quote } from '@model-signing/core';
import { importPublicKey } from '@model-signing/core/ec-key';
import { parsePemCertificates } from '@model-signing/x509';
import type { TransparencyLogEntry } from '@sigstore/bundle';
import { type DigestAlgorithm, digest, equalBytes, fromLooseBase64, toHex } from '#platform';

/** What a log entry must be about. */
export interface LoggedSignature {
  readonly signature: Uint8Array;
  readonly signer: LoggedSigner;
  readonly payload: Uint8Array;
  /** The bytes that were signed, in pieces. */
  readonly signedBytes: readonly Uint8Array[];
}

/** Who signed, as the bundle has it: a certificate in DER, or a key by its hint (OMS-KEY-1). */
export type LoggedSigner = { readonly certificate: Uint8Array } | { readonly hint: string };

type Path = readonly (string | number)[];

/** Where to find the facts about a signature in an entry of one kind and version. */
interface EntryForm {
  /** What the digest covers. */
  readonly of: 'payload' | 'signedBytes';
  readonly algorithm: Path;
  readonly digest: Path;
  readonly digestEncoding: 'hex' | 'base64';
  readonly signatures: Path;
  /** Within the one signature. */
  readonly signature: Path;
  readonly signatureEncoding: 'base64' | 'base64-twice';
  readonly certificate: Path;
  readonly certificateEncoding: 'pem' | 'der';
  /** Where a key is in place of a certificate, in the same encoding. */
  readonly publicKey: Path;
}

const v1 = {
  algorithm: ['spec', 'payloadHash', 'algorithm'],
  digest: ['spec', 'payloadHash', 'value'],
  digestEncoding: 'hex',
  certificateEncoding: 'pem',
  signatureEncoding: 'base64',
} as const;

const v2 = {
  digestEncoding: 'base64',
  certificateEncoding: 'der',
  signatureEncoding: 'base64',
  certificate: ['verifier', 'x509Certificate', 'rawBytes'],
  publicKey: ['verifier', 'publicKey', 'rawBytes'],
} as const;

const forms: Readonly<Record<string, EntryForm>> = {
  'dsse/0.0.1': {
    ...v1,
    of: 'payload',
    signatures: ['spec', 'signatures'],
    signature: ['signature'],
    certificate: ['verifier'],
    publicKey: ['verifier'],
  },
  'intoto/0.0.2': {
    ...v1,
    of: 'payload',
    algorithm: ['spec', 'content', 'payloadHash', 'algorithm'],
    digest: ['spec', 'content', 'payloadHash', 'value'],
    signatures: ['spec', 'content', 'envelope', 'signatures'],
    signature: ['sig'],
    signatureEncoding: 'base64-twice',
    certificate: ['publicKey'],
    publicKey: ['publicKey'],
  },
  'hashedrekord/0.0.1': {
    ...v1,
    of: 'signedBytes',
    algorithm: ['spec', 'data', 'hash', 'algorithm'],
    digest: ['spec', 'data', 'hash', 'value'],
    signatures: ['spec', 'signature'],
    signature: ['content'],
    certificate: ['publicKey', 'content'],
    publicKey: ['publicKey', 'content'],
  },
  'dsse/0.0.2': {
    ...v2,
    of: 'payload',
    algorithm: ['spec', 'dsseV002', 'payloadHash', 'algorithm'],
    digest: ['spec', 'dsseV002', 'payloadHash', 'digest'],
    signatures: ['spec', 'dsseV002', 'signatures'],
    signature: ['content'],
  },
  'hashedrekord/0.0.2': {
    ...v2,
    of: 'signedBytes',
    algorithm: ['spec', 'hashedRekordV002', 'data', 'algorithm'],
    digest: ['spec', 'hashedRekordV002', 'data', 'digest'],
    signatures: ['spec', 'hashedRekordV002', 'signature'],
    signature: ['content'],
  },
};

/** Digest algorithms by the names that logs use. */
const algorithms: Readonly<Record<string, DigestAlgorithm>> = {
  sha256: 'sha256',
  sha384: 'sha384',
  sha512: 'sha512',
  SHA2_256: 'sha256',
  SHA2_384: 'sha384',
  SHA2_512: 'sha512',
};

/**
 * Refuses an entry about another signature, certificate, key or payload (OMS-SIGSTORE-13, OMS-KEYLOG-8). sigstore-js compares the signature
 * and the digest too, but not the certificate or the key, which ties the entry to the signer.
 * @throws {OmsError} `signer/log-invalid`
 */
export function checkLoggedSignature(entry: TransparencyLogEntry, logged: LoggedSignature): void {
  const { kind, version } = entry.kindVersion;
  const form = forms[`${kind}/${version}`];
  if (!form) throw mismatch(`its kind ${quote(`${kind}/${version}`)} is unknown`);
  const body: unknown = JSON.parse(new TextDecoder().decode(entry.canonicalizedBody));
  const signature = onlySignature(member(body, form.signatures));
  if (!equalBytes(signatureBytes(form, signature), logged.signature)) throw mismatch('it is about another signature');
  checkSigner(form, signature, logged.signer);
  const algorithm = algorithms[text(body, form.algorithm)];
  if (!algorithm) throw mismatch('its digest algorithm is unknown');
  const actual = digest(algorithm, form.of === 'payload' ? [logged.payload] : logged.signedBytes);
  const encoded = text(body, form.digest);
  const isEqual =
    form.digestEncoding === 'hex'
      ? toHex(actual) === encoded.toLowerCase()
      : equalBytes(actual, fromLooseBase64(encoded));
  if (!isEqual) throw mismatch('it is about another payload');
}

function checkSigner(form: EntryForm, signature: unknown, signer: LoggedSigner): void {
  if ('certificate' in signer) {
    if (equalBytes(certificateBytes(form, signature), signer.certificate)) return;
    throw mismatch('it is about another certificate');
  }
  if (hintOf(fromLooseBase64(text(signature, form.publicKey))) !== signer.hint) {
    throw mismatch('it is about another key');
  }
}

/** The hint of a key in PEM or DER; null for what is no key of a signer. */
function hintOf(key: Uint8Array): string | null {
  try {
    return importPublicKey(key).hint;
  } catch (error) {
    if (error instanceof OmsError) return null;
    throw error;
  }
}

function mismatch(why: string): OmsError {
  return new OmsError('signer/log-invalid', `the log entry is not about this signature: ${why}`, {
    requirement: 'OMS-SIGSTORE-13',
  });
}

function onlySignature(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  if (value.length !== 1) throw mismatch(`it has ${value.length} signatures`);
  return value[0];
}

function signatureBytes({ signature, signatureEncoding }: EntryForm, of: unknown): Uint8Array {
  const once = fromLooseBase64(text(of, signature));
  return signatureEncoding === 'base64' ? once : fromLooseBase64(new TextDecoder().decode(once));
}

function certificateBytes({ certificate, certificateEncoding }: EntryForm, of: unknown): Uint8Array {
  const decoded = fromLooseBase64(text(of, certificate));
  if (certificateEncoding === 'der') return decoded;
  const [first] = parsePemCertificates(decoded);
  return first?.raw ?? decoded;
}

function text(value: unknown, path: Path): string {
  const found = member(value, path);
  if (typeof found !== 'string') throw mismatch(`it has no ${path.join('.')}`);
  return found;
}

function member(value: unknown, path: Path): unknown {
  let found = value;
  for (const name of path) {
    if (typeof found !== 'object' || found === null || !Object.hasOwn(found, name)) return undefined;
    found = (found as Record<string | number, unknown>)[name];
  }
  return found;
}
