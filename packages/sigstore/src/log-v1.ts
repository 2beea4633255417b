import type { SignedContent } from '@model-signing/core';
import { fromBase64, fromHex, toBase64 } from '#platform';
import { postForJson } from './service-request.ts';

/** The facts to log: a signature over an envelope. */
export interface LoggedEnvelope {
  readonly content: SignedContent;
  readonly signature: Uint8Array;
  /** The certificate or the public key, in PEM. */
  readonly verifier: string;
}

/** Writes an entry of kind `dsse` to a log of version 1 and returns it in the JSON form of a bundle. */
export async function logInVersion1(
  url: string,
  { content, signature, verifier }: LoggedEnvelope,
  signal: AbortSignal,
): Promise<object> {
  const envelope = {
    payload: toBase64(content.payload),
    payloadType: content.payloadType,
    signatures: [{ sig: toBase64(signature) }],
  };
  const proposedContent = {
    envelope: JSON.stringify(envelope),
    verifiers: [toBase64(new TextEncoder().encode(verifier))],
  };
  const request = { apiVersion: '0.0.1', kind: 'dsse', spec: { proposedContent } };
  const response = await postForJson(`${url}/api/v1/log/entries`, request, signal);
  const entries = Object.values((response ?? {}) as Readonly<Record<string, Entry>>);
  const [entry] = entries;
  if (entries.length !== 1 || !entry) throw new Error(`it returned ${entries.length} entries instead of one`);
  try {
    return entryInBundle(entry);
  } catch {
    throw new Error('it returned a malformed entry');
  }
}

/** An entry as the service returns it. It is untrusted until the whole bundle has been verified. */
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
  const { kind, apiVersion } = JSON.parse(new TextDecoder().decode(fromBase64(body) ?? new Uint8Array()));
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
  return toBase64(fromHex(hex));
}
