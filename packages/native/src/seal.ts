import { createHash } from 'node:crypto';

/** What comes before the digest at the end of a library. */
const MARK = Buffer.from('\0oms-end');

/** Bytes of a seal. */
export const SEAL_BYTES = MARK.length + 32;

/** What is appended to a library for Linux when it is built, so that damage is found before the system runs it. */
export function sealFor(library: Uint8Array): Buffer {
  return Buffer.concat([MARK, createHash('sha256').update(library).digest()]);
}

/** Whether the last bytes of a file may be a seal. */
export function isSeal(end: Buffer): boolean {
  return end.length === SEAL_BYTES && end.subarray(0, MARK.length).equals(MARK);
}
