import type { BigIntStats } from 'node:fs';

/** Identifies a file on this machine, however its path is spelled. */
export type FileIdentity = string;

export function identityOf({ dev, ino }: BigIntStats): FileIdentity {
  return `${dev}:${ino}`;
}
