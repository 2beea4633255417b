import { encodeUtf8 } from './encoding.ts';

/** What a signature covers: `dsse`, the pre-authentication encoding of DSSE; `historical`, what version 0.2.0 signed. */
export type SignatureForm = 'dsse' | 'historical';

/** Which bytes of an envelope a signature of one form covers. */
export interface SignedBytes {
  readonly form: SignatureForm;
  /** The bytes in pieces, so that a large payload is not copied. */
  encode(payloadType: string, payload: Uint8Array): Iterable<Uint8Array>;
  /** The hash of the signature; null for the one that belongs to the key's curve (OMS-ALG-4). */
  readonly hash: 'sha256' | null;
  /** Signatures over larger payloads are not tried in this form. */
  readonly maxPayloadBytes: number;
  /** The warning for a bundle in this form; null for the current form. */
  readonly warning: string | null;
}

/**
 * The bytes that a DSSE signature covers: payload type and payload with their lengths in bytes (OMS-DSSE-3). In pieces, so
 * that a large payload is not copied.
 */
export function preAuthenticationEncoding(payloadType: string, payload: Uint8Array): readonly Uint8Array[] {
  const type = encodeUtf8(payloadType);
  return [encodeUtf8(`DSSEv1 ${type.length} ${payloadType} ${payload.length} `), payload];
}

/** What every current version signs. */
export const dsse: SignedBytes = {
  form: 'dsse',
  encode: preAuthenticationEncoding,
  hash: null,
  maxPayloadBytes: Number.POSITIVE_INFINITY,
  warning: null,
};
