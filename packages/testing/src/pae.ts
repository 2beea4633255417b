/** The DSSE pre-authentication encoding: the bytes that an envelope's signature covers. */
export function preAuthEncoding({ payloadType, payload }: { payloadType: string; payload: Uint8Array }): Buffer {
  const head = `DSSEv1 ${Buffer.byteLength(payloadType)} ${payloadType} ${payload.length} `;
  return Buffer.concat([Buffer.from(head), payload]);
}
