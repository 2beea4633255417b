import type {
  Annotations,
  Expectation,
  RequirementId,
  VectorInputs,
  VectorModel,
} from '../../../../suite/src/vectors/vector.ts';
import { accept, directory, type Recipe, reject, type SignRecipe } from '../recipe.ts';
import { badAnnotations, goodAnnotations, twoAnnotations } from './draft-annotations.ts';
import { expectedOf } from './expected.ts';
import { plainFiles, plainModel } from './models.ts';

const SIGN = 'bundle_draft-sign';
const ANNOTATED = 'manifest_draft-sign-annotations';
const ROUNDTRIP = 'bundle_draft-roundtrip';

type Change = Omit<SignRecipe, 'kind' | 'id' | 'title' | 'requirements' | 'expect'>;

/** What a producer must write in the draft. */
export function draftSignRecipes(): readonly Recipe[] {
  return [...models, ...annotated, ...roundtrips];
}

function signing(
  id: string,
  title: string,
  requirements: readonly RequirementId[],
  change: Change,
  expect: Expectation,
): SignRecipe {
  return { kind: 'sign', from: SIGN, id, title, requirements, ...change, expect };
}

function signs(model: VectorModel, listing: Parameters<typeof expectedOf>[1] = {}): Expectation {
  return accept({ signed: { annotations: {}, ...expectedOf(model, { draft: true, ...listing }) } });
}

const signed = (
  id: string,
  title: string,
  model: VectorModel,
  listing: Parameters<typeof expectedOf>[1] = {},
  more: Pick<SignRecipe, 'level' | 'inputs'> = {},
) => signing(id, title, ['OMS-ROOT-4'], { model, ...more }, signs(model, listing));
const odd = directory({ '\u00e9': '1', '\u{1f600}': '2', 'a b': '3', 'a\nb': '4', '\uff5e': '5', 'cafe\u0301': '6' });
const shards = { method: 'shards', shardSize: 4 } as const;

// biome-ignore format: each vector is a row of a table
const models: readonly SignRecipe[] = [
  {
    id: SIGN,
    kind: 'sign',
    profile: 'draft',
    title: 'three files are signed in the draft',
    requirements: ['OMS-STMT-3', 'OMS-ROOT-2', 'OMS-ROOT-4', 'OMS-ROOT-7', 'OMS-ROOT-8', 'OMS-SUBJECT-7', 'OMS-SUBJECT-9', 'OMS-BUNDLE-8', 'OMS-EXT-1', 'OMS-SER-10',
      'OMS-EXCLUDE-1', 'OMS-KEYLOG-1', 'OMS-KEYLOG-4'],
    model: plainModel,
    inputs: { draft: '1.1' },
    expect: signs(plainModel),
  },
  signed('manifest_draft-sign-names', 'names have characters of several bytes, spaces and a line feed', odd),
  signed('manifest_draft-sign-single-file', 'the model is one file', { name: 'a.gguf', content: { utf8: 'weights' } }),
  signed('manifest_draft-sign-renamed', 'a file has another name', directory({ ...plainFiles, 'weights/c.bin': 'c' })),
  signed('manifest_draft-sign-blake3', 'the files are hashed with BLAKE3', plainModel, { hashType: 'blake3' },
    { level: 'MAY', inputs: { hashAlgorithm: 'blake3' } }),
  signed('manifest_draft-sign-blake2b', 'the files are hashed with BLAKE2b', plainModel, { hashType: 'blake2b' },
    { level: 'MAY', inputs: { hashAlgorithm: 'blake2b' } }),
  signed('manifest_draft-sign-shards', 'the model is signed in shards of four bytes', plainModel, shards,
    { level: 'MAY', inputs: { serialization: 'shards', shardSize: 4 } }),
];

const says = (annotations: Annotations): { inputs: Partial<VectorInputs> } => ({ inputs: { annotations } });
const refused = reject(['manifest/annotations-invalid']);

// biome-ignore format: each vector is a row of a table
const annotated: readonly SignRecipe[] = [
  signing(ANNOTATED, 'the model has two annotations', ['OMS-ANNOT-1', 'OMS-ANNOT-2'],
    { decidedBy: ['OMS-ANNOT-2'], ...says(twoAnnotations) },
    signs(plainModel, { annotations: twoAnnotations })),
  ...goodAnnotations.map(
    ([id, title, said]) => signing(`manifest_draft-sign-annotation-${id}`, title, ['OMS-ANNOT-1', 'OMS-ANNOT-2'],
      { decidedBy: ['OMS-ANNOT-2'], ...says(said) }, signs(plainModel, { annotations: said }))),
  ...badAnnotations.map(
    ([id, title, said]) => signing(`manifest_draft-sign-annotation-${id}`, title, ['OMS-ANNOT-2'],
      { from: ANNOTATED, ...says(said) }, refused)),
];

const roundtrip = (
  id: string,
  title: string,
  requirements: readonly RequirementId[],
  change: Change,
  expect: Expectation,
): SignRecipe => ({ kind: 'roundtrip', profile: 'draft', id, title, requirements, ...change, expect });

// biome-ignore format: each vector is a row of a table
const roundtrips: readonly SignRecipe[] = [
  roundtrip(ROUNDTRIP, 'a model is signed in the draft with an annotation, and verified in strict mode',
    ['OMS-ROOT-4', 'OMS-ANNOT-5'], {
      model: plainModel,
      inputs: { draft: '1.1', annotations: twoAnnotations },
      verify: { inputs: { draft: '1.1', strict: true } },
    }, accept({ report: { annotations: twoAnnotations } })),
  roundtrip('statement_draft-roundtrip-unasked',
    'a model is signed in the draft and verified without asking for it', ['OMS-STMT-4'],
    { from: ROUNDTRIP, verify: { inputs: { draft: undefined } } },
    reject(['statement/predicate-type', 'statement/malformed'])),
  roundtrip('model_draft-roundtrip-renamed', 'a file is renamed after signing, and unsigned files are ignored',
    ['OMS-VERIFY-2', 'OMS-NAME-7'], {
    from: ROUNDTRIP,
    verify: {
      model: directory({ 'config.json': '{}\n', 'weights/a2.bin': 'aaaa', 'weights/b.bin': 'bbbb' }),
      inputs: { draft: '1.1', ignoreUnsignedFiles: true },
    },
  }, reject(['model/missing'])),
];
