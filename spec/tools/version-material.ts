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

/** Reads every version, each once. */
export function readVersionMaterials(versions: readonly Version[], folder: string): VersionMaterial[] {
  const read = new Map(versions.map(({ version }) => [version, readMaterial(layoutOf(version, folder))]));
  return versions.map(({ version, status, from }) => {
    const base = from === null ? null : read.get(from);
    const material = read.get(version);
    if (material === undefined || base === undefined)
      throw new Error(`${version} comes from ${from}, which is not there`);
    return { ...material, status, base };
  });
}
