import { endianness } from 'node:os';

const isLittleEndian = endianness() === 'LE';

/** Reads a `CK_ULONG` of this machine, of four or eight bytes; null for another length. */
export function readUlong(octets: Uint8Array): bigint | null {
  const view = new DataView(octets.buffer, octets.byteOffset, octets.byteLength);
  if (octets.length === 8) return view.getBigUint64(0, isLittleEndian);
  return octets.length === 4 ? BigInt(view.getUint32(0, isLittleEndian)) : null;
}
