import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { exampleDocument, type Loose } from '../tools/example-documents.ts';
import * as v10 from './v1.0/index.ts';
import * as v11 from './v1.1/index.ts';

const HEX = 'ab'.repeat(32);

/** Statements of every form of resource: the name of the first one is historical in the last. */
function statements(predicateType: string): Loose[] {
  const with_ = (serialization: object, names: string[], digest = HEX): Loose => {
    const subject = exampleDocument('statement', predicateType === v11.PREDICATE_TYPE ? 'v1.1' : 'v1.0').subject;
    const statement = { ...exampleDocument('statement'), subject, predicateType };
    const algorithm = (serialization as Loose).hash_type;
    const resources = names.map((name) => ({ name, digest, algorithm }));
    return { ...statement, predicate: { serialization: { allow_symlinks: false, ...serialization }, resources } };
  };
  return [
    with_({ method: 'files', hash_type: 'sha256', ignore_paths: ['.git'] }, ['a', 'b/c', 'd']),
    with_({ method: 'files', hash_type: 'blake2b' }, ['a', 'b:0:1'], 'cd'.repeat(64)),
    with_({ method: 'shards', hash_type: 'blake3', shard_size: 2 }, ['a:0:2', 'a:2:4', 'b/c:0:1']),
    with_({ method: 'files', hash_type: 'sha256' }, ['.']),
  ];
}

const PARTS = [
  undefined,
  null,
  7,
  '',
  '..',
  'a//b',
  'x:0:1',
  '.:0:1',
  'files',
  'shards',
  'sha256',
  'blake2b',
  'sha256-sharded-2',
  HEX,
  'CD'.repeat(32),
  [],
  {},
  { name: 'e', digest: HEX, algorithm: 'sha256' },
  { name: 'e', digest: HEX, algorithm: 'sha256', size: 1 },
];

function paths(value: Loose, path: string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [path];
  return [path, ...Object.keys(value).flatMap((key) => paths(value[key], [...path, key])), [...path, 'more']];
}

function replaced(document: Loose, [step, ...rest]: string[], part: unknown): Loose {
  if (step === undefined) return part;
  const copy = Array.isArray(document) ? [...document] : { ...document };
  if (rest.length === 0 && part === undefined) delete copy[step];
  else copy[step] = replaced(document?.[step], rest, part);
  return Array.isArray(copy) ? copy.filter(() => true) : copy;
}

/** A statement with some of its parts replaced or removed, and their number. */
function changed(predicateType: string): fc.Arbitrary<Loose> {
  const change = (statement: Loose) =>
    fc
      .tuple(fc.constantFrom(...paths(statement)), fc.constantFrom(...PARTS))
      .map(([path, part]) => replaced(statement, path, part));
  const one = fc.constantFrom(...statements(predicateType)).chain(change);
  return fc.oneof(
    one,
    one.chain((statement) => (typeof statement === 'object' && statement ? change(statement) : one)),
  );
}

const views = [v10, v11].flatMap((spec) => [
  {
    version: spec.PREDICATE_TYPE,
    whole: spec.validateStatement as (value: unknown) => v11.Validation<Loose>,
    shell: spec.validateStatementShell as (value: unknown) => v11.Validation<Loose>,
    resources: spec.resourcesValidator,
  },
  {
    version: spec.PREDICATE_TYPE,
    whole: spec.validateProducedStatement as (value: unknown) => v11.Validation<Loose>,
    shell: spec.validateProducedStatementShell as (value: unknown) => v11.Validation<Loose>,
    resources: spec.producedResourcesValidator,
  },
]);

describe.each(views)('$whole.name ($version)', ({ version, whole, shell, resources: validator }) => {
  it('the statements that these tests begin with are valid, except for the historical name in what is produced', () => {
    const accepted = statements(version).filter((statement) => whole(statement).ok).length;
    expect(accepted).toBe(whole.name.includes('Produced') ? 3 : 4);
  });

  it('the validators of the shell and of some resources agree with that of the whole statement', () => {
    const seen = { accepted: 0, shell: 0, resource: 0 };
    fc.assert(
      fc.property(changed(version), (statement) => {
        const [all, around] = [whole(statement), shell(statement)];
        if (!around.ok) {
          seen.shell += 1;
          expect(all.ok).toBe(false);
          return;
        }
        const { serialization, resources } = around.value.predicate;
        const check = validator(serialization);
        const issues = resources
          .map((each: unknown, index: number) => check([each], index))
          .filter((issue: unknown) => issue !== null);
        expect(all.ok).toBe(issues.length === 0);
        const middle = resources.length >> 1;
        const found = [0, middle].flatMap((from) => {
          const some = resources.slice(from, from === 0 ? middle || undefined : undefined);
          return some.length === 0 ? [] : (check(some, from) ?? []);
        });
        expect(found.length === 0).toBe(issues.length === 0);
        for (const issue of found) expect(issues).toContainEqual(issue);
        if (all.ok) seen.accepted += 1;
        else seen.resource += 1;
        if (issues.length === 1) expect(all).toEqual({ ok: false, issues });
      }),
      { numRuns: 1000, seed: 14 },
    );
    expect(Math.min(...Object.values(seen))).toBeGreaterThan(50);
  });

  it('the validator of the shell gives the issue of the whole one when no resource is wrong', () => {
    for (const statement of statements(version).slice(0, 3)) {
      for (const path of paths(statement).filter((each) => each.length > 0 && !each.includes('resources'))) {
        for (const part of PARTS) {
          const around = shell(replaced(statement, path, part));
          if (around.ok || ['method', 'hash_type', 'predicate', 'serialization'].includes(path.at(-1) ?? '')) continue;
          expect(whole(replaced(statement, path, part))).toEqual(around);
        }
      }
    }
  });
});

describe.each([
  ['validateBundle', v10.validateBundle, v10.validateBundleShell],
  ['validateProducedBundle', v11.validateProducedBundle, v11.validateProducedBundleShell],
])('%s', (_name, whole, shell) => {
  it('the validator of the shell agrees with that of the whole bundle, except for the characters of the payload', () => {
    const bundle = exampleDocument('bundle-key');
    for (const path of paths(bundle)) {
      for (const part of PARTS) {
        const document = replaced(bundle, path, part);
        const text = path.at(-1) === 'payload' && typeof part === 'string';
        expect(shell(document)).toEqual(text ? { ok: true, value: document } : whole(document));
      }
    }
  });
});
