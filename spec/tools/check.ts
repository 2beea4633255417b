import type { Finding, Material } from './findings.ts';
import { generatedFiles } from './generated-files.ts';
import { layoutOf, SPEC_FOLDER } from './layout.ts';
import { readMaterial } from './material.ts';
import { exampleFindings } from './rules/examples.ts';
import { generatedFindings } from './rules/generated.ts';
import { linkFindings } from './rules/links.ts';
import { publicTextFindings } from './rules/public-text.ts';
import { registryFindings } from './rules/registry.ts';
import { requirementFindings } from './rules/requirements.ts';
import { schemaFindings } from './rules/schemas.ts';
import { readVersions } from './versions.ts';

/** The rules that look at one version by itself. */
const versionRules: readonly ((material: Material) => Finding[])[] = [
  linkFindings,
  requirementFindings,
  schemaFindings,
  registryFindings,
  exampleFindings,
  publicTextFindings,
];

/** Everything that is wrong with the specification in a folder. */
export async function check(folder: string = SPEC_FOLDER): Promise<Finding[]> {
  const found: Finding[] = [];
  for (const { version } of readVersions(folder)) found.push(...(await versionFindings(version, folder)));
  return found;
}

async function versionFindings(version: string, folder: string): Promise<Finding[]> {
  const layout = layoutOf(version, folder);
  const material = readMaterial(layout);
  const found = versionRules.flatMap((rule) => rule(material));
  // Faulty sources generate nothing worth comparing.
  return found.length > 0 ? found : generatedFindings(material, await generatedFiles(layout));
}
