import { describe, expect, it } from 'vitest';
import { encodeUtf8 } from './encoding.ts';
import type { ErrorCode } from './errors.ts';
import { type Manifest, rootDigest } from './manifest.ts';
import { encodeStatement, parseStatement } from './statement.ts';
import { refusal } from './testing/refusal.ts';

const resources = [{ name: 'a', digest: '00'.repeat(32) }];
const manifest: Manifest = {
  serialization: { method: 'files', hashType: 'sha256', shardSize: null, allowSymlinks: false, ignorePaths: ['.git'] },
  resources,
  rootDigest: rootDigest(resources),
};

// biome-ignore lint/suspicious/noExplicitAny: the edits write whatever they like
const edited = (edit: (statement: any) => void): Uint8Array => {
  const statement = JSON.parse(Buffer.from(encodeStatement('model', manifest)).toString());
  edit(statement);
  return encodeUtf8(JSON.stringify(statement));
};

describe('a statement', () => {
  it('survives a round trip', () => {
    expect(parseStatement(encodeStatement('model', manifest))).toEqual({ subjectName: 'model', manifest });
  });

  it('of shards survives a round trip', () => {
    const digest = '11'.repeat(64);
    const blake = [{ name: 'a:0:7', digest }];
    const serialization = {
      ...manifest.serialization,
      method: 'shards',
      hashType: 'blake2b',
      shardSize: 7,
      ignorePaths: [],
    } as const;
    const shards = { serialization, resources: blake, rootDigest: rootDigest(blake) };
    expect(parseStatement(encodeStatement('m', shards)).manifest).toEqual(shards);
  });

  it('with members that nobody knows is read without them', () => {
    const payload = edited((statement) => {
      statement.extra = 1;
      statement.predicate.extra = {};
      statement.predicate.resources[0].annotations = { a: 'b' };
      statement.subject[0].digest.sha512 = 'ff';
    });
    expect(parseStatement(payload).manifest).toEqual(manifest);
  });

  it('without ignore_paths has none', () => {
    const payload = edited((statement) => delete statement.predicate.serialization.ignore_paths);
    expect(parseStatement(payload).manifest.serialization.ignorePaths).toEqual([]);
  });

  it('that the format does not allow is never made', () => {
    expect(() => encodeStatement('', manifest)).toThrow('breaks the format');
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
  ])('%s', async (_, edit, code) => {
    await refusal(code, () => parseStatement(edited(edit)));
  });

  it.each(['', 'null', '[]', '"text"', '42'])('when it is %j', async (text) => {
    const code = text === '' ? 'statement/not-json' : 'statement/malformed';
    await refusal(code, () => parseStatement(encodeUtf8(text)));
  });

  it('with a duplicate member', async () => {
    const text = Buffer.from(encodeStatement('m', manifest)).toString().replace('{', '{"subject":[],');
    await refusal('statement/duplicate-member', () => parseStatement(encodeUtf8(text)));
  });
});
