import type { HashAlgorithm, RequirementId, VectorModel } from '../../../../suite/src/vectors/vector.ts';
import { accept, directory, either, type Outcome, type Recipe, set, type VerifyRecipe, variant } from '../recipe.ts';
import { digestOf, draftRoot, type Forged, listAlso, publishedRoot, SUB_MANIFESTS } from '../signed-model.ts';
import { DRAFT } from './draft-statement.ts';

const SUB = 'manifest_draft-sub-manifest';
const FILE = 'oms-manifest.json';

/** Extensions of the draft, and the first of them, sub-manifests (section 4.5). */
export function draftExtensionRecipes(): readonly Recipe[] {
  return [...extensions, ...accepted, ...manifests, ...documents, ...models];
}

type Files = Readonly<Record<string, string>>;

const top: Files = { 'config.json': '{}\n' };
const weights: Files = { 'a.bin': 'aaaa', 'sub/b.bin': 'bbbb' };

const within = (name: string, files: Files): Files =>
  Object.fromEntries(Object.entries(files).map(([path, text]) => [`${name}/${path}`, text]));

/** The sub-manifest of a directory with these files. */
function documentOf(files: Files, hashType: HashAlgorithm = 'sha256'): Forged {
  const resources = Object.entries(files).map(([name, text]) => ({
    name,
    digest: digestOf(hashType, Buffer.from(text)),
    algorithm: hashType,
  }));
  return { serialization: { method: 'files', hash_type: hashType, allow_symlinks: false }, resources };
}

/** A model of which one directory has a sub-manifest. */
function modelWith(edit: (document: Forged) => unknown = () => undefined, hashType?: HashAlgorithm): VectorModel {
  const document = documentOf(weights, hashType);
  const changed = edit(document);
  const text = typeof changed === 'string' ? changed : JSON.stringify(document);
  return directory({ ...top, ...within('weights', { ...weights, [FILE]: text }) });
}

const UNSUPPORTED = ['manifest/extension-unsupported'] as const;
const INVALID = ['manifest/sub-manifest-invalid', 'manifest/malformed'] as const;
const FORM = ['manifest/extensions-invalid', 'manifest/malformed'] as const;
/** A list of another form, of extensions that no one has: either may be noticed first. */
const UNKNOWN = [...FORM, ...UNSUPPORTED] as const;

const naming = (value: unknown) => ({ forge: { statement: (s: Forged) => set(s.predicate, 'extensions', value) } });
const named = (
  id: string,
  title: string,
  value: unknown,
  outcome: Outcome = FORM,
  requirement: RequirementId | readonly RequirementId[] = 'OMS-EXT-3',
) => variant(DRAFT, `manifest_draft-extensions-${id}`, title, [requirement].flat().flat(), naming(value), outcome);

const identifiers = (count: number) => Array.from({ length: count }, (_, index) => `urn:example:${index}`);

// biome-ignore format: each vector is a row of a table
const extensions: readonly Recipe[] = [
  named('unknown', 'the manifest names an extension that no one has', ['urn:example:other'], UNSUPPORTED, 'OMS-EXT-2'),
  named('side-file', 'the manifest names an extension that changes no manifest',
    ['https://model-signing.example/draft/extension/blake3-side-file/v1'], UNSUPPORTED, ['OMS-EXT-2', 'OMS-SIDE-1']),
  named('null', 'the extensions are null', null),
  named('text', 'the extensions are a string', 'urn:example:other', UNKNOWN),
  named('object', 'the extensions are an object', {}),
  named('none', 'the extensions are an empty list', []),
  named('number', 'an extension is a number', [1]),
  named('most', 'the manifest names 16 extensions that no one has', identifiers(16), UNSUPPORTED, 'OMS-EXT-2'),
  named('too-many', 'the manifest names 17 extensions', identifiers(17), UNKNOWN),
  named('longest', 'an extension that no one has is named by 256 characters', ['x'.repeat(256)], UNSUPPORTED, 'OMS-EXT-2'),
  named('too-long', 'an extension is named by 257 characters', ['x'.repeat(257)], UNKNOWN),
  named('nameless', 'an extension has an empty name', [''], UNKNOWN),
];

const asked = { extensions: [SUB_MANIFESTS] };

// biome-ignore format: each vector is a row of a table
const accepted: readonly Recipe[] = [
  {
    id: SUB, kind: 'verify', profile: 'draft', title: 'the files of a directory are in a sub-manifest',
    requirements: ['OMS-EXT-2', 'OMS-EXT-3', 'OMS-SUB-2', 'OMS-SUB-3', 'OMS-SUB-4', 'OMS-SUB-5', 'OMS-SUB-6', 'OMS-SUB-7',
      'OMS-SUB-8', 'OMS-SUB-9', 'OMS-SUB-10', 'OMS-SUB-11'],
    model: modelWith(), listing: { draft: true, subManifests: ['weights'] },
    inputs: { draft: '1.1', strict: true, ...asked }, expect: accept({ report: { resources: 3 } }),
  },
  ...(['blake2b', 'blake3'] as const).map((hashType) =>
    variant(SUB, `manifest_draft-sub-manifest-${hashType}`, `the digests are by ${hashType}`, ['OMS-SUB-3'],
      { signed: modelWith(undefined, hashType), listing: { hashType } })),
  variant(SUB, 'manifest_draft-sub-manifest-reordered', 'the sub-manifest has its members in another order and white space',
    ['OMS-SUB-7'], { signed: modelWith((d) => JSON.stringify({ resources: d.resources, serialization: d.serialization }, null, 1)) }),
  variant(SUB, 'manifest_draft-sub-manifest-two', 'two directories with a common beginning have a sub-manifest each',
    ['OMS-SUB-5'], {
      signed: directory({
        ...top, ...within('weights', { ...weights, [FILE]: JSON.stringify(documentOf(weights)) }),
        ...within('weights-2', { 'a.bin': 'x', [FILE]: JSON.stringify(documentOf({ 'a.bin': 'x' })) }),
      }),
      listing: { subManifests: ['weights', 'weights-2'] },
    }),
  variant(SUB, 'manifest_draft-sub-manifest-name-below', 'a file deeper in the directory has the name of a sub-manifest',
    ['OMS-SUB-10'], {
      signed: directory({
        ...top,
        ...within('weights', { ...weights, 'sub/oms-manifest.json': '{}',
          [FILE]: JSON.stringify(documentOf({ 'a.bin': 'aaaa', 'sub/b.bin': 'bbbb', 'sub/oms-manifest.json': '{}' })) }),
      }),
    }),
  variant(SUB, 'manifest_draft-sub-manifest-unasked', 'the caller does not name the extension', ['OMS-EXT-2'],
    { inputs: { extensions: undefined }, why: 'files that no one compared would count as verified' }, UNSUPPORTED),
  variant(SUB, 'manifest_draft-sub-manifest-and-unknown', 'the manifest names a further extension that no one has',
    ['OMS-EXT-2'], naming([SUB_MANIFESTS, 'urn:example:other']), UNSUPPORTED),
  variant(SUB, 'manifest_draft-sub-manifest-named-twice', 'the manifest names the extension twice', ['OMS-EXT-3'],
    naming([SUB_MANIFESTS, SUB_MANIFESTS]), FORM),
];

const changed = (
  id: string,
  title: string,
  requirement: RequirementId | readonly RequirementId[],
  statement: (s: Forged) => unknown,
  outcome: Outcome = INVALID,
) =>
  variant(
    SUB,
    `manifest_draft-sub-manifest-${id}`,
    title,
    [requirement].flat(),
    { forge: { statement: (s) => void statement(s) } },
    outcome,
  );
const first = (s: Forged): Forged => s.predicate.sub_manifests[0];
const withRootsOfDescriptors = ({ subject, predicate }: Forged): void => {
  set(subject[0].digest, 'sha256', publishedRoot(predicate.resources));
  set(subject[1].digest, 'sha256', draftRoot({ ...predicate, sub_manifests: [] }));
};

// biome-ignore format: each vector is a row of a table
const manifests: readonly Recipe[] = [
  changed('unnamed', 'the manifest does not name the extension', 'OMS-SUB-2', (s) => set(s.predicate, 'extensions', undefined)),
  variant(DRAFT, 'manifest_draft-sub-manifest-none', 'the manifest names sub-manifests and has none', ['OMS-SUB-2'],
    { inputs: asked, ...naming([SUB_MANIFESTS]) }, INVALID),
  variant(DRAFT, 'manifest_draft-sub-manifest-empty', 'the list of sub-manifests is empty', ['OMS-SUB-3'], {
    inputs: asked,
    forge: { statement: (s) => Object.assign(s.predicate, { extensions: [SUB_MANIFESTS], sub_manifests: [] }) },
  }, INVALID),
  variant(DRAFT, 'manifest_draft-sub-manifest-object', 'the sub-manifests are an object', ['OMS-SUB-3'], {
    inputs: asked,
    forge: { statement: (s) => Object.assign(s.predicate, { extensions: [SUB_MANIFESTS], sub_manifests: {} }) },
  }, INVALID),
  changed('number', 'a number is among the sub-manifests', 'OMS-SUB-3', (s) => s.predicate.sub_manifests.push(1)),
  ...(['name', 'digest', 'algorithm'] as const).flatMap((member) => [
    changed(`no-${member}`, `a sub-manifest has no ${member}`, 'OMS-SUB-3', (s) => set(first(s), member, undefined)),
    changed(`${member}-number`, `the ${member} of a sub-manifest is a number`, 'OMS-SUB-3', (s) => set(first(s), member, 1)),
  ]),
  changed('algorithm', 'the digest of a sub-manifest is said to be by another algorithm', 'OMS-SUB-3',
    (s) => set(first(s), 'algorithm', 'blake3'), [...INVALID, 'manifest/algorithm-mismatch']),
  ...(['blake2b', 'blake3'] as const).map((hashType) =>
    variant(`manifest_draft-sub-manifest-${hashType}`, `manifest_draft-sub-manifest-algorithm-${hashType}`,
      `the digests are by ${hashType}, and that of a sub-manifest is said to be by sha256`, ['OMS-SUB-3'],
      { forge: { statement: (s) => set(first(s), 'algorithm', 'sha256') } }, [...INVALID, 'manifest/algorithm-mismatch'])),
  changed('outside', 'the directory of a sub-manifest is outside the model', 'OMS-SUB-3',
    (s) => set(first(s), 'name', '../model/weights'), [...INVALID, 'manifest/name-invalid']),
  changed('slash', 'the name of a directory ends in a slash', 'OMS-SUB-3',
    (s) => set(first(s), 'name', 'weights/'), [...INVALID, 'manifest/name-invalid']),
  changed('digest-short', 'the digest of a sub-manifest is cut', ['OMS-SUB-3', 'OMS-SUB-6'],
    (s) => set(first(s), 'digest', first(s).digest.slice(0, 32)), [...INVALID, 'manifest/digest-invalid', 'model/modified']),
  variant(SUB, 'manifest_draft-sub-manifest-root', 'the root digest does not cover the sub-manifest', ['OMS-SUB-4'], {
    forge: { statementAndRoot: withRootsOfDescriptors },
    why: 'a document that refers to a model by its root digest would mean other files as well',
  }, ['manifest/root-digest-mismatch']),
  variant(SUB, 'manifest_draft-sub-manifest-root-slash', 'the root digest has the directory as a file', ['OMS-SUB-4', 'OMS-ROOT-4'], {
    forge: { statementAndRoot: (s) => set(s.subject[1].digest, 'sha256',
      draftRoot({ ...s.predicate, resources: [...s.predicate.resources, first(s)], sub_manifests: [] })) },
  }, ['manifest/root-digest-mismatch']),
  changed('both-levels', 'a file of the directory is also listed by the manifest', 'OMS-SUB-5', (s) =>
    s.predicate.resources.push({ name: 'weights/a.bin', digest: digestOf('sha256', Buffer.from('aaaa')), algorithm: 'sha256' })),
  changed('twice', 'a directory has two sub-manifests', 'OMS-SUB-5', (s) => s.predicate.sub_manifests.push(first(s))),
  variant(SUB, 'manifest_draft-sub-manifest-nested', 'a directory with a sub-manifest lies in another one', ['OMS-SUB-5'], {
    signed: directory({
      ...top,
      ...within('weights', {
        ...weights,
        [FILE]: JSON.stringify(documentOf({ ...weights, [`sub/${FILE}`]: JSON.stringify(documentOf({ 'b.bin': 'bbbb' })) })),
        [`sub/${FILE}`]: JSON.stringify(documentOf({ 'b.bin': 'bbbb' })),
      }),
    }),
    listing: { subManifests: ['weights', 'weights/sub'] },
  }, INVALID),
];

const sub = (
  id: string,
  title: string,
  requirement: RequirementId | readonly RequirementId[],
  edit: (d: Forged) => unknown,
  outcome: Outcome = INVALID,
): VerifyRecipe =>
  variant(SUB, `manifest_draft-sub-manifest-${id}`, title, [requirement].flat(), { signed: modelWith(edit) }, outcome);
const listing = (name: string, text: string) => (d: Forged) => listAlso(d.resources, name, text);

/** Sub-manifests whose digest is right. */
// biome-ignore format: each vector is a row of a table
const documents: readonly Recipe[] = [
  sub('annotated', 'the sub-manifest has annotations', 'OMS-SUB-7', (d) => set(d, 'annotations', { k: 'v' })),
  sub('unknown-member', 'the sub-manifest has an unknown member', 'OMS-SUB-7', (d) => set(d, 'future', 1)),
  sub('deeper', 'the sub-manifest has a list of sub-manifests', 'OMS-SUB-7', (d) => {
    set(d, 'extensions', [SUB_MANIFESTS]);
    set(d, 'sub_manifests', [{ name: 'sub', digest: '0'.repeat(64), algorithm: 'sha256' }]);
  }, [...INVALID, ...UNSUPPORTED]),
  sub('excludes', 'the sub-manifest has exclusions', 'OMS-SUB-8', (d) => set(d.serialization, 'ignore_paths', ['c.bin'])),
  sub('links', 'the sub-manifest says that links were followed', 'OMS-SUB-8', (d) => set(d.serialization, 'allow_symlinks', true)),
  sub('escapes', 'the sub-manifest lists a file outside its directory that the manifest lists too', 'OMS-SUB-9',
    listing('../config.json', '{}\n'), ['manifest/name-invalid', ...INVALID]),
  sub('twice-in-it', 'the sub-manifest lists a file twice', 'OMS-SUB-9', listing('a.bin', 'aaaa'),
    ['manifest/name-duplicate', ...INVALID]),
  sub('itself', 'the sub-manifest lists itself', 'OMS-SUB-10', listing(FILE, ''), ['manifest/sub-manifest-invalid', 'manifest']),
  sub('unsorted', 'the sub-manifest is not in canonical order, in strict mode', ['OMS-SUB-9', 'OMS-ORDER-4'], (d) => void d.resources.reverse(),
    ['manifest/unsorted']),
];

const alsoOf = { modified: 'OMS-VERIFY-3', missing: 'OMS-VERIFY-2', unsigned: 'OMS-VERIFY-4' } as const;
const found = (
  id: string,
  title: string,
  kind: 'modified' | 'missing' | 'unsigned',
  path: string,
  files: Files,
  requirement: RequirementId = 'OMS-SUB-11',
) =>
  variant(
    SUB,
    `model_draft-sub-manifest-${id}`,
    title,
    requirement === 'OMS-SUB-11' ? [requirement, alsoOf[kind]] : [requirement],
    { model: directory(files) },
    { outcome: 'reject', reasons: [`model/${kind}`], differences: [{ kind, path }] },
  );
const right = JSON.stringify(documentOf(weights));
const tampered: Files = { ...weights, 'a.bin': 'AAAA' };

// biome-ignore format: each vector is a row of a table
const models: readonly Recipe[] = [
  found('modified', 'a file of the directory differs', 'modified', 'weights/a.bin',
    { ...top, ...within('weights', { ...tampered, [FILE]: right }) }),
  found('missing', 'a file of the directory is missing', 'missing', 'weights/sub/b.bin',
    { ...top, ...within('weights', { 'a.bin': 'aaaa', [FILE]: right }) }),
  found('unsigned', 'a file was added to the directory', 'unsigned', 'weights/c.bin',
    { ...top, ...within('weights', { ...weights, 'c.bin': '', [FILE]: right }) }),
  found('replaced', 'a file of the directory differs, and the sub-manifest lists it as it is', 'modified', `weights/${FILE}`,
    { ...top, ...within('weights', { ...tampered, [FILE]: JSON.stringify(documentOf(tampered)) }) }, 'OMS-SUB-6'),
  found('lost', 'the directory is missing with its sub-manifest', 'missing', `weights/${FILE}`, { ...top }, 'OMS-SUB-6'),
  variant(SUB, 'model_draft-sub-manifest-unsigned-ignored', 'a file was added to the directory, and the caller ignores unsigned files',
    ['OMS-UNSIGNED-1'], { model: directory({ ...top, ...within('weights', { ...weights, 'c.bin': 'c', [FILE]: right }) }),
      inputs: { ignoreUnsignedFiles: true } }, either),
];
