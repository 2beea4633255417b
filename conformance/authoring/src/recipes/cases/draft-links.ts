import { directory, link, type Recipe, reject, type SignRecipe, variant } from '../recipe.ts';
import { DRAFT } from './draft-statement.ts';
import { plainFiles, plainModel } from './models.ts';

const LINKS = 'model_draft-links';
const SIGN = 'bundle_draft-sign';

/** Links in the draft: no producer follows them, and verifiers keep the rules of version 1.0 (section 5.2). */
export function draftLinkRecipes(): readonly Recipe[] {
  return [...verified, ...signed];
}

const onDisk = (files: Readonly<Record<string, string>> = plainFiles) =>
  directory(files, [link('latest.bin', 'weights/a.bin')]);
const recorded = { listing: { allowSymlinks: true } };

// biome-ignore format: each vector is a row of a table
const verified: readonly Recipe[] = [
  variant(DRAFT, 'model_draft-links-none', 'the manifest records that links were followed, and the model has none',
    ['OMS-LINK-19'], recorded),
  variant(DRAFT, LINKS, 'the manifest records that links were followed, and the caller allows it',
    ['OMS-LINK-18', 'OMS-LINK-19'], {
      ...recorded,
      signed: directory({ ...plainFiles, 'latest.bin': 'aaaa' }), model: onDisk(), inputs: { allowSymlinks: true },
    }),
  variant(LINKS, 'model_draft-links-modified', 'the file that a link leads to is modified',
    ['OMS-LINK-18', 'OMS-VERIFY-3'],
    { model: directory(plainFiles, [link('latest.bin', 'weights/b.bin')]) }, ['model/modified']),
  variant(LINKS, 'model_draft-links-caller-does-not', 'the caller does not ask for links to be followed',
    ['OMS-LINK-12', 'OMS-LINK-19'],
    { level: 'SHOULD', inputs: { allowSymlinks: false } }, ['model/symlink', 'model/missing']),
  variant(LINKS, 'model_draft-links-signer-did-not', 'the manifest records that links were not followed',
    ['OMS-LINK-8'], { listing: { allowSymlinks: false } }, ['model/symlink', 'model/missing']),
];

const asked = { allowSymlinks: true };
const refused = reject(['model/symlink', 'manifest']);

// biome-ignore format: each vector is a row of a table
const signed: readonly SignRecipe[] = [
  { kind: 'sign', from: SIGN, id: 'model_draft-sign-links-asked',
    title: 'the caller asks for links to be followed',
    requirements: ['OMS-LINK-20', 'OMS-LINK-17', 'OMS-SER-10'], model: plainModel, inputs: asked, expect: refused },
  { kind: 'sign', from: SIGN, id: 'model_draft-sign-link', title: 'the model has a link', level: 'SHOULD',
    requirements: ['OMS-LINK-2', 'OMS-LINK-17'], model: onDisk(), expect: reject(['model/symlink']) },
];
