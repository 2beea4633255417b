import type { Curve } from '@model-signing/core';
import { PublicKeyDetails, TransparencyLogEntry } from '@sigstore/protobuf-specs';
import { CreateEntryRequest } from '@sigstore/protobuf-specs/rekor/v2';
import { bytesOf, digest } from '#platform';
import { readMessage } from './protobuf-json.ts';
import { postForJson } from './service-request.ts';

/** Who signed: a certificate or a SubjectPublicKeyInfo in DER, and the curve of the key. */
export type LogVerifier = { readonly curve: Curve } & (
  | { readonly certificate: Uint8Array }
  | { readonly publicKey: Uint8Array }
);

/** The facts to log: a signature over bytes in pieces. */
export interface LoggedOnce {
  readonly signedBytes: readonly Uint8Array[];
  readonly signature: Uint8Array;
  readonly verifier: LogVerifier;
}

/**
 * Writes an entry to a log of version 2 and returns it in the JSON form of a bundle. Its kind is `hashedrekord` over the
 * bytes that were signed, because version 2 has no kind `dsse`.
 */
export async function logInVersion2(url: string, logged: LoggedOnce, signal: AbortSignal): Promise<object> {
  const request = CreateEntryRequest.toJSON(requestOf(logged)) as object;
  const response = await postForJson(`${url}/api/v2/log/entries`, request, signal);
  try {
    return entryInBundle(readMessage(TransparencyLogEntry, response));
  } catch {
    throw new Error('it returned a malformed entry');
  }
}

/**
 * Adds the members that the JSON form of Protocol Buffers omits for the first entry of a log: the Python client needs them.
 */
function entryInBundle(entry: TransparencyLogEntry): object {
  const json = TransparencyLogEntry.toJSON(entry) as { readonly inclusionProof?: object };
  const { logIndex, inclusionProof: proof } = entry;
  if (!proof) return { ...json, logIndex };
  const inclusionProof = { logIndex: proof.logIndex, treeSize: proof.treeSize, hashes: [], ...json.inclusionProof };
  return { ...json, logIndex, inclusionProof };
}

/** The hash of each curve (OMS-ALG-4), and what the log calls the two. */
const details = {
  'P-256': { hash: 'sha256', keyDetails: PublicKeyDetails.PKIX_ECDSA_P256_SHA_256 },
  'P-384': { hash: 'sha384', keyDetails: PublicKeyDetails.PKIX_ECDSA_P384_SHA_384 },
  'P-521': { hash: 'sha512', keyDetails: PublicKeyDetails.PKIX_ECDSA_P521_SHA_512 },
} as const satisfies Record<Curve, object>;

function requestOf({ signedBytes, signature, verifier }: LoggedOnce): CreateEntryRequest {
  const { hash, keyDetails } = details[verifier.curve];
  return {
    spec: {
      $case: 'hashedRekordRequestV002',
      hashedRekordRequestV002: {
        digest: bytesOf(digest(hash, signedBytes)),
        signature: {
          content: bytesOf(signature),
          verifier: {
            keyDetails,
            verifier:
              'certificate' in verifier
                ? { $case: 'x509Certificate', x509Certificate: { rawBytes: bytesOf(verifier.certificate) } }
                : { $case: 'publicKey', publicKey: { rawBytes: bytesOf(verifier.publicKey) } },
          },
        },
      },
    },
  };
}
