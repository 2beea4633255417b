import type { X509Certificate } from 'node:crypto';
import type { SignedContent } from '@model-signing/core';
import { FinalError } from './retry.ts';
import { postForJson } from './service-request.ts';

/** What is logged: a signature over an envelope. */
export interface LoggedEnvelope {
  readonly content: SignedContent;
  readonly signature: Buffer;
  readonly certificate: X509Certificate;
}

/** Writes an entry of the kind `dsse` to a log of version 1, and answers with it in the JSON form of a bundle. */
export async function logInVersion1(
  url: string,
  { content, signature, certificate }: LoggedEnvelope,
  signal: AbortSignal,
): Promise<object> {
  const envelope = {
    payload: Buffer.from(content.payload).toString('base64'),
    payloadType: content.payloadType,
    signatures: [{ sig: signature.toString('base64') }],
  };
  const proposedContent = {
    envelope: JSON.stringify(envelope),
    verifiers: [Buffer.from(certificate.toString()).toString('base64')],
  };
  const request = { apiVersion: '0.0.1', kind: 'dsse', spec: { proposedContent } };
  const answer = await postForJson(`${url}/api/v1/log/entries`, request, signal);
  const entries = Object.values((answer ?? {}) as Readonly<Record<string, Entry>>);
  const [entry] = entries;
  if (entries.length !== 1 || !entry) throw new FinalError(`it answered with ${entries.length} entries instead of one`);
  try {
    return entryInBundle(entry);
  } catch {
    throw new FinalError('it answered with an entry that is malformed');
  }
}

/** The form of the service; nothing of it is believed before the whole bundle has been verified. */
interface Entry {
  readonly body: string;
  readonly integratedTime: number;
  readonly logID: string;
  readonly logIndex: number;
  readonly verification?: {
    readonly signedEntryTimestamp?: string;
    readonly inclusionProof?: {
      readonly logIndex: number;
      readonly rootHash: string;
      readonly treeSize: number;
      readonly hashes: readonly string[];
      readonly checkpoint: string;
    };
  };
}

function entryInBundle({ body, integratedTime, logID, logIndex, verification }: Entry): object {
  const { kind, apiVersion } = JSON.parse(Buffer.from(body, 'base64').toString('utf8'));
  const { signedEntryTimestamp, inclusionProof: proof } = verification ?? {};
  return {
    logIndex: String(logIndex),
    logId: { keyId: base64(logID) },
    kindVersion: { kind, version: apiVersion },
    integratedTime: String(integratedTime),
    ...(signedEntryTimestamp === undefined ? {} : { inclusionPromise: { signedEntryTimestamp } }),
    ...(proof === undefined
      ? {}
      : {
          inclusionProof: {
            logIndex: String(proof.logIndex),
            rootHash: base64(proof.rootHash),
            treeSize: String(proof.treeSize),
            hashes: proof.hashes.map(base64),
            checkpoint: { envelope: proof.checkpoint },
          },
        }),
    canonicalizedBody: body,
  };
}

function base64(hex: string): string {
  return Buffer.from(hex, 'hex').toString('base64');
}
