import { validateStatement } from '@model-signing/spec';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { refusal } from '../testing/refusal.ts';
import { encodeUtf8 } from './encoding.ts';
import { type ErrorCode, Warnings } from './errors.ts';
import { checkManifest } from './manifest/check.ts';
import { type Manifest, type Resource, resourceName, type Serialization } from './manifest/manifest.ts';
import { plannedResource } from './manifest/plan.ts';
import { encodeStatement, mostBytes, parsePayload, statementSize } from './statement.ts';
import { v1_0 } from './versions/v1.0.ts';

const serialization: Serialization = {
  method: 'files',
  hashType: 'sha256',
  shardSize: null,
  allowSymlinks: false,
  ignorePaths: ['.git'],
};
const manifestOf = (resources: readonly Resource[], changes: Partial<Serialization> = {}): Manifest => {
  const content = { serialization: { ...serialization, ...changes }, resources };
  return { ...content, rootDigest: v1_0.rootDigest(content) };
};
const manifest = manifestOf([{ path: 'a', digest: '00'.repeat(32) }]);

const encode = (name: string, made: Manifest) => encodeStatement(name, made, v1_0);
const parse = (payload: Uint8Array, warnings = new Warnings()) => v1_0.readStatement(parsePayload(payload), warnings);

/** The checked manifest of a payload. */
const manifestIn = (payload: Uint8Array) => {
  const warnings = new Warnings(true);
  return checkManifest(parse(payload, warnings).manifest, v1_0, warnings).manifest;
};

// biome-ignore lint/suspicious/noExplicitAny: the edits write whatever they like
const edited = (edit: (statement: any) => void): Uint8Array => {
  const statement = JSON.parse(Buffer.from(encode('model', manifest)).toString());
  edit(statement);
  return encodeUtf8(JSON.stringify(statement));
};

describe('a statement', () => {
  it('a statement survives a round trip', () => {
    const payload = encode('model', manifest);
    expect(parse(payload).subjectName).toBe('model');
    expect(manifestIn(payload)).toEqual(manifest);
  });

  it('a statement of shards survives a round trip', () => {
    const changes = { method: 'shards', hashType: 'blake2b', shardSize: 7, ignorePaths: [] } as const;
    const shards = manifestOf([{ path: 'a:b', range: [0, 7], digest: '11'.repeat(64) }], changes);
    const payload = encode('m', shards);
    expect(Buffer.from(payload).toString()).toContain('"name":"a:b:0:7"');
    expect(manifestIn(payload)).toEqual(shards);
  });

  it('a statement with unknown members is read without them', () => {
    const payload = edited((statement) => {
      statement.extra = 1;
      statement.predicate.extra = {};
      statement.predicate.resources[0].annotations = { a: 'b' };
      statement.subject[0].digest.sha512 = 'ff';
    });
    expect(manifestIn(payload)).toEqual(manifest);
  });

  it('a statement without ignore_paths has no ignore paths', () => {
    const payload = edited((statement) => delete statement.predicate.serialization.ignore_paths);
    expect(parse(payload).manifest.serialization.ignorePaths).toEqual([]);
  });

  it('a statement of many resources is the JSON of all of them, whatever their names are', () => {
    const names = ['"resources":[', 'resources', 'a"b', 'wörld', '\u{1f600}'];
    const many = Array.from({ length: 3000 }, (_, i) => ({
      path: `${i.toString().padStart(4, '0')}/${names[i % names.length]}`,
      digest: i.toString(16).padStart(64, '0'),
    }));
    const large = manifestOf(many, { ignorePaths: ['resources'] });
    const payload = encode('"resources":[]', large);
    const text = Buffer.from(payload).toString();
    expect(JSON.stringify(JSON.parse(text))).toBe(text);
    expect(parse(payload).subjectName).toBe('"resources":[]');
    expect(manifestIn(payload)).toEqual(large);
  });

  it('a statement is refused exactly if the schema refuses it or its algorithms differ', () => {
    const mostly = (usual: string, ...others: unknown[]) =>
      fc.oneof({ weight: 8, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constantFrom(...others) });
    const resource = fc.record(
      {
        name: mostly('a/b', '', '.', '..', '/a', 'a/', 'a//b', 'a\0', 'x/../y', 1, null),
        algorithm: mostly('sha256', 'sha512', 'blake2b', 'SHA256', 'sha256-sharded-1', ['sha256'], null),
        digest: mostly('00'.repeat(32), '00'.repeat(64), '00'.repeat(31), '0g'.repeat(32), 'AA'.repeat(32), 0),
      },
      { requiredKeys: ['name', 'algorithm'] },
    );
    fc.assert(
      fc.property(
        fc.array(resource, { maxLength: 4 }),
        fc.constantFrom('sha256', 'sha256', 'blake2b', ['sha256']),
        (list, hashType) => {
          const payload = edited((statement) => {
            statement.predicate.resources = list;
            statement.predicate.serialization.hash_type = hashType;
          });
          const accepted = validateStatement(JSON.parse(Buffer.from(payload).toString())).ok;
          let read = true;
          try {
            parse(payload);
          } catch (error) {
            expect(error).toMatchObject({ name: 'OmsError' });
            // This code is also used for several algorithms, which the schema accepts.
            read = (error as { code: string }).code === 'manifest/algorithm-mismatch' && accepted;
          }
          expect(read).toBe(accepted);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('a statement that the format does not allow is never made', () => {
    expect(() => encode('', manifest)).toThrow('breaks the format');
    const [good] = manifest.resources;
    const bad = manifestOf([good as Resource, { path: 'b', digest: '00' }]);
    expect(() => encode('m', bad)).toThrow(/breaks the format: the statement at \/predicate\/resources\/1/);
  });
});

describe('the algorithm of shards', () => {
  const suffixed = (...algorithms: string[]) =>
    edited((statement) => {
      Object.assign(statement.predicate.serialization, { method: 'shards', shard_size: 7 });
      statement.predicate.resources = algorithms.map((algorithm, i) => ({
        name: `a:${i * 7}:${i * 7 + 7}`,
        digest: '00'.repeat(32),
        algorithm,
      }));
    });

  it('the algorithm of shards may repeat the shard size, with a warning that strict mode refuses', async () => {
    const payload = suffixed('sha256-sharded-7', 'sha256-sharded-7');
    const warnings = new Warnings();
    expect(parse(payload, warnings).manifest.resources).toHaveLength(2);
    expect(warnings.list).toMatchObject([{ code: 'manifest/algorithm-suffix', requirement: 'OMS-RES-12' }]);
    await refusal('manifest/algorithm-suffix', () => parse(payload, new Warnings(true)));
  });

  it.each([
    ['another size', ['sha256-sharded-8']],
    ['another algorithm', ['blake3-sharded-7']],
    ['only some of the shards', ['sha256-sharded-7', 'sha256']],
    ['only later shards', ['sha256', 'sha256-sharded-7']],
    ['another suffix', ['sha256-7']],
  ])('the algorithm of shards is refused when it repeats %s', async (_, algorithms) => {
    await refusal('manifest/algorithm-mismatch', () => parse(suffixed(...algorithms)));
  });

  it('an algorithm with a suffix is refused under files', async () => {
    const payload = edited((statement) => {
      statement.predicate.resources[0].algorithm = 'sha256-sharded-7';
    });
    await refusal('manifest/algorithm-mismatch', () => parse(payload));
  });
});

describe('a payload is refused', () => {
  // biome-ignore lint/suspicious/noExplicitAny: as above
  it.each<[string, (statement: any) => void, ErrorCode]>([
    [
      'for another statement type',
      (s) => {
        s._type = 'https://in-toto.io/Statement/v0.1';
      },
      'statement/type',
    ],
    [
      'for the deprecated predicate type',
      (s) => {
        s.predicateType = 'https://model_signing/Digests/v0.1';
      },
      'statement/predicate-type',
    ],
    [
      'for a later predicate type',
      (s) => {
        s.predicateType = 'https://model_signing/signature/v1.1';
      },
      'statement/predicate-type',
    ],
    [
      'without a predicate type',
      (s) => {
        delete s.predicateType;
      },
      'statement/malformed',
    ],
    [
      'without a subject',
      (s) => {
        s.subject = [];
      },
      'statement/subject',
    ],
    [
      'with two subjects',
      (s) => {
        s.subject.push(s.subject[0]);
      },
      'statement/subject',
    ],
    [
      'with an empty subject name',
      (s) => {
        s.subject[0].name = '';
      },
      'statement/subject',
    ],
    [
      'with a subject without sha256',
      (s) => {
        s.subject[0].digest = { md5: '00' };
      },
      'statement/subject',
    ],
    [
      'without a predicate',
      (s) => {
        delete s.predicate;
      },
      'statement/malformed',
    ],
    [
      'without resources',
      (s) => {
        delete s.predicate.resources;
      },
      'manifest/malformed',
    ],
    [
      'with an empty list of resources',
      (s) => {
        s.predicate.resources = [];
      },
      'manifest/empty',
    ],
    [
      'without allow_symlinks',
      (s) => {
        delete s.predicate.serialization.allow_symlinks;
      },
      'manifest/malformed',
    ],
    [
      'with allow_symlinks as text',
      (s) => {
        s.predicate.serialization.allow_symlinks = 'false';
      },
      'manifest/malformed',
    ],
    [
      'with an unknown method',
      (s) => {
        s.predicate.serialization.method = 'tensors';
      },
      'manifest/malformed',
    ],
    [
      'with an unknown algorithm',
      (s) => {
        s.predicate.serialization.hash_type = 'md5';
      },
      'manifest/algorithm-unsupported',
    ],
    [
      'with shard_size and files',
      (s) => {
        s.predicate.serialization.shard_size = 5;
      },
      'manifest/malformed',
    ],
    [
      'with a short digest',
      (s) => {
        s.predicate.resources[0].digest = 'ab';
      },
      'manifest/digest-invalid',
    ],
    [
      'with an uppercase digest',
      (s) => {
        s.predicate.resources[0].digest = 'AB'.repeat(32);
      },
      'manifest/digest-invalid',
    ],
    [
      'with another algorithm in a resource',
      (s) => {
        s.predicate.resources[0].algorithm = 'blake3';
      },
      'manifest/algorithm-mismatch',
    ],
    [
      'with an escaping name',
      (s) => {
        s.predicate.resources[0].name = '../x';
      },
      'manifest/name-invalid',
    ],
    [
      'with a pattern as exclusion',
      (s) => {
        s.predicate.serialization.ignore_paths = ['*'];
      },
      'manifest/ignore-path-invalid',
    ],
    [
      'with a million and one resources',
      (s) => {
        s.predicate.resources = new Array(1_000_001).fill(0);
      },
      'manifest/too-many-resources',
    ],
  ])('a payload is refused %s', async (_, edit, code) => {
    await refusal(code, () => parse(edited(edit)));
  });

  it.each(['', 'null', '[]', '"text"', '42'])('a payload is refused when it is %j', async (text) => {
    const code = text === '' ? 'statement/not-json' : 'statement/malformed';
    await refusal(code, () => parse(encodeUtf8(text)));
  });

  it('a payload with a duplicate member is refused', async () => {
    const text = Buffer.from(encode('m', manifest)).toString().replace('{', '{"subject":[],');
    await refusal('statement/duplicate-member', () => parse(encodeUtf8(text)));
  });
});

it('the bound for the resources of a statement is never below their size', () => {
  const offset = fc.maxSafeNat();
  const job = fc.record({
    file: fc.record({
      name: fc.string({ unit: 'grapheme', minLength: 1, maxLength: 40 }),
      size: fc.constant(null),
      content: fc.constant({ path: '' }),
    }),
    start: offset,
    end: fc.option(offset),
  });
  const control = { file: { name: '\u0001'.repeat(100), size: null, content: { path: '' } }, start: 0, end: null };
  const sizeOf = (names: readonly string[], made: Manifest) => statementSize('model', names, made, v1_0);
  fc.assert(
    fc.property(
      fc.array(job, { minLength: 1, maxLength: 20 }),
      fc.constantFrom('sha256' as const, 'blake2b' as const, 'blake3' as const),
      (jobs, hashType) => {
        const made = manifestOf([], { hashType });
        const all = [...jobs, control];
        const exact = sizeOf(
          all.map((each) => resourceName(plannedResource(each))),
          made,
        );
        expect(sizeOf([], made) + mostBytes(all)).toBeGreaterThanOrEqual(exact);
      },
    ),
  );
});
