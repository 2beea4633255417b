import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { repositoryPath } from './findings.ts';
import { requirementsOf } from './identifiers.ts';
import { RECIPES, SPEC_FOLDER } from './layout.ts';
import { readVersions } from './versions.ts';

/** The stages that a vector can be about; its name begins with one. */
export const STAGES = [
  'bundle',
  'envelope',
  'signer',
  'statement',
  'manifest',
  'model',
  'policy',
  'attestation',
] as const;

/** The lists of recipes in that folder, each with the accepted vectors that its recipes begin with. */
const LISTS = {
  format: { name: 'recipes', control: 'bundle_plain', signing: 'bundle_sign-plain', prefix: '' },
  draft: { name: 'draftRecipes', control: 'statement_draft', signing: 'bundle_draft-sign', prefix: 'draft-' },
} as const;

type List = (typeof LISTS)[keyof typeof LISTS];

/**
 * Writes a module with an accepting and a refusing recipe for a requirement and names it in the list of recipes, or in that
 * of the draft if only a draft has the requirement. A requirement of producers begins with recipes for signing. No vectors
 * are written until the author has put titles in place of those that begin with TITLE.
 */
export function addVector(requirement: string, stage: string, folder: string = SPEC_FOLDER): string[] {
  const known = readVersions(folder).flatMap(({ version, status }) =>
    requirementsOf(version, folder).map((each) => ({ ...each, list: status === 'draft' ? LISTS.draft : LISTS.format })),
  );
  const found = known.find(({ id }) => id === requirement);
  if (found === undefined) throw new Error(`no version has the requirement ${requirement}`);
  if (!STAGES.some((name) => name === stage))
    throw new Error(`${stage} is not a stage; the stages are ${STAGES.join(', ')}`);
  const list = path.join(folder, RECIPES, 'all.ts');
  if (!existsSync(list)) throw new Error(`there are no recipes at ${repositoryPath(RECIPES)} to add to`);
  const name = requirement.toLowerCase();
  const file = path.join(folder, RECIPES, `${name}.ts`);
  if (existsSync(file))
    throw new Error(`there are recipes for ${requirement} already: ${repositoryPath(RECIPES)}/${name}.ts`);
  const constant = `${name.replaceAll(/-(\w)/g, (_all, letter: string) => letter.toUpperCase())}Recipes`;
  const write = found.role === 'producer' ? signingRecipes : verifyingRecipes;
  writeFileSync(file, write(constant, name, stage, found));
  writeFileSync(list, withRecipes(readFileSync(list, 'utf8'), found.list.name, constant, name));
  return [`${RECIPES}/${name}.ts`, `${RECIPES}/all.ts`];
}

interface Asked {
  readonly id: string;
  readonly text: string;
  readonly list: List;
}

function verifyingRecipes(
  constant: string,
  name: string,
  stage: string,
  { id: requirement, text, list: { control, prefix } }: Asked,
): string {
  const short = prefix + name.replace('oms-', '');
  return `import { accept, type Recipe, reject, variant } from '../recipe.ts';

/** ${text} */
export function ${constant}(): readonly Recipe[] {
  return [
    variant(
      '${control}',
      '${stage}_${short}-kept',
      'TITLE: the least that the requirement still allows',
      ['${requirement}'],
      { forge: { statement: () => {} } },
      accept(),
    ),
    variant(
      '${stage}_${short}-kept',
      '${stage}_${short}-broken',
      'TITLE: the same with one thing changed that the requirement forbids',
      ['${requirement}'],
      { forge: { statement: () => {} } },
      reject(['${stage}']),
    ),
  ];
}
`;
}

function signingRecipes(
  constant: string,
  name: string,
  stage: string,
  { id: requirement, text, list: { signing, prefix } }: Asked,
): string {
  const short = prefix + name.replace('oms-', '');
  const signed = prefix === '' ? 'signs(plainModel)' : 'signs(plainModel, { draft: true })';
  return `import { type Recipe, reject } from '../recipe.ts';
import { plainModel } from './models.ts';
import { signing, signs } from './sign.ts';

/** ${text} */
export function ${constant}(): readonly Recipe[] {
  return [
    signing(
      '${stage}_sign-${short}',
      'TITLE: a model or an input for which a producer that breaks the requirement signs something else',
      ['${requirement}'],
      { from: '${signing}', model: plainModel },
      ${signed},
    ),
    signing(
      '${stage}_sign-${short}-refused',
      'TITLE: one thing changed for which a producer has to refuse; delete this recipe if there is none',
      ['${requirement}'],
      { from: '${signing}', model: plainModel },
      reject(['${stage}']),
    ),
  ];
}
`;
}

/** The list of recipes with one more module: imported after the others and called at the end. */
function withRecipes(list: string, listName: string, constant: string, name: string): string {
  const lines = list.split('\n');
  const imports = lines.findLastIndex((line) => line.startsWith('import '));
  const start = lines.findIndex((line) => line.startsWith(`export const ${listName}:`));
  const end = lines.indexOf('];', start);
  if (imports < 0 || start < 0 || end < 0) throw new Error(`all.ts has no list "${listName}" to add to`);
  return lines
    .toSpliced(end, 0, `  ...${constant}(),`)
    .toSpliced(imports + 1, 0, `import { ${constant} } from './${name}.ts';`)
    .join('\n');
}
