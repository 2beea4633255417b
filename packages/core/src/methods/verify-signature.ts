import { OmsError } from '../format/errors.ts';
import { dsse, type SignatureForm } from '../format/pae.ts';
import { historicalBytes } from '../format/versions/v0.2.ts';
import type { SignedContent } from '../signer.ts';
import type { SignatureKey } from './signature-key.ts';

/**
 * Verifies a signature over the PAE or, failing that, over the bytes that version 0.2.0 signed (OMS-HIST-4).
 * @returns which of the two it covers
 * @throws {OmsError} `envelope/signature-invalid`
 */
export async function verifySignature(
  key: SignatureKey,
  { payloadType, payload }: SignedContent,
  signature: Uint8Array,
): Promise<SignatureForm> {
  for (const { form, encode, hash, maxPayloadBytes } of [dsse, historicalBytes]) {
    if (payload.length > maxPayloadBytes) continue;
    if (await key.verify(encode(payloadType, payload), signature, hash ?? undefined)) return form;
  }
  throw new OmsError(
    'envelope/signature-invalid',
    'the signature was not made with the given key, or the payload was changed',
  );
}
