import type { Finding, Material } from '../findings.ts';
import { readMaterial } from '../material.ts';
import { parseProse } from '../prose.ts';

/** The material of the repository with one sentence of the prose replaced; throws when the prose lacks it. */
export function withProse(before: string, after: string): Material {
  const material = readMaterial();
  const { source } = material.prose;
  if (!source.includes(before)) throw new Error(`the prose does not hold ${before}`);
  return { ...material, prose: parseProse(source.replace(before, () => after)) };
}

/** The material of the repository with one file of the package replaced. */
export function withFile(path: string, content: string | null): Material {
  const material = readMaterial();
  return { ...material, textOf: (name) => (name === path ? content : material.textOf(name)) };
}

/** What a test looks at in a finding. */
export function summaries(findings: readonly Finding[]): string[] {
  return findings.map(({ requirement, message }) => `${requirement ?? '-'} ${message}`);
}
