import { statfs } from 'node:fs/promises';
import { quote } from '@model-signing/core';
import { SourceError } from '../../source-error.ts';

/**
 * Checks that a file system has room for so many bytes more. One that does not say how much room it has is taken to have enough.
 * @throws {SourceError} `source/no-space`
 */
export async function checkFreeSpace(directory: string, needed: number): Promise<void> {
  const stats = await statfs(directory).catch(() => null);
  if (stats === null || stats.blocks === 0) return;
  const free = stats.bavail * stats.bsize;
  if (free >= needed) return;
  const message = `the model needs ${size(needed)} more at ${quote(directory)}, and ${size(free)} are free`;
  throw new SourceError('source/no-space', message);
}

/** In decimal units, with the exact number beside them. */
function size(bytes: number): string {
  const units = ['kB', 'MB', 'GB', 'TB', 'PB'];
  let value = bytes;
  let unit = 'bytes';
  for (const next of units) {
    if (value < 1000) break;
    value /= 1000;
    unit = next;
  }
  return unit === 'bytes' ? `${bytes} bytes` : `${value.toFixed(1)} ${unit} (${bytes} bytes)`;
}
