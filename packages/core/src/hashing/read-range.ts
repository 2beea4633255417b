import { createYielder } from '#platform';
import type { HashJob, RangeRead } from '../engine.ts';
import { unlessAborted } from '../format/abort.ts';
import { lengthOf, readChunks, type StreamHasher, wrongLength } from './streams.ts';

/** How much is hashed at once. */
const PART_BYTES = 256 * 1024;

/**
 * Reads a range through the function of its file into memory, and hashes that memory: what the source does with its chunks afterwards
 * has no effect.
 * @throws {OmsError} `model/changed` for a file that gives more or fewer bytes than were listed
 */
export async function readRange(
  job: HashJob,
  into: Uint8Array,
  hasher: StreamHasher,
  signal: AbortSignal | undefined,
): Promise<RangeRead> {
  const { file, start } = job;
  const length = lengthOf(job);
  const yielder = createYielder(signal);
  let count = 0;
  let hashed = 0;
  const hashUntil = async (end: number) => {
    for (; hashed < end; hashed += PART_BYTES) {
      const part = into.subarray(hashed, Math.min(hashed + PART_BYTES, length));
      await unlessAborted(signal, async () => hasher.update(part));
      if (yielder.shouldYield) await yielder.yieldNow();
    }
  };
  for await (const chunk of readChunks(file, start, start + length, signal)) {
    if (chunk.length > length - count) throw wrongLength(file, count + chunk.length, length);
    into.set(chunk, count);
    count += chunk.length;
    await hashUntil(count - (count % PART_BYTES));
  }
  if (count !== length) throw wrongLength(file, count, length);
  await hashUntil(length);
  return { bytes: into, digest: await unlessAborted(signal, () => hasher.digest()) };
}
