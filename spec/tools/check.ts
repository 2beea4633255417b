import type { Finding, Material } from './findings.ts';
import { committedFiles } from './generated-files.ts';
import { SPEC_FOLDER } from './layout.ts';
import { policyFindings } from './policy.ts';
import { basisFindings } from './rules/basis.ts';
import { changesetFindings } from './rules/changesets.ts';
import { compatibilityFindings } from './rules/compatibility.ts';
import { draftBasisFindings } from './rules/draft-basis.ts';
import { exampleFindings } from './rules/examples.ts';
import { extensionFindings } from './rules/extensions.ts';
import { generatedFindings } from './rules/generated.ts';
import { identifierFindings } from './rules/identifiers.ts';
import { linkFindings } from './rules/links.ts';
import { lockFindings } from './rules/locks.ts';
import { publicTextFindings } from './rules/public-text.ts';
import { registryFindings } from './rules/registry.ts';
import { requirementFindings } from './rules/requirements.ts';
import { coverageFindings } from './rules/schema-coverage.ts';
import { schemaFindings } from './rules/schemas.ts';
import { strictFindings } from './rules/strict.ts';
import { vectorBasisFindings } from './rules/vector-basis.ts';
import { vectorFindings } from './rules/vectors.ts';
import { inheritedVectors, readVectors } from './vectors.ts';
import { readVersionMaterials, type VersionMaterial } from './version-material.ts';
import { readVersions } from './versions.ts';

/** The rules on the sources of one version, which are checked before anything is generated from them. */
const sourceRules: readonly ((material: Material) => Finding[])[] = [
  linkFindings,
  requirementFindings,
  schemaFindings,
  registryFindings,
  exampleFindings,
  publicTextFindings,
  basisFindings,
  extensionFindings,
];

/** The rules that compare a version with the one before. */
const historyRules: readonly ((material: VersionMaterial) => Finding[])[] = [
  identifierFindings,
  draftBasisFindings,
  compatibilityFindings,
];

/** Everything that is wrong with the specification in a folder. */
export async function check(folder: string = SPEC_FOLDER): Promise<Finding[]> {
  const found: Finding[] = policyFindings(folder);
  for (const material of readVersionMaterials(readVersions(folder), folder))
    found.push(...(await versionFindings(material)));
  // Faults come first: a faulty change need not be announced.
  return found.length > 0 ? found : changesetFindings(folder);
}

async function versionFindings(material: VersionMaterial): Promise<Finding[]> {
  const locked = lockFindings(material);
  const malformed = strictFindings(material);
  if (malformed.length > 0) return [...locked, ...malformed];
  const comparable = material.base === null || strictFindings(material.base).length === 0;
  const history = comparable ? historyRules.flatMap((rule) => rule(material)) : [];
  const found = [...sourceRules.flatMap((rule) => rule(material)), ...history];
  // Faulty sources generate nothing worth comparing, and vectors are made last.
  if (locked.length + found.length > 0) return [...locked, ...found];
  const stale = generatedFindings(material, committedFiles(material.layout));
  const { version, folder } = material.layout;
  const vectors = readVectors(version, folder);
  const inherited = inheritedVectors(version, folder);
  const uncovered = await coverageFindings(material, vectors, inherited);
  const decided = vectorBasisFindings(material, vectors);
  return [...stale, ...vectorFindings(material, vectors, inherited), ...decided, ...uncovered];
}
