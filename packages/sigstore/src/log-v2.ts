import { createHash } from 'node:crypto';
import { PublicKeyDetails, TransparencyLogEntry } from '@sigstore/protobuf-specs';
import { CreateEntryRequest } from '@sigstore/protobuf-specs/rekor/v2';
import { FinalError } from './retry.ts';
import { postForJson } from './service-request.ts';

/** What is logged: a signature by a key on P-256 over bytes in pieces. */
export interface LoggedOnce {
  readonly signedBytes: readonly Uint8Array[];
  readonly signature: Buffer;
  readonly certificate: Buffer;
}

/**
 * Writes an entry to a log of version 2, and answers with it in the JSON form of a bundle. Its kind is `hashedrekord` over the
 * bytes that were signed: the kind `dsse` was taken out of that version.
 */
export async function logInVersion2(url: string, logged: LoggedOnce, signal: AbortSignal): Promise<object> {
  const request = CreateEntryRequest.toJSON(requestOf(logged)) as object;
  const answer = await postForJson(`${url}/api/v2/log/entries`, request, signal);
  try {
    return entryInBundle(TransparencyLogEntry.fromJSON(answer));
  } catch {
    throw new FinalError('it answered with an entry that is malformed');
  }
}

/** With the members that the JSON form of Protocol Buffers leaves out of the first entry of a log: the Python client needs them. */
function entryInBundle(entry: TransparencyLogEntry): object {
  const json = TransparencyLogEntry.toJSON(entry) as { readonly inclusionProof?: object };
  const { logIndex, inclusionProof: proof } = entry;
  if (!proof) return { ...json, logIndex };
  const inclusionProof = { logIndex: proof.logIndex, treeSize: proof.treeSize, hashes: [], ...json.inclusionProof };
  return { ...json, logIndex, inclusionProof };
}

function requestOf({ signedBytes, signature, certificate }: LoggedOnce): CreateEntryRequest {
  const hash = createHash('sha256');
  for (const piece of signedBytes) hash.update(piece);
  return {
    spec: {
      $case: 'hashedRekordRequestV002',
      hashedRekordRequestV002: {
        digest: hash.digest(),
        signature: {
          content: signature,
          verifier: {
            keyDetails: PublicKeyDetails.PKIX_ECDSA_P256_SHA_256,
            verifier: { $case: 'x509Certificate', x509Certificate: { rawBytes: certificate } },
          },
        },
      },
    },
  };
}
