import type { LooseSchemas } from '../compat/testing/edits.ts';
import type { Finding, Material } from '../findings.ts';
import { SPEC_FOLDER } from '../layout.ts';
import { parseProse } from '../prose.ts';
import type { SchemaDocuments } from '../schema-documents.ts';
import { readVersionMaterials, type VersionMaterial } from '../version-material.ts';
import { readVersions } from '../versions.ts';

let materials: readonly VersionMaterial[] | null = null;

/** The material of a version in the repository, read once, because parsing the prose is slow. */
export function materialOf(version: 'v1.0' | 'v1.1'): VersionMaterial {
  materials ??= readVersionMaterials(readVersions(), SPEC_FOLDER);
  const found = materials.find(({ layout }) => layout.version === version);
  if (found === undefined) throw new Error(`there is no ${version}`);
  return found;
}

/** Material with another prose. */
export function withProse<M extends Material>(material: M, source: string): M {
  return { ...material, prose: parseProse(source) };
}

/** Material with some files of the package replaced; null removes one. */
export function withFiles<M extends Material>(material: M, files: Readonly<Record<string, string | null>>): M {
  return { ...material, textOf: (path) => (path in files ? (files[path] ?? null) : material.textOf(path)) };
}

/** Material with schemas that were changed in place. */
export function withSchemas<M extends Material>(material: M, change: (schemas: LooseSchemas) => void): M {
  const schemas = structuredClone(material.schemas) as LooseSchemas;
  change(schemas);
  return { ...material, schemas: schemas as SchemaDocuments };
}

/** A text with one part replaced; throws when the part is missing. */
export function replaced(text: string, before: string, after: string): string {
  if (!text.includes(before)) throw new Error(`the text does not contain ${before}`);
  return text.replaceAll(before, () => after);
}

/** What a test looks at in a finding. */
export function summaries(findings: readonly Finding[]): string[] {
  return findings.map(({ requirement, message }) => `${requirement ?? '-'} ${message}`);
}
