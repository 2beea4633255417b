import type { Material } from './findings.ts';
import { layoutOf } from './layout.ts';
import { readMaterial } from './material.ts';
import type { Version } from './versions.ts';

/** What rules look at that hold a version against an earlier one, against its lock or against its vectors. */
export interface VersionMaterial extends Material {
  readonly status: Version['status'];
  /** The version that it was made from; null for the first. */
  readonly base: Material | null;
}

/** Reads a version and the one that it was made from. */
export function readVersionMaterial({ version, status, from }: Version, folder: string): VersionMaterial {
  const base = from === null ? null : readMaterial(layoutOf(from, folder));
  return { ...readMaterial(layoutOf(version, folder)), status, base };
}
