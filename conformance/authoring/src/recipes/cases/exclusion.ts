import type { RequirementId, VectorInputs } from '../../../../suite/src/vectors/vector.ts';
import { accept, directory, either, file, link, type Recipe, reject, type VerifyRecipe, variant } from '../recipe.ts';
import type { Forged } from '../signed-model.ts';
import { plainFiles } from './models.ts';

const PLAIN = 'bundle_plain';
const GIT = ['.git', '.gitattributes', '.github', '.gitignore'];

export function exclusionRecipes(): readonly Recipe[] {
  return [...gitPaths, ...further, ...recorded, ...callers, ...listed, ...signatureFiles];
}

const unsigned = reject(['model/unsigned']);

/** The recipes' own listing leaves out git paths, so the file is first listed under another name. */
const listsGitignore = {
  signed: directory({ ...plainFiles, 'x.gitignore': 'a' }),
  forge: {
    statement: (s: Forged) => {
      const found = s.predicate.resources.find(({ name }: Forged) => name === 'x.gitignore');
      found.name = '.gitignore';
      s.predicate.resources.sort((a: Forged, b: Forged) => (a.name < b.name ? -1 : 1));
    },
  },
};

const git = {
  '.git/HEAD': 'ref',
  '.git/objects/00/00': 'x',
  '.github/ci.yml': 'y',
  '.gitignore': '*',
  '.gitattributes': '*',
};
const ALL = 'model_git-paths';

// biome-ignore format: each vector is a row of a table
const gitPaths: readonly VerifyRecipe[] = [
  variant(PLAIN, ALL, 'the four git paths are there', ['OMS-IGNORE-2', 'OMS-MATCH-2', 'OMS-IGNORE-8'],
    { model: directory({ ...plainFiles, ...git }) }, accept({ report: { ignored: GIT } })),
  variant(ALL, 'model_git-paths-recorded-none', 'no exclusion is recorded',
    ['OMS-IGNORE-2', 'OMS-IGNORE-9', 'OMS-HIST-3'], { listing: { ignorePaths: null } },
    accept({ report: { ignored: GIT } })),
  variant(ALL, 'model_git-paths-recorded-other', 'another exclusion is recorded, and the four are not',
    ['OMS-IGNORE-6', 'OMS-IGNORE-2'],
    { listing: { ignorePaths: ['cache'] }, why: 'a verifier that forgets the defaults refuses what Python signs' },
    accept({ report: { ignored: GIT } })),
  ...(['.git', '.gitattributes', '.github', '.gitignore'] as const).map((path) => variant(PLAIN,
    `model_git-path-${path.slice(1)}`, `${path} is added, and no exclusion is recorded`, ['OMS-IGNORE-2'], {
      listing: { ignorePaths: null },
      model: directory({ ...plainFiles, [path === '.git' || path === '.github' ? `${path}/x` : path]: 'x' }),
    }, accept({ report: { ignored: [path] } }))),
  variant('model_git-paths-recorded-none', 'model_git-paths-asked-for',
    'the caller asks for the git paths to be checked', ['OMS-IGNORE-16'],
    { inputs: { ignoreGitPaths: false } }, unsigned),
  variant(PLAIN, 'model_git-paths-signed', 'a git path is listed, and the caller asks for git paths to be checked',
    ['OMS-IGNORE-16'], {
      ...listsGitignore,
      listing: { ignorePaths: [] },
      model: directory({ ...plainFiles, '.gitignore': 'a' }),
      inputs: { ignoreGitPaths: false },
    }, accept({ report: { ignored: [] } })),
  variant(PLAIN, 'model_git-file', '.git is a file, and .gitignore a directory', ['OMS-IGNORE-2'],
    { model: directory({ ...plainFiles, '.git': 'gitdir: x', '.gitignore/x': 'x' }) }),
  ...(
    [
      ['nested-git', 'sub/.git/HEAD'],
      ['nested-gitignore', 'weights/.gitignore'],
      ['nested-github', 'sub/.github/x'],
    ] as const
  ).flatMap(([id, path]) => [
    variant(PLAIN, `model_${id}-signed`, 'a git path below the top level is listed', ['OMS-MATCH-1'], {
      signed: directory({ ...plainFiles, [path]: 'x' }),
    }),
    variant(
      `model_${id}-signed`,
      `model_${id}-modified`,
      'it is modified',
      ['OMS-VERIFY-3', 'OMS-MATCH-1'],
      { model: directory({ ...plainFiles, [path]: 'y' }) },
      ['model/modified', 'model/missing'],
    ),
    variant(
      PLAIN,
      `model_${id}-unsigned`,
      'a git path is added below the top level',
      ['OMS-MATCH-1', 'OMS-VERIFY-4'],
      { model: directory({ ...plainFiles, [path]: 'x' }) },
      unsigned,
    ),
  ]),
  ...(
    [
      ['git-longer', '.github2/x'],
      ['git-suffix', '.git.bak'],
      ['git-upper-case', '.GIT/x'],
      ['git-shorter', '.gi'],
    ] as const
  ).map(([id, path]) =>
    variant(
      PLAIN,
      `model_${id}-unsigned`,
      `${path.split('/')[0]} is added, which is like a git path`,
      ['OMS-MATCH-3', 'OMS-VERIFY-4'],
      {
        model: directory({ ...plainFiles, [path]: 'x' }),
      },
      unsigned,
    ),
  ),
];

/** The public text lets an implementation exclude more than the four by default, and names this file. */
// biome-ignore format: each vector is a row of a table
const further: readonly VerifyRecipe[] = [
  variant(PLAIN, 'model_gitmodules-unsigned', '.gitmodules is added, which is like a git path',
    ['OMS-IGNORE-15', 'OMS-VERIFY-4'],
    { decidedBy: ['OMS-IGNORE-15'], level: 'SHOULD', model: directory({ ...plainFiles, '.gitmodules': 'x' }) },
    unsigned),
];

/** Vectors in which `path` is excluded, one for each added file that it does not cover. */
function beside(from: string, id: string, more: readonly RequirementId[] = []): VerifyRecipe[] {
  const cases: [fault: string, title: string, path: string][] = [
    ['below-another', 'a file of its name is added in a directory', 'sub/cache/x'],
    ['longer', 'a file is added whose name begins like it', 'cache2'],
    ['suffix', 'a file is added whose name begins like it and a dot', 'cache.bin'],
    ['shorter', 'a file is added whose name is how it begins', 'cach'],
    ['case', 'a file is added whose name differs from it in case', 'Cache/x'],
  ];
  return cases.map(([fault, title, path]) =>
    variant(
      from,
      `model_${id}-${fault}`,
      title,
      ['OMS-MATCH-3', 'OMS-VERIFY-4', ...more],
      {
        model: directory({ ...plainFiles, 'cache/x': '1', 'cache/y/z': '2', [path]: 'x' }),
      },
      unsigned,
    ),
  );
}

const CACHE = 'model_recorded-exclusion';
const cached = directory({ ...plainFiles, 'cache/x': '1', 'cache/y/z': '2' });
const record = (...paths: string[]) => ({ listing: { ignorePaths: [...GIT, ...paths] } });

// biome-ignore format: each vector is a row of a table
const recorded: readonly VerifyRecipe[] = [
  variant(PLAIN, CACHE, 'files are below a recorded exclusion, which the caller does not name',
    ['OMS-IGNORE-6', 'OMS-MATCH-2', 'OMS-IGNORE-8'], { ...record('cache'), model: cached },
    accept({ report: { ignored: ['cache'] } })),
  ...beside(CACHE, 'recorded-exclusion'),
  variant(PLAIN, 'model_recorded-exclusion-file', 'a recorded exclusion names a file in a directory', ['OMS-IGNORE-6'],
    { ...record('weights/log.txt'), model: directory({ ...plainFiles, 'weights/log.txt': 'x' }) },
    accept({ report: { ignored: ['weights/log.txt'] } })),
  variant('model_recorded-exclusion-file', 'model_recorded-exclusion-file-at-top',
    'a file of its basename is added at the top', ['OMS-MATCH-3'],
    { model: directory({ ...plainFiles, 'log.txt': 'x' }) }, unsigned),
  variant('model_recorded-exclusion-file', 'model_recorded-exclusion-file-beside',
    'a file is added to the directory of the excluded one', ['OMS-MATCH-3', 'OMS-VERIFY-4'],
    { model: directory({ ...plainFiles, 'weights/log.txt': 'x', 'weights/log2.txt': 'x' }) }, unsigned),
  variant(PLAIN, 'model_recorded-exclusion-of-nothing', 'a recorded exclusion names nothing', ['OMS-IGNORE-6'],
    record('not-there', 'nor/this')),
  variant(PLAIN, 'model_recorded-exclusion-link', 'a recorded exclusion names a link, which is not followed',
    ['OMS-MATCH-8', 'OMS-LINK-16'],
    { level: 'SHOULD', ...record('latest'), model: directory(plainFiles, [link('latest', 'weights')]) },
    accept({ report: { ignored: ['latest'] } })),
  variant(PLAIN, 'model_git-link', '.git is a link', ['OMS-MATCH-8', 'OMS-IGNORE-2'],
    { level: 'SHOULD', model: directory(plainFiles, [link('.git', '../elsewhere')]) }),
  variant(PLAIN, 'model_recorded-exclusion-odd', 'recorded exclusions have odd names', ['OMS-IGNORE-6', 'OMS-NAME-12'],
    {
      ...record('.+(x)', 'a]', 'caf\u00e9 \u{1f600}'),
      model: directory({ ...plainFiles, '.+(x)': '1', 'a]/x': '2', 'caf\u00e9 \u{1f600}/y': '3' }),
    }),
  variant(PLAIN, 'model_recorded-exclusion-backslash', 'a recorded exclusion contains a backslash', ['OMS-MATCH-13'],
    { ...record('a\\b'), model: directory({ ...plainFiles, 'a\\b/x': '1' }) }, either),
];

const CALLER = 'model_caller-exclusion';
const ignoring = (...ignorePaths: string[]): Partial<VectorInputs> => ({ ignorePaths });

// biome-ignore format: each vector is a row of a table
const callers: readonly VerifyRecipe[] = [
  variant(PLAIN, CALLER, 'files are below a path that the caller excludes',
    ['OMS-IGNORE-18', 'OMS-IGNORE-10', 'OMS-MATCH-2', 'OMS-IGNORE-8'], { model: cached, inputs: ignoring('cache') },
    accept({ report: { ignored: ['cache'] } })),
  ...beside(CALLER, 'caller-exclusion', ['OMS-IGNORE-18']),
  variant(PLAIN, 'model_caller-exclusion-leaked', 'files are added that an earlier caller excluded',
    ['OMS-VERIFY-6', 'OMS-VERIFY-4'], {
    decidedBy: ['OMS-VERIFY-6', 'OMS-VERIFY-4'],
    model: cached,
    after: [CALLER],
    why: 'paths that one verification ignored have leaked into the next',
  }, unsigned),
  variant(CALLER, 'model_caller-exclusion-and-recorded',
    'files are below paths that the caller, the manifest and the defaults exclude',
    ['OMS-IGNORE-6', 'OMS-IGNORE-18'], {
      decidedBy: ['OMS-IGNORE-6', 'OMS-IGNORE-18'],
      listing: { ignorePaths: ['logs'] },
      model: directory({ ...plainFiles, 'cache/x': '1', 'logs/x': '2', '.git/x': '3' }),
    }, accept({ report: { ignored: ['.git', 'cache', 'logs'] } })),
  variant(CACHE, 'model_caller-exclusion-beside-recorded',
    'the caller excludes a path at which there is nothing, and files are below a recorded one',
    ['OMS-IGNORE-6', 'OMS-IGNORE-18'], { inputs: ignoring('nothing') }, accept({ report: { ignored: ['cache'] } })),
  variant(CALLER, 'model_caller-exclusion-spelled', 'the caller excludes ./cache/', ['OMS-IGNORE-18'],
    { inputs: ignoring('./cache/') }),
];

const LISTED = 'model_listed-and-excluded';
const byCaller: Partial<VectorInputs> = { ignorePaths: ['weights'] };
const recordsWeights = {
  forge: { statement: (s: Forged) => s.predicate.serialization.ignore_paths.push('weights') },
};
/** A verifier that leaves the file out finds it missing, which is right as well. */
const hidden = reject(['model/modified', 'model/missing']);

// biome-ignore format: each vector is a row of a table
const listed: readonly VerifyRecipe[] = [
  variant(PLAIN, LISTED, 'listed files are below a path that the caller excludes', ['OMS-IGNORE-19'],
    { inputs: byCaller }, either),
  variant(PLAIN, 'model_listed-and-excluded-modified', 'a listed file is modified below a path that the caller excludes',
    ['OMS-IGNORE-7', 'OMS-VERIFY-3'], { inputs: byCaller, model: directory({ ...plainFiles, 'weights/a.bin': 'evil' }) },
    hidden),
  variant(PLAIN, 'model_listed-and-excluded-missing', 'a listed file is missing below a path that the caller excludes',
    ['OMS-IGNORE-7', 'OMS-VERIFY-2'],
    { inputs: byCaller, model: directory({ 'config.json': '{}\n', 'weights/a.bin': 'aaaa' }) }, ['model/missing']),
  variant(PLAIN, 'model_listed-and-excluded-added',
    'a file is added beside listed ones, below a path that the caller excludes', ['OMS-IGNORE-19', 'OMS-IGNORE-18'],
    { inputs: byCaller, model: directory({ ...plainFiles, 'weights/c.bin': 'cccc' }) }, either),
  variant(PLAIN, 'model_listed-and-recorded', 'a listed file is below a recorded exclusion', ['OMS-IGNORE-19'],
    recordsWeights, either),
  variant(PLAIN, 'model_listed-and-recorded-modified', 'a listed file is modified below a recorded exclusion',
    ['OMS-IGNORE-7', 'OMS-VERIFY-3'],
    { ...recordsWeights, model: directory({ ...plainFiles, 'weights/a.bin': 'evil' }) }, hidden),
  variant(PLAIN, 'model_listed-git-path', 'a git path is listed', ['OMS-IGNORE-19'],
    { ...listsGitignore, model: directory({ ...plainFiles, '.gitignore': 'a' }) }, either),
  variant(PLAIN, 'model_listed-git-path-modified', 'a listed git path is modified', ['OMS-IGNORE-7', 'OMS-VERIFY-3'],
    { ...listsGitignore, model: directory({ ...plainFiles, '.gitignore': 'b' }) }, hidden),
];

const INSIDE = 'model_signature-inside';
const inside = (signature: string): Partial<VectorInputs> => ({ signature });

// biome-ignore format: each vector is a row of a table
const signatureFiles: readonly VerifyRecipe[] = [
  variant(PLAIN, INSIDE, 'the signature file is inside the model, and not recorded', ['OMS-IGNORE-4'],
    { inputs: inside('model/model.sig') }),
  variant(PLAIN, 'model_signature-deep-inside', 'the signature file is in a directory of the model', ['OMS-IGNORE-4'],
    { inputs: inside('model/weights/odd [name].json') }),
  variant(INSIDE, 'model_signature-of-its-name', 'another file has the name of the signature file in another directory',
    ['OMS-IGNORE-17', 'OMS-VERIFY-4'], {
      decidedBy: ['OMS-IGNORE-17'],
      model: directory({ ...plainFiles, 'weights/model.sig': 'x' }),
    }, unsigned),
  variant(INSIDE, 'model_signature-spelled', 'its path goes through a link and up and down',
    ['OMS-IGNORE-17'], {
    model: directory(plainFiles, [], { around: [link('alias', 'model')] }),
    inputs: inside('alias/weights/../model.sig'),
  }),
  variant(PLAIN, 'model_signature-outside-and-copy',
    'a copy of the signature file inside the model is recorded, and another one verified',
    ['OMS-IGNORE-6', 'OMS-IGNORE-5'],
    { listing: { ignorePaths: [...GIT, 'model.sig'] }, model: directory(plainFiles, [file('model.sig', 'a copy')]) },
    accept({ report: { ignored: ['model.sig'] } })),
  variant(PLAIN, 'model_signature-copy-not-recorded',
    'a copy of the signature file is inside the model and not recorded',
    ['OMS-VERIFY-4', 'OMS-IGNORE-17', 'OMS-IGNORE-4'],
    { decidedBy: ['OMS-IGNORE-17'], model: directory(plainFiles, [file('model.sig', 'a copy')]) }, unsigned),
];
