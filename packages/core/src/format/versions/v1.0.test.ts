import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { encodeStatement } from '../statement.ts';
import { v1_0 } from './v1.0.ts';

const digestOf = (text: string) => createHash('sha256').update(text).digest('hex');
const serialization = {
  method: 'files',
  hashType: 'sha256',
  shardSize: null,
  allowSymlinks: false,
  ignorePaths: ['.git'],
} as const;

it('a statement of version 1.0 is written as it always was, byte for byte', () => {
  const digest = digestOf('1');
  const content = { serialization, resources: [{ path: 'a', digest }] };
  const statement = encodeStatement('model', { ...content, rootDigest: v1_0.rootDigest(content) }, v1_0);
  expect(Buffer.from(statement).toString()).toBe(
    '{"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"model","digest":{"sha256":' +
      '"9c2e4d8fe97d881430de4e754b4205b9c27ce96715231cffc4337340cb110280"}}],' +
      '"predicateType":"https://model_signing/signature/v1.0","predicate":{"serialization":{"method":"files",' +
      '"hash_type":"sha256","allow_symlinks":false,"ignore_paths":[".git"]},"resources":[{"name":"a",' +
      `"algorithm":"sha256","digest":"${digest}"}]}}`,
  );
});

it('the root digest of version 1.0 is the SHA-256 of the raw digests in listed order', () => {
  const resources = ['a', 'b'].map((path) => ({ path, digest: digestOf(path) }));
  const raw = Buffer.concat(resources.map(({ digest }) => Buffer.from(digest, 'hex')));
  expect(v1_0.rootDigest({ serialization, resources })).toBe(createHash('sha256').update(raw).digest('hex'));
  expect(v1_0.rootDigest({ serialization, resources: resources.toReversed() })).not.toBe(
    v1_0.rootDigest({ serialization, resources }),
  );
});
