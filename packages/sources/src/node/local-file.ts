import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { type ModelFile, OmsError, quote } from '@model-signing/core';
import { problemOf } from './system-fault.ts';

const READ_BYTES = 1 << 20;

const FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/**
 * Reads a range of a local file, following no link at its path. A chunk is valid until the next one is asked for.
 * @throws {OmsError} `model/changed` for a file that is no longer what was listed, `model/unreadable`
 */
export async function* readLocal(
  { name, size }: ModelFile,
  path: string,
  start: number,
  end: number,
): AsyncGenerator<Uint8Array> {
  const handle = await open(path, FLAGS).catch((cause) => {
    throw new OmsError('model/unreadable', `the file ${quote(name)} cannot be read: ${problemOf(cause)}`, { cause });
  });
  try {
    const stats = await handle.stat();
    if (!stats.isFile() || (size !== null && stats.size !== size)) throw changed(name);
    const buffer = Buffer.allocUnsafe(Math.min(READ_BYTES, end - start));
    for (let at = start; at < end; ) {
      const { bytesRead } = await handle.read(buffer, 0, Math.min(buffer.length, end - at), at);
      if (bytesRead === 0) throw changed(name);
      yield buffer.subarray(0, bytesRead);
      at += bytesRead;
    }
  } finally {
    await handle.close();
  }
}

function changed(name: string): OmsError {
  return new OmsError('model/changed', `the file ${quote(name)} was changed or replaced while the model was read`);
}
