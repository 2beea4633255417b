import { createHash } from 'node:crypto';
import { PublicKeyDetails, TransparencyLogEntry } from '@sigstore/protobuf-specs';
import { CreateEntryRequest } from '@sigstore/protobuf-specs/rekor/v2';
import { ATTEMPT_MS, FinalError, isPassing, withRetries } from './retry.ts';

/** What is logged: a signature by a key on P-256 over bytes in pieces. */
export interface LoggedOnce {
  readonly signedBytes: readonly Uint8Array[];
  readonly signature: Buffer;
  readonly certificate: Buffer;
}

/**
 * Writes an entry to a log of version 2. Its kind is `hashedrekord` over the bytes that were signed: @sigstore/sign would send
 * the kind `dsse`, which was taken out of that version.
 */
export async function logInVersion2(url: string, logged: LoggedOnce): Promise<TransparencyLogEntry> {
  const body = JSON.stringify(CreateEntryRequest.toJSON(requestOf(logged)));
  const headers = { accept: 'application/json', 'content-type': 'application/json' };
  return withRetries(async () => {
    const signal = AbortSignal.timeout(ATTEMPT_MS);
    const response = await fetch(`${url}/api/v2/log/entries`, {
      method: 'POST',
      headers,
      body,
      redirect: 'error',
      signal,
    });
    const text = await response.text();
    if (response.ok) return TransparencyLogEntry.fromJSON(JSON.parse(text));
    const failure = `it answers ${response.status} ${text.slice(0, 200)}`;
    throw isPassing(response.status) ? new Error(failure) : new FinalError(failure);
  });
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
