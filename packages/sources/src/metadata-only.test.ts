import type { Model, ModelFile, Serialization } from '@model-signing/core';
import { expect, it } from 'vitest';
import { metadataOnly } from './metadata-only.ts';

const MIB = 1024 * 1024;
const digest = 'd'.repeat(64);

function modelOf(file: Partial<ModelFile>): Model {
  const content = { read: async function* () {}, known: { algorithm: 'sha256', digest } } as const;
  const listed = { name: 'weights.bin', size: 17 * MIB, content, ...file };
  return {
    name: 'model',
    list: async () => ({
      ...{ singleFile: false, files: [listed], excluded: [], unusable: [], externalLinks: [], signatureName: null },
      confirm: async () => {},
    }),
  };
}

function listOf(file: Partial<ModelFile>, serialization: Partial<Serialization> = {}, path = 'weights.bin') {
  const manifest = {
    rootDigest: digest,
    resources: [{ path, range: null, algorithm: 'sha256', digest }],
    serialization: {
      ...{ method: 'files', hashType: 'sha256', shardSize: null, allowSymlinks: false, ignorePaths: [] },
      ...serialization,
    },
  } as unknown as Parameters<typeof metadataOnly>[1]['manifest'];
  return metadataOnly(modelOf(file), { manifest }).list({
    followSymlinks: false,
    excludes: () => false,
    sizes: false,
  });
}

const read = async function* () {};

it('a large file with the digest that was signed can be compared', async () => {
  expect((await listOf({})).files).toHaveLength(1);
});

it.each([
  ['the store states no digest of it', { content: { read } }, {}],
  ['the store states no digest of it', { content: { read }, size: null }, {}],
  ['the store states its sha256, and the signature has its blake3', {}, { hashType: 'blake3' }],
  ['the signature has digests of its shards', {}, { method: 'shards', shardSize: 16 * MIB }],
  ['the signature has digests of its shards', { size: null }, { method: 'shards', shardSize: 16 * MIB }],
] as const)('a large file is refused if %s', async (why, file, serialization) => {
  await expect(listOf(file, serialization)).rejects.toMatchObject({
    code: 'source/digest-unavailable',
    message: expect.stringMatching(new RegExp(`^"weights.bin" cannot be compared .*${why}$`)),
  });
});

it('a file of one shard can be compared by the digest of the whole', async () => {
  expect((await listOf({}, { method: 'shards', shardSize: 17 * MIB })).files).toHaveLength(1);
});

it('a file of any size is refused if its stated digest is not one that was signed, since it would be read', async () => {
  const size = 1;
  await expect(listOf({ size }, { hashType: 'blake3' })).rejects.toThrow('the signature has its blake3');
  await expect(listOf({ size: 3 }, { method: 'shards', shardSize: 2 })).rejects.toThrow('digests of its shards');
  expect((await listOf({ size, content: { read } }, { hashType: 'blake3' })).files).toHaveLength(1);
});

it('a file of 16 MiB is read without a digest, and one byte more is too much', async () => {
  const content = { read };
  expect((await listOf({ content, size: 16 * MIB })).files).toHaveLength(1);
  await expect(listOf({ content, size: 16 * MIB + 1 })).rejects.toThrow('the store states no digest');
});

it('a large file that is not signed needs no digest, since it is not read', async () => {
  expect((await listOf({ content: { read }, name: 'other.bin' })).files).toHaveLength(1);
});

it('the only file of an older signature, which is called ".", needs a digest too', async () => {
  await expect(listOf({ content: { read } }, {}, '.')).rejects.toThrow('the store states no digest');
});
