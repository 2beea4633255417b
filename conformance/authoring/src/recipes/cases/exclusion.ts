import type { VectorInputs } from '../../../../suite/src/vectors/vector.ts';
import { accept, directory, file, link, type Recipe, reject, type VerifyRecipe, variant } from '../recipe.ts';
import { plainFiles } from './models.ts';

const PLAIN = 'bundle_plain';
const GIT = ['.git', '.gitattributes', '.github', '.gitignore'];

export function exclusionRecipes(): readonly Recipe[] {
  return [...gitPaths, ...recorded, ...callers, ...listed, ...signatureFiles];
}

const unsigned = reject(['model/unsigned']);

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
    'the caller asks for the git paths to be checked', ['OMS-IGNORE-2'],
    { inputs: { ignoreGitPaths: false } }, unsigned),
  variant(PLAIN, 'model_git-paths-signed', 'the git paths are listed, and the caller asks for them to be checked',
    ['OMS-IGNORE-2'], {
      signed: directory({ ...plainFiles, 'sub/x': '1' }),
      listing: { ignorePaths: [] },
      inputs: { ignoreGitPaths: false },
    }, accept({ report: { ignored: [] } })),
  variant(PLAIN, 'model_git-file', '.git is a file, and .gitignore a directory', ['OMS-IGNORE-2', 'OMS-MATCH-8'],
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
      ['gitmodules', '.gitmodules'],
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

/** Vectors in which `path` is excluded, one for each added file that it does not cover. */
function beside(from: string, id: string): VerifyRecipe[] {
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
      ['OMS-MATCH-3', 'OMS-VERIFY-4'],
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
  variant(PLAIN, 'model_recorded-exclusion-of-nothing', 'a recorded exclusion names nothing', ['OMS-IGNORE-6'],
    record('not-there', 'nor/this')),
  variant(PLAIN, 'model_recorded-exclusion-link', 'a recorded exclusion names a link, which is not followed',
    ['OMS-MATCH-8', 'OMS-LINK-9'], { ...record('latest'), model: directory(plainFiles, [link('latest', 'weights')]) },
    accept({ report: { ignored: ['latest'] } })),
  variant(PLAIN, 'model_git-link', '.git is a link', ['OMS-MATCH-8', 'OMS-IGNORE-2'],
    { model: directory(plainFiles, [link('.git', '../elsewhere')]) }),
  variant(PLAIN, 'model_recorded-exclusion-odd', 'recorded exclusions have odd names', ['OMS-IGNORE-6', 'OMS-NAME-12'],
    {
      ...record('a\\b', '.+(x)', 'caf\u00e9 \u{1f600}'),
      model: directory({ ...plainFiles, 'a\\b/x': '1', '.+(x)': '2', 'caf\u00e9 \u{1f600}/y': '3' }),
    }),
];

const CALLER = 'model_caller-exclusion';
const ignoring = (...ignorePaths: string[]): Partial<VectorInputs> => ({ ignorePaths });

// biome-ignore format: each vector is a row of a table
const callers: readonly VerifyRecipe[] = [
  variant(PLAIN, CALLER, 'files are below a path that the caller excludes',
    ['OMS-IGNORE-6', 'OMS-IGNORE-10', 'OMS-MATCH-2', 'OMS-IGNORE-8'], { model: cached, inputs: ignoring('cache') },
    accept({ report: { ignored: ['cache'] } })),
  ...beside(CALLER, 'caller-exclusion'),
  variant(CALLER, 'model_caller-exclusion-leaked', 'the caller excludes it no more', ['OMS-VERIFY-6', 'OMS-VERIFY-4'], {
    inputs: { ignorePaths: [] },
    after: [CALLER],
    why: 'paths that one verification ignored have leaked into the next',
  }, unsigned),
  variant(CALLER, 'model_caller-exclusion-and-recorded',
    'files are below paths that the caller, the manifest and the defaults exclude', ['OMS-IGNORE-6'], {
      listing: { ignorePaths: ['logs'] },
      model: directory({ ...plainFiles, 'cache/x': '1', 'logs/x': '2', '.git/x': '3' }),
    }, accept({ report: { ignored: ['.git', 'cache', 'logs'] } })),
  variant(CALLER, 'model_caller-exclusion-spelled', 'the caller excludes ./cache/', ['OMS-IGNORE-6'],
    { inputs: ignoring('./cache/') }),
];

const LISTED = 'model_listed-and-excluded';
const byCaller: Partial<VectorInputs> = { ignorePaths: ['weights'] };

// biome-ignore format: each vector is a row of a table
const listed: readonly VerifyRecipe[] = [
  variant(PLAIN, LISTED, 'listed files are below a path that the caller excludes', ['OMS-IGNORE-7'],
    { inputs: byCaller }),
  variant(LISTED, 'model_listed-and-excluded-modified', 'one of them is modified', ['OMS-IGNORE-7', 'OMS-VERIFY-3'],
    { model: directory({ ...plainFiles, 'weights/a.bin': 'evil' }) },
    ['model/modified']),
  variant(LISTED, 'model_listed-and-excluded-missing', 'one of them is missing', ['OMS-IGNORE-7', 'OMS-VERIFY-2'],
    { model: directory({ 'config.json': '{}\n', 'weights/a.bin': 'aaaa' }) },
    ['model/missing']),
  variant(LISTED, 'model_listed-and-excluded-added', 'a file is added beside them', ['OMS-IGNORE-6', 'OMS-IGNORE-8'],
    { model: directory({ ...plainFiles, 'weights/c.bin': 'cccc' }) },
    accept({ report: { ignored: ['weights/c.bin'] } })),
  variant(PLAIN, 'model_listed-and-recorded', 'a listed file is below a recorded exclusion', ['OMS-IGNORE-7'],
    { forge: { statement: (s) => s.predicate.serialization.ignore_paths.push('weights') } }),
  variant('model_listed-and-recorded', 'model_listed-and-recorded-modified', 'it is modified',
    ['OMS-IGNORE-7', 'OMS-VERIFY-3'],
    { model: directory({ ...plainFiles, 'weights/a.bin': 'evil' }) },
    ['model/modified']),
  variant(PLAIN, 'model_listed-git-path', 'a git path is listed', ['OMS-IGNORE-7'], {
    signed: directory({ ...plainFiles, 'x.gitignore': 'a' }),
    forge: {
      statement: (s) => {
        const found = s.predicate.resources.find(({ name }: { name: string }) => name === 'x.gitignore');
        found.name = '.gitignore';
        s.predicate.resources.sort((a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1));
      },
    },
    model: directory({ ...plainFiles, '.gitignore': 'a' }),
  }, accept({ report: { resources: 4 } })),
  variant('model_listed-git-path', 'model_listed-git-path-modified', 'it is modified', ['OMS-IGNORE-7', 'OMS-VERIFY-3'],
    { model: directory({ ...plainFiles, '.gitignore': 'b' }) },
    ['model/modified']),
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
    ['OMS-IGNORE-4', 'OMS-VERIFY-4'], { model: directory({ ...plainFiles, 'weights/model.sig': 'x' }) }, unsigned),
  variant(INSIDE, 'model_signature-spelled', 'its path goes through a link and up and down', ['OMS-IGNORE-4'], {
    model: directory(plainFiles, [], { around: [link('alias', 'model')] }),
    inputs: inside('alias/weights/../model.sig'),
  }),
  variant(PLAIN, 'model_signature-outside-and-copy',
    'a copy of the signature file inside the model is recorded, and another one verified',
    ['OMS-IGNORE-5', 'OMS-IGNORE-6'],
    { listing: { ignorePaths: [...GIT, 'model.sig'] }, model: directory(plainFiles, [file('model.sig', 'a copy')]) },
    accept({ report: { ignored: ['model.sig'] } })),
  variant(PLAIN, 'model_signature-copy-not-recorded',
    'a copy of the signature file is inside the model and not recorded', ['OMS-VERIFY-4', 'OMS-IGNORE-4'],
    { model: directory(plainFiles, [file('model.sig', 'a copy')]) }, unsigned),
];
