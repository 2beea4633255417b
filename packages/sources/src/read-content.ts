import type { ModelFile } from '@model-signing/core';
import { readLocal } from '#local-file';

/**
 * Reads a range of a file, wherever the model keeps it. A chunk is valid until the next one is asked for.
 * @throws {OmsError} `model/changed` for a local file that is no longer what was listed, `model/unreadable`
 */
export function readContent(
  file: ModelFile,
  start: number,
  end: number,
  signal: AbortSignal | undefined,
): AsyncIterable<Uint8Array> {
  const { content } = file;
  return 'path' in content ? readLocal(file, content.path, start, end) : content.read(start, end, signal);
}
