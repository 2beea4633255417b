import { type Finding, formatFinding } from './findings.ts';
import { generatedFiles } from './generated-files.ts';
import { readMaterial } from './material.ts';
import { exampleFindings } from './rules/examples.ts';
import { generatedFindings } from './rules/generated.ts';
import { linkFindings } from './rules/links.ts';
import { publicTextFindings } from './rules/public-text.ts';
import { registryFindings } from './rules/registry.ts';
import { requirementFindings } from './rules/requirements.ts';
import { schemaFindings } from './rules/schemas.ts';

const material = readMaterial();
const findings: Finding[] = [
  linkFindings,
  requirementFindings,
  schemaFindings,
  registryFindings,
  exampleFindings,
  publicTextFindings,
].flatMap((rule) => rule(material));

// Faulty sources generate nothing worth comparing.
if (findings.length === 0) findings.push(...generatedFindings(material, await generatedFiles()));

for (const finding of findings) console.error(formatFinding(finding));
if (findings.length > 0) process.exitCode = 1;
else console.log('The prose, the schemas, the registry, the examples and the generated files agree.');
