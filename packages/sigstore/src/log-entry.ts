import { createHash, X509Certificate } from 'node:crypto';
import { OmsError, quote } from '@model-signing/core';
import type { TransparencyLogEntry } from '@sigstore/bundle';

/** What a log entry has to be of. */
export interface LoggedSignature {
  readonly signature: Buffer;
  readonly certificate: Buffer;
  readonly payload: Uint8Array;
  /** The bytes that were signed, in pieces. */
  readonly signedBytes: readonly Uint8Array[];
}

type Path = readonly (string | number)[];

/** Where an entry of one kind and version keeps what it says of a signature. */
interface EntryForm {
  /** What the digest is of. */
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
}

const v1 = {
  algorithm: ['spec', 'payloadHash', 'algorithm'],
  digest: ['spec', 'payloadHash', 'value'],
  digestEncoding: 'hex',
  certificateEncoding: 'pem',
  signatureEncoding: 'base64',
} as const;

const v2 = { digestEncoding: 'base64', certificateEncoding: 'der', signatureEncoding: 'base64' } as const;

const forms: Readonly<Record<string, EntryForm>> = {
  'dsse/0.0.1': {
    ...v1,
    of: 'payload',
    signatures: ['spec', 'signatures'],
    signature: ['signature'],
    certificate: ['verifier'],
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
  },
  'hashedrekord/0.0.1': {
    ...v1,
    of: 'signedBytes',
    algorithm: ['spec', 'data', 'hash', 'algorithm'],
    digest: ['spec', 'data', 'hash', 'value'],
    signatures: ['spec', 'signature'],
    signature: ['content'],
    certificate: ['publicKey', 'content'],
  },
  'dsse/0.0.2': {
    ...v2,
    of: 'payload',
    algorithm: ['spec', 'dsseV002', 'payloadHash', 'algorithm'],
    digest: ['spec', 'dsseV002', 'payloadHash', 'digest'],
    signatures: ['spec', 'dsseV002', 'signatures'],
    signature: ['content'],
    certificate: ['verifier', 'x509Certificate', 'rawBytes'],
  },
  'hashedrekord/0.0.2': {
    ...v2,
    of: 'signedBytes',
    algorithm: ['spec', 'hashedRekordV002', 'data', 'algorithm'],
    digest: ['spec', 'hashedRekordV002', 'data', 'digest'],
    signatures: ['spec', 'hashedRekordV002', 'signature'],
    signature: ['content'],
    certificate: ['verifier', 'x509Certificate', 'rawBytes'],
  },
};

/** Digest algorithms by the names that logs give them. */
const algorithms: Readonly<Record<string, string>> = {
  sha256: 'sha256',
  sha384: 'sha384',
  sha512: 'sha512',
  SHA2_256: 'sha256',
  SHA2_384: 'sha384',
  SHA2_512: 'sha512',
};

/**
 * Refuses an entry that is of another signature, another certificate or another payload (OMS-SIGSTORE-13). sigstore-js
 * compares signature and digest as well; the certificate, which it leaves out, ties the entry to the signer.
 * @throws {OmsError} `signer/log-invalid`
 */
export function checkLoggedSignature(entry: TransparencyLogEntry, logged: LoggedSignature): void {
  const { kind, version } = entry.kindVersion;
  const form = forms[`${kind}/${version}`];
  if (!form) throw foreign(`its kind ${quote(`${kind}/${version}`)} is not known`);
  const body: unknown = JSON.parse(entry.canonicalizedBody.toString('utf8'));
  const signature = onlySignature(member(body, form.signatures));
  if (!signatureBytes(form, signature).equals(logged.signature)) throw foreign('it is of another signature');
  if (!certificateBytes(form, signature).equals(logged.certificate)) throw foreign('it is of another certificate');
  const algorithm = algorithms[text(body, form.algorithm)];
  if (!algorithm) throw foreign('its digest algorithm is not known');
  const hash = createHash(algorithm);
  for (const piece of form.of === 'payload' ? [logged.payload] : logged.signedBytes) hash.update(piece);
  if (!hash.digest().equals(Buffer.from(text(body, form.digest), form.digestEncoding))) {
    throw foreign('it is of another payload');
  }
}

function foreign(why: string): OmsError {
  return new OmsError('signer/log-invalid', `the log entry is not of this signature: ${why}`, {
    requirement: 'OMS-SIGSTORE-13',
  });
}

function onlySignature(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  if (value.length !== 1) throw foreign(`it has ${value.length} signatures`);
  return value[0];
}

function signatureBytes({ signature, signatureEncoding }: EntryForm, of: unknown): Buffer {
  const once = Buffer.from(text(of, signature), 'base64');
  return signatureEncoding === 'base64' ? once : Buffer.from(once.toString('latin1'), 'base64');
}

function certificateBytes({ certificate, certificateEncoding }: EntryForm, of: unknown): Buffer {
  const decoded = Buffer.from(text(of, certificate), 'base64');
  return certificateEncoding === 'der' ? decoded : new X509Certificate(decoded).raw;
}

function text(value: unknown, path: Path): string {
  const found = member(value, path);
  if (typeof found !== 'string') throw foreign(`it has no ${path.join('.')}`);
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
