/** Shorter bytes are left to the garbage collector. */
const LONG_BYTES = 1024 * 1024;

/**
 * Frees long bytes that nothing uses any more, and leaves them empty. The garbage collector, which does not see how much memory is
 * behind them, would let them live on while the model is hashed.
 */
export function release(bytes: Uint8Array): void {
  if (bytes.byteLength === bytes.buffer.byteLength) releaseBuffer(bytes);
}

/** As {@link release}, with all of a buffer of which long bytes are a part. */
export function releaseBuffer({ buffer, byteLength }: Uint8Array): void {
  if (byteLength >= LONG_BYTES && buffer instanceof ArrayBuffer) buffer.transfer(0);
}
