import type { BigIntStats } from 'node:fs';

/** Identifies a file on this machine, however its path is spelled. */
export type FileIdentity = string;

export function identityOf({ dev, ino }: BigIntStats): FileIdentity {
  return `${dev}:${ino}`;
}

/** Identifies a file with its content, as far as the file system can tell: renaming it away and back changes it as well. */
export type FileState = string;

export function stateOf({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats): FileState {
  return `${dev}:${ino}:${size}:${mtimeNs}:${ctimeNs}`;
}
