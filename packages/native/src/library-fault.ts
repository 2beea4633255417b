import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import { isSeal, SEAL_BYTES, sealFor } from './seal.ts';

const HEADER_BYTES = 64;
const ELF = 0x7f454c46;

/** The processors of compiled engines for Linux, by the number of each in a header. */
const MACHINES: Readonly<Record<string, number>> = { x64: 62, arm64: 183 };

/**
 * What is wrong with a library for Linux, in words that follow its path, as far as the system does not say so well; null if nothing is.
 * The system maps a library that was cut off or damaged, and ends the process when it reads what is missing or runs what is damaged.
 * Opening a FIFO would never end. Files of other formats are left to the system.
 */
export function libraryFault(file: string, processor: string = process.arch): string | null {
  const descriptor = openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) return 'is not a file';
    const header = readAt(descriptor, 0, HEADER_BYTES);
    if (header.length < HEADER_BYTES) return 'is cut off';
    if (header.readUInt32BE(0) !== ELF) return null;
    if (header.readUInt16LE(18) !== MACHINES[processor]) return `is not for the processor ${processor}`;
    // The table of sections is the last part of the library: its offset, the size of an entry, and their number.
    const end = Number(header.readBigUInt64LE(40)) + header.readUInt16LE(58) * header.readUInt16LE(60);
    if (end > stats.size) return 'is cut off';
    return isWhole(descriptor, end, stats.size) ? null : 'is damaged';
  } finally {
    closeSync(descriptor);
  }
}

/** Whether a library is as it was sealed. One that cargo built and nothing sealed ends with its table of sections. */
function isWhole(descriptor: number, end: number, size: number): boolean {
  const length = Math.max(size - SEAL_BYTES, 0);
  const seal = readAt(descriptor, length, SEAL_BYTES);
  if (!isSeal(seal)) return end === size;
  return sealFor(readAt(descriptor, 0, length)).equals(seal);
}

function readAt(descriptor: number, position: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  let filled = 0;
  while (filled < length) {
    const count = readSync(descriptor, bytes, filled, length - filled, position + filled);
    if (count === 0) break;
    filled += count;
  }
  return bytes.subarray(0, filled);
}
