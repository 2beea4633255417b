import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { check } from './check.ts';
import { formatFinding, repositoryPath } from './findings.ts';
import { layoutOf, readText, SPEC_FOLDER, VECTORS } from './layout.ts';
import { fileDigests, lockPath, lockText } from './locks.ts';
import { partAt, readSchemaDocuments } from './schema-documents.ts';
import { vectorsFolder } from './vectors.ts';
import { findVersion, readVersions, VERSIONS } from './versions.ts';

/**
 * Makes a version unchangeable: records the digest of each of its files, which `check` compares from then on.
 *
 * Throws with the reason when the version is frozen already, is still marked as a draft, or has findings.
 */
export async function freeze(name: string, folder: string = SPEC_FOLDER): Promise<string[]> {
  const { version, status } = findVersion(name, folder);
  if (status === 'frozen') throw new Error(`${version} is frozen already`);
  const draft = draftTraces(version, folder);
  if (draft !== null) throw new Error(`${version} is still a draft: ${draft}`);
  if (vectorsFolder(version, folder) === null)
    throw new Error(`${version} has no vectors in ${repositoryPath(VECTORS)}`);
  const findings = await check(folder);
  if (findings.length > 0) {
    throw new Error(`fix these first:\n${findings.map((finding) => formatFinding(finding)).join('\n')}`);
  }
  const frozen = readVersions(folder).map((each) => (each.version === version ? { ...each, status: 'frozen' } : each));
  mkdirSync(dirname(folder + lockPath(version)), { recursive: true });
  writeFileSync(folder + lockPath(version), lockText(fileDigests(version, folder)));
  writeFileSync(folder + VERSIONS, `${JSON.stringify(frozen, null, 2)}\n`);
  return [lockPath(version), VERSIONS];
}

/** What still marks a version as a draft, and what to do about it; otherwise null. */
function draftTraces(version: string, folder: string): string | null {
  const layout = layoutOf(version, folder);
  const type = String(partAt(readSchemaDocuments(layout).statement, '/properties/predicateType/const'));
  if (type.includes('.example/')) return `its predicate type is ${type}; give it the one that it is published under`;
  const prose = readText(layout.prose, folder);
  return prose.includes('\n> **Draft.**')
    ? `${layout.prose} says so; remove "(draft)" from the title, and the notice`
    : null;
}
