import { open } from 'node:fs/promises';
import { READ_FLAGS } from './read-flags.ts';

const CHUNK_BYTES = 1 << 20;

/** Which of these texts are in a file, in UTF-8. */
export async function textsInFile(file: string, texts: readonly string[]): Promise<ReadonlySet<string>> {
  const sought = new Map(texts.map((text) => [text, Buffer.from(text)]));
  const found = new Set<string>();
  const overlap = Math.max(...[...sought.values()].map(({ length }) => length));
  const buffer = Buffer.alloc(overlap + CHUNK_BYTES);
  const handle = await open(file, READ_FLAGS);
  try {
    let kept = 0;
    while (sought.size > 0) {
      const { bytesRead } = await handle.read(buffer, kept, CHUNK_BYTES);
      if (bytesRead === 0) break;
      const filled = buffer.subarray(0, kept + bytesRead);
      for (const [text, bytes] of sought) {
        if (!filled.includes(bytes)) continue;
        found.add(text);
        sought.delete(text);
      }
      kept = Math.min(overlap, filled.length); // a text may begin here and end in the next bytes
      filled.copy(buffer, 0, filled.length - kept);
    }
  } finally {
    await handle.close();
  }
  return found;
}
