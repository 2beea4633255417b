import type { RequirementId, Stage } from '../../../../suite/src/vectors/vector.ts';
import { accept, directory, type Recipe, reject, set, type VerifyRecipe, variant } from '../recipe.ts';
import { DRAFT } from './draft-statement.ts';
import { plainFiles } from './models.ts';

const ANNOTATED = 'manifest_draft-annotations';

export const twoAnnotations = { 'org.example.licence': 'Apache-2.0', 'org.example.release': '2026-11' } as const;

/** So many annotations. */
function annotations(count: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`key-${String(index).padStart(2, '0')}`, '']));
}

/** Valid annotations, with the property that makes each worth testing. */
export const goodAnnotations: readonly [id: string, title: string, said: Record<string, string>][] = [
  ['most', 'there are 64 annotations', annotations(64)],
  ['key-longest', 'a key has 128 characters', { ['k'.repeat(128)]: 'x' }],
  ['key-shortest', 'a key has one character', { k: 'x' }],
  ['key-characters', 'a key has each kind of character', { 'az09._/-': 'x' }],
  ['key-inherited', 'keys are names that objects of some languages have anyway', { constructor: 'x', valueof: 'y' }],
  ['value-empty', 'a value is empty', { k: '' }],
  ['value-longest', 'a value has 4,096 characters', { k: 'x'.repeat(4096) }],
  ['value-longest-astral', 'a value has 4,096 characters of four bytes', { k: '\u{1f600}'.repeat(4096) }],
  ['value-controls', 'a value contains a terminal escape, a tab and a line feed', { k: '\u001b[2J\t\n' }],
  ['value-spaces', 'a value has spaces at both ends, and an equals sign', { k: ' a=b ' }],
  ['value-scripts', 'a value is in several scripts and directions', { k: '\u30e2\u30c7\u30eb \u202eabc \u05d0' }],
];

/** Invalid annotations, by the bound that they break. */
export const badAnnotations: readonly [id: string, title: string, said: Record<string, string>][] = [
  ['too-many', 'there are 65 annotations', annotations(65)],
  ['key-too-long', 'a key has 129 characters', { ['k'.repeat(129)]: 'x' }],
  ['key-capital', 'a key begins with a capital', { Licence: 'x' }],
  ['key-capital-inside', 'a key has a capital inside', { 'org.Example': 'x' }],
  ['key-digit', 'a key begins with a digit', { '1k': 'x' }],
  ['key-dot', 'a key begins with a dot', { '.k': 'x' }],
  ['key-underscore', 'a key begins with an underscore', { _k: 'x' }],
  ['key-space', 'a key has a space', { 'a key': 'x' }],
  ['key-colon', 'a key has a colon', { 'dc:title': 'x' }],
  ['key-accent', 'a key has a letter with an accent', { 'cl\u00e9': 'x' }],
  ['key-line-feed', 'a key ends in a line feed', { 'k\n': 'x' }],
  ['value-too-long', 'a value has 4,097 characters', { k: 'x'.repeat(4097) }],
];

/** Annotations of the draft (section 4.4). */
export function draftAnnotationRecipes(): readonly Recipe[] {
  return [...kept, ...broken, ...texts, ...verdicts];
}

const signed = (said: unknown) => ({
  forge: { statement: (s: Parameters<typeof set>[0]) => set(s.predicate, 'annotations', said) },
});

// biome-ignore format: each vector is a row of a table
const kept: readonly Recipe[] = [
  variant(DRAFT, ANNOTATED, 'the model has two annotations', ['OMS-ANNOT-3'], signed(twoAnnotations)),
  variant(ANNOTATED, 'manifest_draft-annotations-none', 'there is room for annotations and none in it', ['OMS-ANNOT-3'],
    signed({})),
  ...goodAnnotations.map(
    ([id, title, said]) => variant(ANNOTATED, `manifest_draft-annotation-${id}`, title, ['OMS-ANNOT-3'], signed(said),
      accept({ report: { annotations: said } }))),
  variant(ANNOTATED, 'manifest_draft-annotation-value-nul', 'a value contains a NUL', ['OMS-ANNOT-3'],
    signed({ k: 'a\0b' })),
  variant(ANNOTATED, 'manifest_draft-annotations-reported', 'the annotations are handed to the caller', ['OMS-ANNOT-5'],
    { level: 'SHOULD', why: 'a claim that is not shown protects no user' },
    accept({ report: { annotations: twoAnnotations } })),
];

const refused = reject(['manifest/annotations-invalid', 'manifest/malformed', 'statement/malformed']);
const shapes: [id: string, title: string, said: unknown][] = [
  ['null', 'the annotations are null', null],
  ['text', 'the annotations are a string', 'licence=Apache-2.0'],
  ['number', 'the annotations are a number', 1],
  ['array', 'the annotations are an array of texts', ['licence']],
  ['pairs', 'the annotations are an array of pairs', [['licence', 'Apache-2.0']]],
  ['array-empty', 'the annotations are an empty array', []],
];
const values: [id: string, title: string, value: unknown][] = [
  ['null', 'a value is null', null],
  ['number', 'a value is a number', 1],
  ['boolean', 'a value is true', true],
  ['array', 'a value is an array of texts', ['x']],
  ['object', 'a value is an object', { k: 'x' }],
];
const refuse = (id: string, title: string, said: unknown) =>
  variant(ANNOTATED, id, title, ['OMS-ANNOT-3'], signed(said), refused);

// biome-ignore format: each vector is a row of a table
const broken: readonly Recipe[] = [
  ...badAnnotations.map(([id, title, said]) => refuse(`manifest_draft-annotation-${id}`, title, said)),
  refuse('manifest_draft-annotation-key-empty', 'a key is empty', { '': 'x' }),
  refuse('manifest_draft-annotation-key-prototype', 'a key is "__proto__"', JSON.parse('{"__proto__":"x"}')),
  refuse('manifest_draft-annotation-value-too-long-astral', 'a value has 4,097 characters of four bytes',
    { k: '\u{1f600}'.repeat(4097) }),
  refuse('manifest_draft-annotation-last-of-many', 'the last of 64 annotations has a bad key',
    { ...annotations(63), Z: 'x' }),
  ...shapes.map(([id, title, said]) => refuse(`manifest_draft-annotations-${id}`, title, said)),
  ...values.map(([id, title, value]) => refuse(`manifest_draft-annotation-value-${id}`, title, { k: value })),
];

const text = (id: string, title: string, requirement: RequirementId, payload: (json: string) => string): VerifyRecipe =>
  variant(ANNOTATED, `statement_draft-annotation-${id}`, title, [requirement], { forge: { payload } }, [
    'statement' as Stage,
  ]);
const first = '"org.example.licence":"Apache-2.0"';

/** The rules of section 2.2 also apply inside annotations. */
// biome-ignore format: each vector is a row of a table
const texts: readonly Recipe[] = [
  text('twice', 'an annotation appears twice', 'OMS-JSON-1', (json) => json.replace(first, `${first},${first}`)),
  text('twice-escaped', 'an annotation appears twice, once with an escape in its key', 'OMS-JSON-1',
    (json) => json.replace(first, `"\\u006frg.example.licence":"MIT",${first}`)),
  text('all-twice', 'the annotations appear twice', 'OMS-JSON-1',
    (json) => json.replace('"annotations":', '"annotations":{},"annotations":')),
  text('surrogate', 'a value contains half a surrogate pair', 'OMS-JSON-3',
    (json) => json.replace('Apache-2.0', '\\ud800')),
];

const says = (said: Record<string, string>) => signed({ ...twoAnnotations, ...said });
const EXCLUDES = 'manifest_draft-annotation-excludes';

/** The signer's annotations change nothing about what is verified. */
// biome-ignore format: each vector is a row of a table
const verdicts: readonly Recipe[] = [
  variant(ANNOTATED, 'manifest_draft-annotation-revoked',
    'annotations say that the model is revoked and not to be trusted', ['OMS-ANNOT-4'],
    says({ 'org.example.revoked': 'true', verified: 'false', expires: '2000-01-01' })),
  variant(ANNOTATED, 'manifest_draft-annotation-other-root',
    'annotations name another root digest, another format and other exclusions', ['OMS-ANNOT-4'], says(
      { sha256: '0'.repeat(64), 'predicate-type': 'https://model_signing/signature/v1.0', ignore_paths: 'weights' })),
  variant(ANNOTATED, EXCLUDES, 'an annotation names a file to leave out', ['OMS-ANNOT-4'],
    says({ 'org.example.ignore': 'run.py' })),
  variant(EXCLUDES, 'model_draft-annotation-excludes', 'an annotation names the file to leave out that was added',
    ['OMS-ANNOT-4', 'OMS-VERIFY-4'], { model: directory({ ...plainFiles, 'run.py': 'x' }) },
    reject(['model/unsigned'], { differences: [{ kind: 'unsigned', path: 'run.py' }] })),
];
