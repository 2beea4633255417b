import { createHash } from 'node:crypto';
import { blake2b } from '@noble/hashes/blake2.js';
import type { VectorModel } from '../../../../suite/src/vectors/vector.ts';
import { accept, directory, type Recipe, set, type VerifyRecipe, variant } from '../recipe.ts';
import { draftRoot, type Forged, publishedRoot, type RecipeResource } from '../signed-model.ts';
import { DRAFT } from './draft-statement.ts';
import { expectedOf } from './expected.ts';
import { plainFiles, plainModel } from './models.ts';

const UNSORTED = 'manifest_draft-unsorted';
const NAMES = 'manifest_draft-root-names';
const ONE_FOR_TWO = 'manifest_draft-root-one-for-two';
const SHARDS = 'manifest_draft-shards';
const BLAKE2B = 'manifest_draft-blake2b';

/** The root digest of the draft, and wrong ways to compute it (section 9.1). */
export function draftRootRecipes(): readonly Recipe[] {
  return [...texts, ...renamed, ...names(), ...orders, ...shards, ...algorithms, ...reported];
}

type Reckon = (predicate: Forged) => string;

/** A statement whose root digest is computed in another way. */
function wrong(from: string, id: string, title: string, reckon: Reckon, more: Pick<VerifyRecipe, 'why'> = {}): Recipe {
  const statementAndRoot = (s: Forged) => set(s.subject[1].digest, 'sha256', reckon(s.predicate));
  const forge = { statementAndRoot };
  return variant(from, id, title, ['OMS-ROOT-4'], { forge, ...more }, ['manifest/root-digest-mismatch']);
}

const byLine =
  (line: (resource: RecipeResource) => string): Reckon =>
  (predicate) =>
    draftRoot(predicate, { line });

// biome-ignore format: each vector is a row of a table
const textsCases: [fault: string, title: string, reckon: Reckon][] = [
  ['published', 'the root digest is that of version 1.0', ({ resources }) => publishedRoot(resources)],
  ['headless', 'the root text lacks its first line', (p) => draftRoot(p, { head: '' })],
  ['other-head', 'the first line of the root text names version 1.0', (p) => draftRoot(p, { head: 'OMS root v1.0\n' })],
  ['no-algorithm', 'the root text does not name the algorithm', (p) => draftRoot(p, { algorithm: '' })],
  ['other-algorithm', 'the root text names another algorithm', (p) => draftRoot(p, { algorithm: 'blake3\n' })],
  ['nameless', 'the root text lacks the names', byLine(({ digest }) => `${digest}\n`)],
  ['no-lengths', 'the root text lacks the lengths', byLine(({ name, digest }) => `${name} ${digest}\n`)],
  ['padded', 'the lengths have a zero before them', byLine(({ name, digest }) => `0${size(name)} ${name} ${digest}\n`)],
  ['prefixed', 'the digests name their algorithm',
    byLine(({ name, digest }) => `${size(name)} ${name} sha256:${digest}\n`)],
  ['upper-case', 'the digests are in capitals',
    byLine(({ name, digest }) => `${size(name)} ${name} ${digest.toUpperCase()}\n`)],
  ['carriage-returns', 'the lines end in two characters',
    byLine(({ name, digest }) => `${size(name)} ${name} ${digest}\r\n`)],
  ['no-line-feeds', 'the lines of the resources end in nothing',
    byLine(({ name, digest }) => `${size(name)} ${name} ${digest}`)],
  ['digest-first', 'the digests come before the names',
    byLine(({ name, digest }) => `${digest} ${size(name)} ${name}\n`)],
];
const raw: Reckon = ({ resources, serialization }) => {
  const hash = createHash('sha256').update(`OMS root v1.1\n${serialization.hash_type}\n`);
  for (const { name, digest } of resources)
    hash
      .update(`${size(name)} ${name} `)
      .update(digest, 'hex')
      .update('\n');
  return hash.digest('hex');
};

const texts: readonly Recipe[] = [
  ...textsCases.map(([fault, title, reckon]) => wrong(DRAFT, `manifest_draft-root-${fault}`, title, reckon)),
  wrong(DRAFT, 'manifest_draft-root-raw', 'the root text contains the digests as bytes', raw),
];

const size = (name: string): number => Buffer.byteLength(name);

const moved = { 'config.json': '{}\n', 'weights/a2.bin': 'aaaa', 'weights/b.bin': 'bbbb' };
const swapped = { ...plainFiles, 'weights/a.bin': 'bbbb', 'weights/b.bin': 'aaaa' };
const before = (): string => expectedOf(plainModel, { draft: true }).rootDigest ?? '';
const why = 'a document that refers to a model by its root digest would mean other files as well';

const from = (signed: VectorModel) => ({ signed });

/** A model whose files were renamed, with the root digest of the earlier names. */
// biome-ignore format: each vector is a row of a table
const renamed: readonly Recipe[] = [
  variant(DRAFT, 'manifest_draft-renamed', 'a file has another name', ['OMS-ROOT-4'], from(directory(moved))),
  wrong('manifest_draft-renamed', 'manifest_draft-renamed-root', 'the root digest is that of the earlier name', before,
    { why }),
  variant(DRAFT, 'manifest_draft-swapped', 'two files have swapped names', ['OMS-ROOT-4'],
    from(directory(swapped))),
  wrong('manifest_draft-swapped', 'manifest_draft-swapped-root', 'the root digest is that of the earlier names', before,
    { why }),
];

function names(): Recipe[] {
  const odd = directory({ '\u00e9': '1', '\u{1f600}': '2', 'a b': '3', 'a\nb': '4', '\uff5e': '5', 'cafe\u0301': '6' });
  const [a, b] = expectedOf(directory({ a: 'a', b: 'b' })).resources ?? [];
  const oneForTwo = directory({ [`${a?.name} ${a?.digest}\n${b?.name}`]: 'b' });
  // biome-ignore format: each vector is a row of a table
  return [
    variant(DRAFT, NAMES, 'names have characters of several bytes, spaces and a line feed', ['OMS-ROOT-4'], from(odd)),
    wrong(NAMES, 'manifest_draft-root-in-characters', 'the lengths count characters',
      byLine(({ name, digest }) => `${[...name].length} ${name} ${digest}\n`)),
    wrong(NAMES, 'manifest_draft-root-in-utf16', 'the lengths count units of UTF-16',
      byLine(({ name, digest }) => `${name.length} ${name} ${digest}\n`)),
    wrong(NAMES, 'manifest_draft-root-normalised', 'the names are normalised',
      byLine(({ name, digest }) => `${size(name.normalize('NFC'))} ${name.normalize('NFC')} ${digest}\n`)),
    variant(DRAFT, ONE_FOR_TWO, 'a name contains a digest and a line feed, as the lines of two files would',
      ['OMS-ROOT-4'], from(oneForTwo)),
    wrong(ONE_FOR_TWO, 'manifest_draft-root-one-for-two-no-lengths',
      'the root text lacks the lengths, so that it is that of two files',
      byLine(({ name, digest }) => `${name} ${digest}\n`), { why: 'two models would have one root digest' }),
  ];
}

const reverse = (s: Forged) => s.predicate.resources.reverse();

// biome-ignore format: each vector is a row of a table
const orders: readonly Recipe[] = [
  variant(DRAFT, UNSORTED, 'the resources are in reverse order, and the root digest follows them',
    ['OMS-ORDER-3', 'OMS-ROOT-4'], { level: 'SHOULD', inputs: { strict: false }, forge: { statement: reverse } },
    accept({ warnings: ['manifest/unsorted'] })),
  variant(UNSORTED, 'manifest_draft-unsorted-strict',
    'the resources are in reverse order, and strict mode is asked for', ['OMS-ORDER-4'], { inputs: { strict: true } },
    ['manifest/unsorted']),
  wrong(UNSORTED, 'manifest_draft-unsorted-root', 'the root digest is that of the right order',
    ({ resources, ...rest }) => draftRoot({ ...rest, resources: resources.toReversed() })),
];

const ranges = /:\d+:\d+$/;

/** These have the level MAY, since an implementation may omit shards or an algorithm. */
// biome-ignore format: each vector is a row of a table
const shards: readonly Recipe[] = [
  variant(DRAFT, SHARDS, 'the model is signed in shards of four bytes', ['OMS-ROOT-4'],
    { level: 'MAY', signed: directory({ 'a.bin': '0123456789' }), listing: { method: 'shards', shardSize: 4 } },
    accept({ report: { resources: 3 } })),
  wrong(SHARDS, 'manifest_draft-shards-rangeless', 'the root text lacks the ranges', byLine(({ name, digest }) => {
    const file = name.replace(ranges, '');
    return `${size(file)} ${file} ${digest}\n`;
  })),
  wrong(SHARDS, 'manifest_draft-shards-published', 'the root digest is that of version 1.0',
    ({ resources }) => publishedRoot(resources)),
];

const blake: Reckon = ({ resources }) => {
  const lines = resources.map(({ name, digest }: RecipeResource) => `${size(name)} ${name} ${digest}\n`);
  return Buffer.from(blake2b(Buffer.from(`OMS root v1.1\nblake2b\n${lines.join('')}`), { dkLen: 32 })).toString('hex');
};

// biome-ignore format: each vector is a row of a table
const algorithms: readonly Recipe[] = [
  variant(DRAFT, BLAKE2B, 'the files are hashed with BLAKE2b', ['OMS-ROOT-4'],
    { level: 'MAY', listing: { hashType: 'blake2b' } }),
  wrong(BLAKE2B, 'manifest_draft-blake2b-root', 'the root digest is made with BLAKE2b', blake),
  wrong(BLAKE2B, 'manifest_draft-blake2b-named', 'the root text names SHA-256',
    (p) => draftRoot(p, { algorithm: 'sha256\n' })),
  variant(DRAFT, 'manifest_draft-blake3', 'the files are hashed with BLAKE3', ['OMS-ROOT-4'],
    { level: 'MAY', listing: { hashType: 'blake3' } }),
];

const single: VectorModel = { name: 'weights.gguf', content: { utf8: 'weights' } };
const root = (model: VectorModel) => ({ rootDigest: expectedOf(model, { draft: true }).rootDigest ?? '' });

// biome-ignore format: each vector is a row of a table
const reported: readonly Recipe[] = [
  variant(DRAFT, 'manifest_draft-root-reported', 'the root digest is reported', ['OMS-VERIFY-7'], { level: 'SHOULD' },
    accept({ report: root(plainModel) })),
  variant(DRAFT, 'manifest_draft-single-file', 'the model is one file', ['OMS-ROOT-4'],
    { signed: single, listing: { ignorePaths: [] } }),
];
