import type { HashAlgorithm } from '../../../../suite/src/vectors/vector.ts';
import { accept, directory, type Recipe, type VerifyRecipe, variant } from '../recipe.ts';
import { digestOf } from '../signed-model.ts';
import { plainFiles } from './models.ts';

const LFS = 'model_lfs-pointer';
const VERSION = 'version https://git-lfs.github.com/spec/v1';

/** The digests of Git LFS: section 13.4.1. */
export function advertisedRecipes(): readonly Recipe[] {
  return [...unasked, ...pointers, ...forms, ...files, ...algorithms];
}

function oidOf(content: string, algorithm: HashAlgorithm = 'sha256'): string {
  return digestOf(algorithm, Buffer.from(content));
}

/** The text of a pointer. */
export function pointerTo(content: string): string {
  return `${VERSION}\noid sha256:${oidOf(content)}\nsize ${content.length}\n`;
}

/** The plain model as a checkout without its large files. */
const checkout = (b: string) => directory({ ...plainFiles, 'weights/b.bin': b });
const pointer = pointerTo('bbbb');

// biome-ignore format: each vector is a row of a table
const unasked: readonly VerifyRecipe[] = [
  variant('bundle_plain', 'model_lfs-pointer-unasked', 'a pointer of Git LFS is in the place of a file',
    ['OMS-VERIFY-3', 'OMS-ADVERT-1'], { model: checkout(pointer) }, ['model/modified']),
];

// biome-ignore format: each vector is a row of a table
const pointers: readonly VerifyRecipe[] = [
  variant('bundle_plain', LFS, 'a pointer of Git LFS is in the place of a file, and the caller asks for pointers to be read',
    ['OMS-VERDICT-1', 'OMS-VERDICT-3', 'OMS-VERDICT-4', 'OMS-ADVERT-1', 'OMS-ADVERT-2'],
    { profile: 'advertised', model: checkout(pointer), inputs: { lfsPointers: true } },
    accept({ report: { verdict: 'advertised', advertised: ['weights/b.bin'], unchecked: 0 } })),
  variant(LFS, 'model_lfs-pointer-to-other', 'the pointer is to other content', ['OMS-ADVERT-2'],
    { model: checkout(pointerTo('bbbB')) }, ['model/modified']),
  variant(LFS, 'model_lfs-pointer-to-similar', 'the last digits of the digest in the pointer differ', ['OMS-ADVERT-2'],
    { model: checkout(pointer.replace(/[0-9a-f]{8}\n/, '00000000\n')) }, ['model/modified']),
  variant(LFS, 'model_lfs-beside-modified', 'a file that is there itself differs', ['OMS-VERIFY-3', 'OMS-ADVERT-2'],
    { decidedBy: ['OMS-ADVERT-2'], model: directory({ 'config.json': '{}\n', 'weights/a.bin': 'aaaA', 'weights/b.bin': pointer }) },
    ['model/modified']),
  variant(LFS, 'model_lfs-unsigned', 'a pointer is added', ['OMS-ADVERT-4', 'OMS-VERIFY-4'], {
    decidedBy: ['OMS-ADVERT-4'],
    model: directory({ ...plainFiles, 'weights/b.bin': pointer, 'weights/c.bin': pointerTo('c') }),
  }, ['model/unsigned']),
  variant(LFS, 'model_lfs-missing', 'another file is missing', ['OMS-ADVERT-4', 'OMS-VERIFY-2'], {
    decidedBy: ['OMS-ADVERT-4'],
    model: directory({ 'config.json': '{}\n', 'weights/b.bin': pointer }),
  }, ['model/missing']),
  variant(LFS, 'model_lfs-all', 'a pointer is in the place of each file', ['OMS-VERDICT-1', 'OMS-VERDICT-4'], {
    model: directory(Object.fromEntries(Object.entries(plainFiles).map(([name, text]) => [name, pointerTo(text)]))),
  }, accept({ report: { verdict: 'advertised', advertised: Object.keys(plainFiles), unchecked: 0 } })),
  variant(LFS, 'model_lfs-none', 'all files are there themselves', ['OMS-VERDICT-2', 'OMS-VERDICT-4'],
    { model: checkout('bbbb') }, accept({ report: { verdict: 'verified', advertised: [], unchecked: 0 } })),
  variant('model_lfs-none', 'model_lfs-none-modified', 'a file differs', ['OMS-VERIFY-3', 'OMS-ADVERT-2'],
    { decidedBy: ['OMS-ADVERT-2'], model: checkout('bbbB') }, ['model/modified']),
  variant(LFS, 'model_lfs-named', 'the caller names the file whose pointer is there', ['OMS-VERDICT-1', 'OMS-VERDICT-4'],
    { inputs: { only: ['weights/b.bin'] } },
    accept({ report: { verdict: 'advertised', advertised: ['weights/b.bin'], unchecked: 2 } })),
  variant('model_lfs-named', 'model_lfs-named-other', 'the pointer is to other content', ['OMS-ADVERT-2', 'OMS-PARTIAL-3'],
    { model: checkout(pointerTo('bbbB')) }, ['model/modified']),
  variant(LFS, 'model_lfs-not-named', 'the caller names a file that is there itself', ['OMS-VERDICT-2', 'OMS-VERDICT-4'],
    { inputs: { only: ['weights/a.bin'] } },
    accept({ report: { verdict: 'partial', advertised: [], unchecked: 2 } })),
  variant('model_lfs-not-named', 'model_lfs-not-named-modified', 'the named file differs', ['OMS-PARTIAL-3', 'OMS-VERIFY-3'],
    { model: directory({ 'config.json': '{}\n', 'weights/a.bin': 'aaaA', 'weights/b.bin': pointer }) }, ['model/modified']),
];

const form = (id: string, title: string, text: string) =>
  variant(LFS, `model_lfs-form-${id}`, title, ['OMS-LFS-3'], { model: checkout(text) }, ['model/modified']);
const size = 'size 4\n';

// biome-ignore format: each vector is a row of a table
const forms: readonly VerifyRecipe[] = [
  form('crlf', 'the lines of the pointer end in CRLF', pointer.replaceAll('\n', '\r\n')),
  form('cut', 'the pointer lacks its last line feed', pointer.slice(0, -1)),
  form('text-after', 'text comes after the pointer', `${pointer}and more\n`),
  form('text-before', 'text comes before the pointer', `and more\n${pointer}`),
  form('extension', 'the pointer has the line of an extension',
    pointer.replace('\noid', `\next-0-zip sha256:${oidOf('zip')}\noid`)),
  form('version', 'the pointer is of another version', pointer.replace('/v1\n', '/v2\n')),
  form('capitals', 'the digest in the pointer is in capitals', pointer.replace(oidOf('bbbb'), oidOf('bbbb').toUpperCase())),
  form('no-size', 'the pointer has no size', pointer.replace(size, '')),
  form('order', 'the size comes before the digest', `${VERSION}\n${size}oid sha256:${oidOf('bbbb')}\n`),
  form('zero', 'a zero comes before the size', pointer.replace(size, 'size 04\n')),
  form('hash', 'the pointer names another algorithm', pointer.replace('sha256:', 'sha3-256:')),
];

/** Files that look like pointers, and are what was signed. */
// biome-ignore format: each vector is a row of a table
const files: readonly VerifyRecipe[] = [
  variant(LFS, 'model_lfs-signed-text', 'the signed content of the file is the text of a pointer',
    ['OMS-LFS-2', 'OMS-VERDICT-2'], { signed: checkout(pointer), model: checkout(pointer) },
    accept({ report: { verdict: 'verified', advertised: [], unchecked: 0 } })),
  variant('model_lfs-signed-text', 'model_lfs-signed-text-modified', 'the text is that of another pointer',
    ['OMS-LFS-2', 'OMS-ADVERT-2'], { model: checkout(pointerTo('bbbB')) }, ['model/modified']),
  variant('model_lfs-signed-text', 'model_lfs-signed-text-nested', 'a pointer to that text is in its place',
    ['OMS-VERDICT-1', 'OMS-LFS-2'], { model: checkout(pointerTo(pointer)) },
    accept({ report: { verdict: 'advertised', advertised: ['weights/b.bin'] } })),
];

const lie = (digest: string, length = 4) => `${VERSION}\noid sha256:${digest}\nsize ${length}\n`;
const shardsOfTwo = { method: 'shards', shardSize: 2 } as const;

// biome-ignore format: each vector is a row of a table
const algorithms: readonly VerifyRecipe[] = [
  variant('manifest_blake3', 'model_lfs-blake3', 'the caller asks for pointers to be read, and there is none',
    ['OMS-ADVERT-3', 'OMS-VERDICT-2'], { signed: directory(plainFiles), inputs: { lfsPointers: true } },
    accept({ report: { verdict: 'verified' } })),
  variant('model_lfs-blake3', 'model_lfs-blake3-as-sha256', 'a pointer states the signed digest, which is of another algorithm',
    ['OMS-ADVERT-3'], { model: checkout(lie(oidOf('bbbb', 'blake3'))) }, ['model/modified', 'model/digest-unavailable']),
  variant('manifest_shards', 'model_lfs-shards', 'the caller asks for pointers to be read, and there is none',
    ['OMS-ADVERT-3', 'OMS-VERDICT-2'],
    { signed: directory(plainFiles), listing: shardsOfTwo, inputs: { lfsPointers: true } },
    accept({ report: { verdict: 'verified' } })),
  variant('model_lfs-shards', 'model_lfs-shards-first', 'a pointer states the digest of the first shard of the file',
    ['OMS-ADVERT-3'], { model: checkout(lie(oidOf('bb'))) }, ['model/modified', 'model/digest-unavailable']),
  variant('model_lfs-shards', 'model_lfs-shards-whole', 'a pointer states the digest of the whole file, which has two shards',
    ['OMS-ADVERT-3'], { model: checkout(pointer) }, ['model/modified', 'model/digest-unavailable']),
];
