import type { Finding, Material } from '../findings.ts';

/** Every generated file is what `generate` makes from its sources. */
export function generatedFindings({ textOf }: Material, generated: ReadonlyMap<string, string>): Finding[] {
  return [...generated].flatMap(([path, expected]) => {
    const actual = textOf(path);
    if (actual === expected) return [];
    const message = actual === null ? 'the generated file is missing' : 'it differs from what its sources generate';
    return [
      { path, line: firstDifference(actual ?? '', expected), requirement: null, message, fix: 'Run npm run fix' },
    ];
  });
}

function firstDifference(actual: string, expected: string): number {
  const lines = expected.split('\n');
  const index = actual.split('\n').findIndex((line, at) => line !== lines[at]);
  return index < 0 ? 1 : index + 1;
}
