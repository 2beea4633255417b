export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

export function concatBytes(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

/** The methods of newer platforms, which are faster than what stands in for them. */
interface NativeBase64 {
  fromBase64(text: string, options: { lastChunkHandling: 'strict' }): Uint8Array;
}
const nativeBase64 = Uint8Array as unknown as Partial<NativeBase64>;

/**
 * Decodes standard Base64 with padding, with the method that newer platforms have.
 * @returns null for any other text, and undefined on a platform without the method
 */
export function fromBase64Natively(text: string): Uint8Array | null | undefined {
  if (!nativeBase64.fromBase64) return undefined;
  try {
    const bytes = nativeBase64.fromBase64(text, { lastChunkHandling: 'strict' });
    // White space is skipped, but the length of canonical text has no room for it.
    return text.length === 4 * Math.ceil(bytes.length / 3) ? bytes : null;
  } catch {
    return null;
  }
}

/** Encodes standard Base64 with padding, with the method that newer platforms have; undefined on others. */
export function toBase64Natively(bytes: Uint8Array): string | undefined {
  return (bytes as Uint8Array & { toBase64?: () => string }).toBase64?.();
}
