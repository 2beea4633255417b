import { DEFAULT_LISTING } from '../compile.ts';
import { forgeBundle } from '../forge.ts';
import { accept, directory, file, link, type Recipe, reject, type SignRecipe, set, variant } from '../recipe.ts';
import type { Forged } from '../signed-model.ts';
import { DRAFT } from './draft-statement.ts';
import { expectedOf } from './expected.ts';
import { plainFiles, plainModel } from './models.ts';

const ROOM = 'manifest_draft-room';
const ONE = 'model_draft-attestation';
const LISTED = 'model_draft-attestation-listed';

/** Attestation files in the model root (section 7.3 of the draft). */
export function draftAttestationFileRecipes(): readonly Recipe[] {
  return [...recorded, ...accepted, ...refused, ...signed];
}

/** A signature of some model, and an attestation that another tool wrote, each on one line. */
const signature = forgeBundle(plainModel, DEFAULT_LISTING, 'p256-a', []).toString();
const ofSignature = JSON.stringify(JSON.parse(signature));
const attestation = JSON.stringify(
  JSON.parse(
    forgeBundle(plainModel, DEFAULT_LISTING, 'p256-b', [
      {
        statement: (s) => set(s, 'predicateType', 'https://slsa.dev/provenance/v1'),
        material: (material) => {
          delete material.tlogEntries;
        },
      },
    ]).toString(),
  ),
);

const recording = (value: unknown) => ({
  forge: { statement: (s: Forged) => set(s.predicate.serialization, 'exclude_attestations', value) },
});
const holding = (more: Readonly<Record<string, string>>) => ({ model: directory({ ...plainFiles, ...more }) });

// biome-ignore format: each vector is a row of a table
const recorded: readonly Recipe[] = [
  variant(DRAFT, ROOM, 'the manifest has room for attestation files, and the model has none',
    ['OMS-EXCLUDE-6', 'OMS-EXCLUDE-7', 'OMS-EXCLUDE-12'], recording(true)),
  variant(ROOM, 'manifest_draft-room-none', 'the manifest says that there is no room', ['OMS-EXCLUDE-6'], recording(false)),
  variant(ROOM, 'manifest_draft-room-null', 'exclude_attestations is null', ['OMS-EXCLUDE-6'], recording(null), ['manifest']),
  variant(ROOM, 'manifest_draft-room-text', 'exclude_attestations is a string', ['OMS-EXCLUDE-6'], recording('true'), ['manifest']),
  variant(ROOM, 'manifest_draft-room-links', 'the manifest records followed links too', ['OMS-EXCLUDE-12'],
    { listing: { allowSymlinks: true } }, ['manifest']),
];

const one = (id: string, title: string, name: string, text: string) =>
  variant(
    ROOM,
    `model_draft-attestation${id}`,
    title,
    ['OMS-EXCLUDE-7', 'OMS-EXCLUDE-11'],
    { decidedBy: ['OMS-EXCLUDE-7'], ...holding({ [name]: text }) },
    accept({ report: { ignored: [name] } }),
  );

// biome-ignore format: each vector is a row of a table
const accepted: readonly Recipe[] = [
  one('', 'a line with an attestation was added', 'claims.jsonl', `${attestation}\n`),
  one('-two', 'two lines with an attestation and a signature were added, with a blank line', 'claims.jsonl',
    `${attestation}\r\n\n${ofSignature}`),
  one('-signature', 'another signature was added, on several lines', 'other.sig', signature),
  one('-sigstore', 'an attestation was added under a name of Sigstore', 'run.sigstore.json', attestation),
  one('-in-toto', 'an attestation was added under a name of in-toto', 'run.intoto.jsonl', attestation),
  variant(ONE, LISTED, 'the manifest lists a file that is an attestation', ['OMS-EXCLUDE-10'],
    { signed: directory({ ...plainFiles, 'claims.jsonl': `${attestation}\n` }) }),
];

const added = (id: string, title: string, name: string, text: string) =>
  variant(
    ONE,
    `model_draft-attestation-${id}`,
    title,
    ['OMS-EXCLUDE-8', 'OMS-VERIFY-4'],
    holding({ [name]: text }),
    reject(['model/unsigned'], { differences: [{ kind: 'unsigned', path: name }] }),
  );

// biome-ignore format: each vector is a row of a table
const refused: readonly Recipe[] = [
  variant(ONE, 'model_draft-attestation-unasked', 'the manifest has no room for attestation files',
    ['OMS-EXCLUDE-8', 'OMS-VERIFY-4'], recording(undefined), ['model/unsigned']),
  variant(ONE, 'model_draft-attestation-no-room', 'the manifest says that there is no room for attestation files',
    ['OMS-EXCLUDE-8', 'OMS-VERIFY-4'], recording(false), ['model/unsigned']),
  added('below', 'an attestation was added below a directory', 'weights/claims.jsonl', attestation),
  added('capitals', 'an attestation was added under a name with a capital', 'Claims.jsonl', attestation),
  added('sig-capitals', 'an attestation was added under a name that ends in capitals', 'model.SIG', attestation),
  added('prefixed', 'an attestation was added under a name that ends like that of claims', 'evil-claims.jsonl', attestation),
  added('other-name', 'an attestation was added under the name of a configuration', 'adapter_config.json', attestation),
  added('text', 'a script was added under the name of a signature', 'run.sig', 'import os\n'),
  added('json', 'another JSON object was added under the name of a signature', 'run.sig', '{"auto_map":{}}'),
  added('mixed', 'a line was added to the attestations that is none', 'claims.jsonl', `${attestation}\nimport os\n`),
  added('empty', 'an empty file was added under the name of claims', 'claims.jsonl', ''),
  added('blank', 'a file of blank lines was added under the name of claims', 'claims.jsonl', '\n \n'),
  added('array', 'a list of attestations was added', 'claims.jsonl', `[${attestation}]`),
  variant(ONE, 'model_draft-attestation-link', 'a link to an attestation outside the model was added',
    ['OMS-EXCLUDE-8', 'OMS-LINK-15'], {
      model: directory(plainFiles, [link('claims.jsonl', '../outside.jsonl')], { around: [file('outside.jsonl', attestation)] }),
    }, ['model/symlink', 'model/unsigned', 'model/symlink-outside']),
  variant(ONE, 'model_draft-attestation-directory', 'a directory with the name of a signature was added',
    ['OMS-EXCLUDE-8', 'OMS-VERIFY-4'], holding({ 'run.sig/x.sig': attestation }), ['model/unsigned']),
  variant(ONE, 'model_draft-attestation-most', 'there are 10,000 attestations in two files', ['OMS-EXCLUDE-7'],
    { model: directory(plainFiles, [lines('a.intoto.jsonl', 9999), lines('claims.jsonl', 1)]) },
    accept({ report: { ignored: ['a.intoto.jsonl', 'claims.jsonl'] } })),
  variant('model_draft-attestation-most', 'model_draft-attestation-too-many', 'there are 10,001 attestations in two files',
    ['OMS-EXCLUDE-8', 'OMS-VERIFY-4'],
    { model: directory(plainFiles, [lines('a.intoto.jsonl', 9999), lines('claims.jsonl', 2)]) }, ['model/unsigned']),
  variant(LISTED, 'model_draft-attestation-listed-modified', 'a listed file is another attestation',
    ['OMS-EXCLUDE-10', 'OMS-VERIFY-3'], holding({ 'claims.jsonl': `${ofSignature}\n` }), ['model/modified']),
  variant(LISTED, 'model_draft-attestation-listed-missing', 'a listed attestation is missing',
    ['OMS-EXCLUDE-10', 'OMS-VERIFY-2'], holding({}), ['model/missing']),
];

function lines(path: string, count: number) {
  const hex = Buffer.from(`${attestation}\n`).toString('hex');
  return { kind: 'file' as const, path, content: { repeat: { hex, count } } };
}

const asked = { inputs: { excludeAttestations: true } };
const signs = (
  id: string,
  title: string,
  requirements: SignRecipe['requirements'],
  more: Readonly<Record<string, string>>,
  listed: Readonly<Record<string, string>> = {},
  rest: Partial<SignRecipe> = {},
): SignRecipe => ({
  kind: 'sign',
  from: 'bundle_draft-sign',
  id: `model_draft-sign-attestation${id}`,
  title,
  requirements,
  ...asked,
  ...holding(more),
  ...rest,
  expect: accept({
    signed: { annotations: {}, ...expectedOf(directory({ ...plainFiles, ...listed }), { draft: true }) },
  }),
});

// biome-ignore format: each vector is a row of a table
const signed: readonly SignRecipe[] = [
  signs('s-none', 'the caller asks for room for attestation files', ['OMS-EXCLUDE-2'], {}),
  signs('', 'the model has a file of claims and another signature, and the caller asks for room', ['OMS-EXCLUDE-3', 'OMS-EXCLUDE-2'],
    { 'claims.jsonl': `${attestation}\n`, 'other.sig': signature }),
  signs('-unasked', 'the model has a file of claims, and the caller does not ask for room', ['OMS-EXCLUDE-1', 'OMS-FILES-1'],
    { 'claims.jsonl': `${attestation}\n` }, { 'claims.jsonl': `${attestation}\n` }, { inputs: {} }),
  signs('-others', 'the model has files with such names that are no attestations, and the caller asks for room', ['OMS-EXCLUDE-4'],
    { 'notes.sig': 'text', 'sub/claims.jsonl': attestation }, { 'notes.sig': 'text', 'sub/claims.jsonl': attestation }),
  signs('-inside', 'the signature is written into the model, and the caller asks for room', ['OMS-EXCLUDE-5', 'OMS-EXCLUDE-2'],
    {}, {}, { inputs: { excludeAttestations: true, signature: 'model/model.sig' } }),
];
