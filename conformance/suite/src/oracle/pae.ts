/** The lengths in the text that DSSE signs, as a defective program counts them: in characters instead of bytes. */
export type LengthUnit = 'bytes' | 'characters';

/** The pre-authentication encoding of DSSE: the bytes that a signature covers. */
export function preAuthenticationEncoding(payloadType: string, payload: Buffer, unit: LengthUnit = 'bytes'): Buffer {
  const [typeLength, length] =
    unit === 'bytes'
      ? [Buffer.byteLength(payloadType), payload.length]
      : [payloadType.length, payload.toString().length];
  return Buffer.concat([Buffer.from(`DSSEv1 ${typeLength} ${payloadType} ${length} `), payload]);
}
