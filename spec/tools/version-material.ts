import type { Material } from './findings.ts';
import { layoutOf } from './layout.ts';
import { fileDigests } from './locks.ts';
import { readMaterial } from './material.ts';
import type { Version } from './versions.ts';

/** The input of rules that compare a version with an earlier one, with its lock or with its vectors. */
export interface VersionMaterial extends Material {
  readonly status: Version['status'];
  /** The version that it was made from; null for the first. */
  readonly base: Material | null;
  /** Its name and those of the versions that it was made from. */
  readonly lineage: readonly string[];
  /** The SHA-256 of each of its files by path, in order. */
  readonly digests: ReadonlyMap<string, string>;
}

/** Reads every version, each once. */
export function readVersionMaterials(versions: readonly Version[], folder: string): VersionMaterial[] {
  const read = new Map(versions.map(({ version }) => [version, readMaterial(layoutOf(version, folder))]));
  return versions.map(({ version, status, from }) => {
    const base = from === null ? null : read.get(from);
    const material = read.get(version);
    if (material === undefined || base === undefined)
      throw new Error(`${version} was made from ${from}, which does not exist`);
    return { ...material, status, base, lineage: lineageOf(version, versions), digests: fileDigests(version, folder) };
  });
}

function lineageOf(version: string, versions: readonly Version[]): string[] {
  const from = versions.find((candidate) => candidate.version === version)?.from;
  // Removes the version from the rest, so that a circular list ends.
  const rest = versions.filter((candidate) => candidate.version !== version);
  return [version, ...(from ? lineageOf(from, rest) : [])];
}
