import { type BasisTable, readBasis, withBasis } from './basis.ts';
import { exampleFiles, withExamples } from './example-files.ts';
import { type Layout, readText } from './layout.ts';
import { parseProse } from './prose.ts';
import { readRegistry, registryTables, withTables } from './registry.ts';
import { extractRequirements } from './requirements.ts';
import { readSchemaDocuments } from './schema-documents.ts';
import { versionModules } from './version-modules.ts';

/** The committed files of a version that are generated from others: path relative to the package, and content. */
export function committedFiles(layout: Layout): Map<string, string> {
  const examples = exampleFiles(layout);
  const tables = withTables(readText(layout.prose, layout.folder), registryTables(readRegistry(layout)));
  const prose = withExamples(tables, layout, examples);
  const requirements = withBasis(extractRequirements(parseProse(prose)), basisOf(layout));
  return new Map([
    ...examples,
    [layout.prose, prose],
    [layout.requirements, `${JSON.stringify(requirements, null, 2)}\n`],
  ]);
}

/** The modules of a version, which the build makes and git ignores: path relative to the package, and content. */
export function builtFiles(layout: Layout): Promise<Map<string, string>> {
  const extracted = extractRequirements(parseProse(readText(layout.prose, layout.folder)));
  const requirements = withBasis(extracted, basisOf(layout));
  return versionModules(layout, readSchemaDocuments(layout), readRegistry(layout), requirements);
}

function basisOf({ basis, folder }: Layout): BasisTable {
  return readBasis(readText(basis, folder));
}
