/** Reads a signature from an address. */
export async function fetchSignature(address: string, _options: { signal?: AbortSignal } = {}): Promise<Uint8Array> {
  throw new Error(`not yet: ${address}`);
}
