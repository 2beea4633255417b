import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { json } from '@sigstore/core';
import { generateKey, spkiOf } from './certificates.ts';
import { pem } from './der.ts';
import { MerkleTree } from './merkle-tree.ts';
import { preAuthEncoding } from './pae.ts';

/** An entry of a log, in the JSON form of a bundle. */
// biome-ignore lint/suspicious/noExplicitAny: tests change any part of it
export type LogEntry = any;

/** What is logged. */
export interface Logged {
  readonly payload: Uint8Array;
  readonly payloadType: string;
  readonly signature: Buffer;
  readonly certificate: Uint8Array;
  readonly hash: 'sha256' | 'sha384' | 'sha512';
}

/** A transparency log for tests: a tree with some other entries in it, and a key. */
abstract class TestLog {
  readonly origin: string;
  readonly tree = new MerkleTree();
  abstract readonly publicKey: KeyObject;
  abstract readonly keyDetails: string;
  abstract readonly id: Buffer;

  constructor(origin: string) {
    this.origin = origin;
    for (const other of ['one', 'two', 'three']) this.tree.append(Buffer.from(other));
  }

  protected abstract signNote(note: Buffer): Buffer;

  /** Appends the body of an entry and proves that it is in the tree. */
  append(body: object): LogEntry {
    const { kind, apiVersion: version } = body as { kind: string; apiVersion: string };
    const bytes = Buffer.from(json.canonicalize(body));
    const index = this.tree.append(bytes);
    const rootHash = this.tree.root().toString('base64');
    const note = `${this.origin}\n${this.tree.size}\n${rootHash}\n`;
    const signed = Buffer.concat([this.id.subarray(0, 4), this.signNote(Buffer.from(note))]).toString('base64');
    return {
      logIndex: String(index),
      logId: { keyId: this.id.toString('base64') },
      kindVersion: { kind, version },
      inclusionProof: {
        logIndex: String(index),
        rootHash,
        treeSize: String(this.tree.size),
        hashes: this.tree.inclusionProof(index).map((hash) => hash.toString('base64')),
        checkpoint: { envelope: `${note}\n\u2014 ${this.origin} ${signed}\n` },
      },
      canonicalizedBody: bytes.toString('base64'),
    };
  }
}

/** A log that works like Rekor version 1: it promises inclusion and states a time. */
export class TestLogV1 extends TestLog {
  readonly #keys = generateKey();
  readonly publicKey = this.#keys.publicKey;
  readonly keyDetails = 'PKIX_ECDSA_P256_SHA_256';
  readonly id = createHash('sha256').update(spkiOf(this.publicKey)).digest();

  protected signNote(note: Buffer): Buffer {
    return sign('sha256', note, this.#keys.privateKey);
  }

  log(body: object, date: Date): LogEntry {
    const entry = this.append(body);
    const integratedTime = Math.floor(date.getTime() / 1000);
    const promised = {
      body: entry.canonicalizedBody,
      integratedTime,
      logIndex: Number(entry.logIndex),
      logID: this.id.toString('hex'),
    };
    const promise = sign('sha256', Buffer.from(json.canonicalize(promised)), this.#keys.privateKey);
    return {
      ...entry,
      integratedTime: String(integratedTime),
      inclusionPromise: { signedEntryTimestamp: promise.toString('base64') },
    };
  }
}

/** A log that works like Rekor version 2: it gives proofs and states no time. */
export class TestLogV2 extends TestLog {
  readonly #keys = generateKeyPairSync('ed25519');
  readonly publicKey = this.#keys.publicKey;
  readonly keyDetails = 'PKIX_ED25519';
  readonly id: Buffer;

  constructor(origin: string) {
    super(origin);
    const raw = spkiOf(this.publicKey).subarray(-32);
    this.id = createHash('sha256')
      .update(Buffer.concat([Buffer.from(`${origin}\n`), Buffer.from([1]), raw]))
      .digest();
  }

  protected signNote(note: Buffer): Buffer {
    return sign(null, note, this.#keys.privateKey);
  }
}

/** The kinds of entries that record a signature over an envelope. */
export type EntryKind = 'dsse/0.0.1' | 'intoto/0.0.2' | 'hashedrekord/0.0.1' | 'dsse/0.0.2' | 'hashedrekord/0.0.2';

/** The body of an entry of one kind. */
export function entryBody(kindVersion: EntryKind, logged: Logged): object {
  const [kind, apiVersion] = kindVersion.split('/');
  return { apiVersion, kind, spec: specs[kindVersion](logged) };
}

const specs: Readonly<Record<EntryKind, (logged: Logged) => object>> = {
  'dsse/0.0.1': ({ payload, signature, certificate }) => ({
    envelopeHash: { algorithm: 'sha256', value: digest('sha256', 'unchecked').toString('hex') },
    payloadHash: { algorithm: 'sha256', value: digest('sha256', payload).toString('hex') },
    signatures: [{ signature: signature.toString('base64'), verifier: base64Pem(certificate) }],
  }),
  'intoto/0.0.2': ({ payload, payloadType, signature, certificate }) => ({
    content: {
      envelope: {
        payloadType,
        signatures: [
          {
            sig: Buffer.from(signature.toString('base64')).toString('base64'),
            publicKey: base64Pem(certificate),
          },
        ],
      },
      payloadHash: { algorithm: 'sha256', value: digest('sha256', payload).toString('hex') },
    },
  }),
  'hashedrekord/0.0.1': (logged) => ({
    data: { hash: { algorithm: 'sha256', value: digest('sha256', preAuthEncoding(logged)).toString('hex') } },
    signature: {
      content: logged.signature.toString('base64'),
      publicKey: { content: base64Pem(logged.certificate) },
    },
  }),
  'dsse/0.0.2': ({ payload, signature, certificate }) => ({
    dsseV002: {
      payloadHash: { algorithm: 'SHA2_256', digest: digest('sha256', payload).toString('base64') },
      signatures: [signatureV2(signature, certificate)],
    },
  }),
  'hashedrekord/0.0.2': (logged) => ({
    hashedRekordV002: {
      data: {
        algorithm: logged.hash.replace('sha', 'SHA2_'),
        digest: digest(logged.hash, preAuthEncoding(logged)).toString('base64'),
      },
      signature: signatureV2(logged.signature, logged.certificate),
    },
  }),
};

function signatureV2(signature: Buffer, certificate: Uint8Array): object {
  const verifier = {
    keyDetails: 'PKIX_ECDSA_P256_SHA_256',
    x509Certificate: { rawBytes: Buffer.from(certificate).toString('base64') },
  };
  return { content: signature.toString('base64'), verifier };
}

function digest(algorithm: string, bytes: string | Uint8Array): Buffer {
  return createHash(algorithm).update(bytes).digest();
}

function base64Pem(certificate: Uint8Array): string {
  return Buffer.from(pem(certificate)).toString('base64');
}
