import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';

const HEADER_BYTES = 64;
const ELF = 0x7f454c46;

/** The processors of compiled engines for Linux, by the number of each in a header. */
const MACHINES: Readonly<Record<string, number>> = { x64: 62, arm64: 183 };

/**
 * What is wrong with a library for Linux, in words that follow its path, as far as the system does not say so well; null if nothing is.
 * The system maps a library that was cut off, and ends the process when it reads what is missing. Opening a FIFO would never end. Files of
 * other formats are left to the system.
 */
export function libraryFault(file: string, processor: string = process.arch): string | null {
  const descriptor = openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) return 'is not a file';
    const header = Buffer.alloc(HEADER_BYTES);
    if (readSync(descriptor, header, 0, HEADER_BYTES, 0) < HEADER_BYTES) return 'is cut off';
    if (header.readUInt32BE(0) !== ELF) return null;
    if (header.readUInt16LE(18) !== MACHINES[processor]) return `is not for the processor ${processor}`;
    // The table of sections is the last part of the file: its offset, the size of an entry, and their number.
    const end = Number(header.readBigUInt64LE(40)) + header.readUInt16LE(58) * header.readUInt16LE(60);
    return end <= stats.size ? null : 'is cut off';
  } finally {
    closeSync(descriptor);
  }
}
