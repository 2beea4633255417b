import { encodeUtf8 } from './encoding.ts';
import { OmsError } from './errors.ts';

/** What a side file begins with, without its group size and length. */
const MAGIC = encodeUtf8('OMSB3T1');

export const SIDE_FILE_HEADER_BYTES = 16;

/** Bytes of a node: two chaining values. */
export const NODE_BYTES = 64;

/** The largest group has 2^10 chunks, which is 1 MiB. */
export const MAX_GROUP_LOG = 10;

/** What the beginning of a side file says. The length is a claim until the last group was checked. */
export interface SideFileHeader {
  /** A group has 2 to this power chunks of 1,024 bytes. */
  readonly groupLog: number;
  /** Bytes of the file. */
  readonly length: number;
}

/** How many chunk groups a file has; an empty file has one. */
export function groupCount({ groupLog, length }: SideFileHeader): number {
  return Math.max(1, Math.ceil(length / groupBytes({ groupLog })));
}

/** Bytes of a chunk group. */
export function groupBytes({ groupLog }: Pick<SideFileHeader, 'groupLog'>): number {
  return 1024 * 2 ** groupLog;
}

/** Bytes of the side file. */
export function sideFileSize(header: SideFileHeader): number {
  return SIDE_FILE_HEADER_BYTES + NODE_BYTES * (groupCount(header) - 1);
}

/** The beginning of a side file. */
export function encodeSideFileHeader({ groupLog, length }: SideFileHeader): Uint8Array {
  const bytes = new Uint8Array(SIDE_FILE_HEADER_BYTES);
  bytes.set(MAGIC);
  bytes[MAGIC.length] = groupLog;
  new DataView(bytes.buffer).setBigUint64(8, BigInt(length), true);
  return bytes;
}

/**
 * Reads the beginning of a side file, and checks that the rest can be what it says (OMS-SIDE-2).
 * @param size bytes of the whole side file
 * @throws {OmsError} `model/side-file-invalid`
 */
export function parseSideFileHeader(bytes: Uint8Array, size: number): SideFileHeader {
  const begins = bytes.length === SIDE_FILE_HEADER_BYTES && MAGIC.every((byte, index) => bytes[index] === byte);
  if (!begins) throw invalidSideFile('it does not begin as one');
  const groupLog = bytes[MAGIC.length] as number;
  if (groupLog > MAX_GROUP_LOG)
    throw invalidSideFile(`its groups have 2^${groupLog} chunks, more than 2^${MAX_GROUP_LOG}`);
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(8, true));
  if (!Number.isSafeInteger(length)) throw invalidSideFile('its length is out of range');
  const expected = sideFileSize({ groupLog, length });
  if (size !== expected) throw invalidSideFile(`it has ${size} bytes in place of ${expected}`);
  return { groupLog, length };
}

export function invalidSideFile(problem: string): OmsError {
  return new OmsError('model/side-file-invalid', `the side file is refused: ${problem}`);
}
