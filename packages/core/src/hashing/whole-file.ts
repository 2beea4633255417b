import { readSmallFile } from '#engine';
import type { ModelFile } from '../model.ts';
import { readChunks } from './streams.ts';

/** The bytes of a file of at most `limit` bytes; null for a larger one, and for one that gives other bytes than were listed. */
export async function readWholeFile(
  file: ModelFile,
  limit: number,
  signal: AbortSignal | undefined,
): Promise<Uint8Array | null> {
  const { size, content } = file;
  if (size !== null && size > limit) return null;
  if ('path' in content) return readSmallFile(content.path, limit);
  if (size === null) return null;
  const bytes = new Uint8Array(size);
  let length = 0;
  for await (const chunk of readChunks(file, 0, size, signal)) {
    if (length + chunk.length > size) return null;
    bytes.set(chunk, length);
    length += chunk.length;
  }
  return length === size ? bytes : null;
}
