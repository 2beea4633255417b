import { describe, expect, it } from 'vitest';
import { formatFinding } from '../findings.ts';
import { readText } from '../layout.ts';
import { materialOf, replaced, summaries, withFiles, withProse } from '../testing/material.ts';
import { exampleFindings } from './examples.ts';

const material = materialOf('v1.0');
const { examples: EXAMPLES } = material.layout;

/** Only the examples of the prose. */
const FENCES = (material.prose.source.match(/^```json[\s\S]*?^```$/gm) ?? []).join('\n\n');

function withFences(before: string, after: string) {
  return withProse(material, replaced(FENCES, before, after));
}

/** The material with the same change to an example in its file and in the prose, so that only its content is wrong. */
function withExample(file: string, before: string, after: string) {
  const content = readText(`${EXAMPLES}/${file}`);
  const changed = replaced(content, before, after);
  return withFiles(withFences(content, changed), { [`${EXAMPLES}/${file}`]: changed });
}

const withFile = (file: string, content: string | null) =>
  withFiles(withFences('', ''), { [`${EXAMPLES}/${file}`]: content });

describe('exampleFindings', () => {
  it('exampleFindings finds nothing wrong with the examples of 1.0', () => {
    expect(exampleFindings(withFences('', ''))).toEqual([]);
  });

  it('exampleFindings finds an example that names no schema', () => {
    const found = summaries(exampleFindings(withFences('file=envelope.json schema=envelope', 'file=envelope.json')));
    expect(found).toContain('- the example does not name its file and schema');
  });

  it('exampleFindings finds an example that differs from its file', () => {
    const found = summaries(exampleFindings(withFences('"shard_size": 64', '"shard_size": 65')));
    expect(found).toEqual(['- the example differs from predicate-shards.json']);
  });

  it('exampleFindings finds an example without a file', () => {
    const found = summaries(exampleFindings(withFile('predicate-shards.json', null)));
    expect(found).toEqual(['- there is no example predicate-shards.json']);
  });

  it('exampleFindings finds an example that is not JSON', () => {
    const found = summaries(
      exampleFindings(withExample('predicate-shards.json', '"shard_size": 64', '"shard_size" 64')),
    );
    expect(found).toEqual(['- predicate-shards.json is not JSON']);
  });

  it('exampleFindings finds an example that a producer must not write', () => {
    const found = summaries(
      exampleFindings(withExample('predicate-shards.json', '"shard_size": 64', '"shard_size": 0')),
    );
    expect(found).toEqual(['OMS-SHARD-2 predicate-shards.json /serialization/shard_size must be >= 1']);
  });

  it('exampleFindings finds a digest that is not that of the example model', () => {
    const found = summaries(exampleFindings(withFile('model/config.json', '{}\n')));
    expect(found).toHaveLength(3);
    expect(found[0]).toMatch(/^OMS-VERIFY-3 the digest of config\.json/);
  });

  it('exampleFindings finds a resource that the example model lacks', () => {
    const found = summaries(exampleFindings(withExample('predicate-shards.json', 'README.md', 'READYOU.md')));
    expect(found).toEqual(['OMS-VERIFY-3 the example model has no READYOU.md:0:59']);
  });

  it('exampleFindings finds a wrong root digest, and says where it is and what to do', () => {
    const { sha256 } = JSON.parse(readText(`${EXAMPLES}/statement.json`)).subject[0].digest;
    const found = exampleFindings(withExample('statement.json', sha256, 'ab'.repeat(32)));
    expect(summaries(found)).toContain('OMS-STMT-6 this is not statement.json');
    expect(found.map(formatFinding)).toContainEqual(
      expect.stringMatching(
        /^spec\/v1\.0\/examples\/statement\.json:\d+: OMS-ROOT-1: the root digest is [0-9a-f]{64}\. Run npm run fix\.$/,
      ),
    );
  });

  it('exampleFindings finds a signature that does not verify', () => {
    const found = summaries(exampleFindings(withExample('envelope.json', '"sig": "ME', '"sig": "MF')));
    expect(found).toContain('OMS-DSSE-3 the signature does not verify');
    expect(found).toContain('OMS-BUNDLE-5 this is not envelope.json');
  });

  it('exampleFindings finds a hint that is not that of the test key', () => {
    const { hint } = JSON.parse(readText(`${EXAMPLES}/bundle-key.json`)).verificationMaterial.publicKey;
    const found = summaries(exampleFindings(withExample('bundle-key.json', hint, 'ab'.repeat(32))));
    expect(found).toEqual([`OMS-KEY-1 the hint of the test key is ${hint}`]);
  });
});
