import type { Listing, Model } from '@model-signing/core';

/** How much is hashed at once, so that other work gets its turn. */
const CHUNK_BYTES = 4 << 20;

/** A model that is one file of a larger one, in memory. */
export function bytesModel(name: string, bytes: Uint8Array): Model {
  async function* read(start: number, end: number): AsyncGenerator<Uint8Array> {
    for (let at = start; at < end; at += CHUNK_BYTES) yield bytes.subarray(at, Math.min(at + CHUNK_BYTES, end));
  }
  return {
    name,
    list: async (): Promise<Listing> => ({
      singleFile: false,
      files: [{ name, size: bytes.length, content: { read } }],
      excluded: [],
      unusable: [],
      externalLinks: [],
      signatureName: null,
      confirm: async () => {},
    }),
  };
}
