import { describe, expect, it } from 'vitest';
import { formatFinding } from './findings.ts';
import { POLICY_EXAMPLE, POLICY_SCHEMA, policyFindings, policyModules } from './policy.ts';
import { SpecCopy } from './testing/copy.ts';

/** What is found after one change to a file. */
function foundAfter(file: string, before: string, after: string): string[] {
  const copy = new SpecCopy();
  copy.replace(file, before, after);
  return policyFindings(copy.folder).map(formatFinding);
}

describe('the schema of policies', () => {
  it('nothing is wrong with it', () => {
    expect(policyFindings()).toEqual([]);
  });

  it.each([
    ['that is no JSON Schema', '"type": "object"', '"type": "obejct"', 'must be equal to one of the allowed values'],
    ['that refers to nothing', '"#/$defs/revoked"', '"#/$defs/revoke"', 'it does not compile'],
    ['with another identifier', 'spec/policy/v1/policy', 'spec/policy/v2/policy', '$id is'],
    [
      'with an open object',
      '"required": ["path", "sha256"],\n      "additionalProperties": false,',
      '"required": ["path", "sha256"],',
      '#/$defs/file: it accepts unknown members',
    ],
    [
      'with a constraint without words',
      '"description": "whether warnings refuse the model; the default is false",',
      '',
      'properties/strict: it has no description',
    ],
  ])('a schema %s is found', (_what, before, after, message) => {
    expect(foundAfter(POLICY_SCHEMA, before, after)).toEqual([expect.stringContaining(message)]);
  });

  it('an example that the schema refuses is found', () => {
    expect(foundAfter(POLICY_EXAMPLE, '"threshold"', '"treshold"')).toEqual([
      expect.stringMatching(/^spec\/policy\/v1\/example.json:1: it is refused at \/models\/1\/require/),
    ]);
  });

  it('the example uses every member of the schema that has no other form in it', () => {
    const text = JSON.stringify(new SpecCopy().read(POLICY_EXAMPLE));
    const schema = JSON.parse(new SpecCopy().read(POLICY_SCHEMA));
    const names = new Set<string>();
    const collect = (part: unknown): void => {
      if (typeof part !== 'object' || part === null) return;
      for (const [keyword, value] of Object.entries(part)) {
        if (keyword === 'properties') for (const name of Object.keys(value)) names.add(name);
        collect(value);
      }
    };
    collect(schema);
    const absent = [...names].filter((name) => !text.includes(`\\"${name}\\"`));
    expect(absent).toEqual(['fingerprint', 'timestampRoots', 'trusted']);
  });

  it('the generated validator imports nothing but what every validator shares', async () => {
    const modules = await policyModules();
    expect([...modules.keys()]).toEqual(['compiled', 'documents', 'index'].map((name) => `src/policy/v1/${name}.ts`));
    expect(modules.get('src/policy/v1/compiled.ts')).not.toMatch(/\b(?:require|import)\s*\(|^import /m);
  });
});
