import { describe, expect, it } from 'vitest';
import { layoutOf, readText } from '../layout.ts';
import { readMaterial } from '../material.ts';
import { summaries, withFile, withProse } from './broken-material.ts';
import { exampleFindings } from './examples.ts';

const { examples: EXAMPLES } = layoutOf('v1.0');

/** The material with an example changed alike in its file and in the prose, so that only its content is at fault. */
function withExample(file: string, before: string, after: string) {
  const content = readText(`${EXAMPLES}/${file}`);
  const changed = content.replaceAll(before, after);
  if (changed === content) throw new Error(`${file} does not hold ${before}`);
  return { ...withProse(content, changed), textOf: withFile(`${EXAMPLES}/${file}`, changed).textOf };
}

describe('exampleFindings', () => {
  it('finds nothing in the examples as they are', () => {
    expect(exampleFindings(readMaterial())).toEqual([]);
  });

  it('finds an example that names no schema', () => {
    const found = summaries(exampleFindings(withProse('file=envelope.json schema=envelope', 'file=envelope.json')));
    expect(found).toContain('- the example does not name its file and schema');
  });

  it('finds an example that differs from its file', () => {
    const found = summaries(exampleFindings(withProse('"shard_size": 64', '"shard_size": 65')));
    expect(found).toEqual(['- the example differs from predicate-shards.json']);
  });

  it('finds an example without a file', () => {
    const found = summaries(exampleFindings(withFile(`${EXAMPLES}/predicate-shards.json`, null)));
    expect(found).toEqual(['- there is no example predicate-shards.json']);
  });

  it('finds an example that is not JSON', () => {
    const found = summaries(
      exampleFindings(withExample('predicate-shards.json', '"shard_size": 64', '"shard_size" 64')),
    );
    expect(found).toEqual(['- predicate-shards.json is not JSON']);
  });

  it('finds an example that no producer writes', () => {
    const found = summaries(
      exampleFindings(withExample('predicate-shards.json', '"shard_size": 64', '"shard_size": 0')),
    );
    expect(found).toEqual(['OMS-SHARD-2 predicate-shards.json /serialization/shard_size must be >= 1']);
  });

  it('finds a digest that is not that of the model', () => {
    const found = summaries(exampleFindings(withFile(`${EXAMPLES}/model/config.json`, '{}\n')));
    expect(found).toHaveLength(3);
    expect(found[0]).toMatch(/^OMS-VERIFY-3 the digest of config\.json/);
  });

  it('finds a resource that the model lacks', () => {
    const found = summaries(exampleFindings(withExample('predicate-shards.json', 'README.md', 'READYOU.md')));
    expect(found).toEqual(['OMS-VERIFY-3 the example model has no READYOU.md:0:59']);
  });

  it('finds a wrong root digest', () => {
    const statement = JSON.parse(readText(`${EXAMPLES}/statement.json`));
    const broken = withExample('statement.json', statement.subject[0].digest.sha256, 'ab'.repeat(32));
    const found = summaries(exampleFindings(broken));
    expect(found).toContain(`OMS-ROOT-1 the root digest is ${statement.subject[0].digest.sha256}`);
    expect(found).toContain('OMS-STMT-6 this is not statement.json');
  });

  it('finds a signature that does not hold', () => {
    const found = summaries(exampleFindings(withExample('envelope.json', '"sig": "ME', '"sig": "MF')));
    expect(found).toContain('OMS-DSSE-3 the signature does not hold');
    expect(found).toContain('OMS-BUNDLE-5 this is not envelope.json');
  });

  it('finds a hint that is not that of the test key', () => {
    const bundle = JSON.parse(readText(`${EXAMPLES}/bundle-key.json`));
    const { hint } = bundle.verificationMaterial.publicKey;
    const found = summaries(exampleFindings(withExample('bundle-key.json', hint, 'ab'.repeat(32))));
    expect(found).toEqual([`OMS-KEY-1 the hint of the test key is ${hint}`]);
  });
});
