import type { RequirementId } from '@model-signing/spec';
import type { TreeNode, VectorInputs, VectorModel } from '../../../../suite/src/vectors/vector.ts';
import { DEFAULT_LISTING } from '../compile.ts';
import { forgeBundle } from '../forge.ts';
import { accept, directory, either, file, link, type Recipe, reject, type SignRecipe } from '../recipe.ts';
import { expectedOf } from './expected.ts';
import { plainFiles, plainModel } from './models.ts';
import { signing, signs } from './sign.ts';

const GIT = ['.git', '.gitattributes', '.github', '.gitignore'];

export function signExclusionRecipes(): readonly Recipe[] {
  return [...gitPaths, ...callers, ...recording, ...signatureFiles, ...storing, ...links];
}

const git = { '.git/HEAD': 'ref', '.github/ci.yml': 'y', '.gitignore': '*', '.gitattributes': '*' };
const nested = { 'sub/.git/HEAD': '1', 'sub/.gitignore': '2', 'weights/.github/x': '3' };
const similar = { '.github2/x': '2', '.git.bak': '3', '.GIT2/x': '4', '.gi': '5', 'x.git': '6' };

// biome-ignore format: each vector is a row of a table
const gitPaths: readonly SignRecipe[] = [
  signing('model_sign-git-paths', 'the four git paths are there', ['OMS-IGNORE-1', 'OMS-MATCH-2'],
    { model: directory({ ...plainFiles, ...git }) }, signs(plainModel)),
  signing('model_sign-git-paths-asked-for', 'the caller asks for the git paths to be signed', ['OMS-IGNORE-16'],
    { model: directory({ ...plainFiles, ...git }), inputs: { ignoreGitPaths: false } }, gitSigned(git)),
  signing('model_sign-git-file', '.git is a file, and .gitignore a directory', ['OMS-IGNORE-1'],
    { model: directory({ ...plainFiles, '.git': 'gitdir: x', '.gitignore/x': 'x' }) }, signs(plainModel)),
  signing('model_sign-git-link', '.git is a link', ['OMS-MATCH-8', 'OMS-IGNORE-1'],
    { level: 'SHOULD', model: directory(plainFiles, [link('.git', '../elsewhere')]) }, signs(plainModel)),
  signing('model_sign-git-nested', 'git paths are below the top level', ['OMS-MATCH-1', 'OMS-IGNORE-1'],
    { model: directory({ ...plainFiles, ...nested }) }, signs(directory({ ...plainFiles, ...nested }))),
  signing('model_sign-git-similar', 'names are like git paths', ['OMS-MATCH-3', 'OMS-IGNORE-1'],
    { model: directory({ ...plainFiles, ...similar }) }, signs(directory({ ...plainFiles, ...similar }))),
];

/** The recipes' own listing leaves out git paths, so these files are first listed under other names. */
function gitSigned(git: Readonly<Record<string, string>>) {
  const masked = directory({
    ...plainFiles,
    ...Object.fromEntries(Object.entries(git).map(([name, text]) => [`\u0001${name}`, text])),
  });
  const { resources = [], rootDigest, ...rest } = expectedOf(masked);
  const named = resources.map(({ name, digest }) => ({ name: name.replace('\u0001', ''), digest }));
  // ".g…" comes before "c…" as "\u0001…" does, so the order and therefore the root digest are the same.
  return { outcome: 'accept' as const, signed: { ...rest, rootDigest: rootDigest ?? '', resources: named } };
}

const cache = { 'cache/x': '1', 'cache/y/z': '2' };
const others = { 'sub/cache/x': '3', cache2: '4', 'cache.bin': '5', cach: '6', 'Cache/x': '7' };
const all = directory({ ...plainFiles, ...cache, ...others });
const left = directory({ ...plainFiles, ...others });
const ignoring = (...ignorePaths: string[]): Partial<VectorInputs> => ({ ignorePaths });
/** Names that some programs take for others. */
const odd = { '.+(x)': '1', 'e%20f': '2', '.hidden': '3', ' g ': '4', 'cafe\u0301': '5' };
const alike = { '.abx': '6', 'e f': '7', hidden: '8', g: '9', 'caf\u00e9': '10' };
// biome-ignore format: each vector is a row of a table
const callersCases: [
  id: string,
  title: string,
  requirements: RequirementId[],
  model: VectorModel,
  inputs: Partial<VectorInputs>,
  left: VectorModel,
][] = [
  ['directory', 'the caller excludes a directory, and others have names like it',
    ['OMS-MATCH-2', 'OMS-MATCH-3', 'OMS-IGNORE-10'], all, ignoring('cache'), left],
  ['odd', 'the caller excludes files with odd names, and others have the names that these stand for elsewhere',
    ['OMS-MATCH-3'], directory({ ...plainFiles, ...odd, ...alike }), ignoring(...Object.keys(odd)),
    directory({ ...plainFiles, ...alike })],
  [
    'file',
    'the caller excludes a file in a directory',
    ['OMS-MATCH-3'],
    directory({ ...plainFiles, 'a.bin': 'top' }),
    ignoring('weights/a.bin'),
    directory({ 'config.json': '{}\n', 'weights/b.bin': 'bbbb', 'a.bin': 'top' }),
  ],
  ['several', 'the caller excludes several paths', ['OMS-MATCH-3', 'OMS-IGNORE-1'],
    directory({ ...plainFiles, 'z/x': '1', 'logs/y': '2', '.git/x': '3' }), ignoring('z', 'logs'), plainModel],
];

// biome-ignore format: each vector is a row of a table
const callers: readonly SignRecipe[] = [
  ...callersCases.map(
    ([id, title, requirements, model, inputs, signed]) => signing(`model_sign-exclusion-${id}`, title, requirements,
      { model, inputs }, signs(signed))),
  signing('model_sign-exclusion-spelled', 'the caller excludes ./cache/', ['OMS-MATCH-11', 'OMS-MATCH-3'],
    { level: 'SHOULD', model: all, inputs: ignoring('./cache/') }, signs(left)),
  signing('model_sign-exclusion-nothing', 'the caller excludes what is not there', ['OMS-IGNORE-10'],
    { inputs: ignoring('not-there') }, { ...either, signed: expectedOf(plainModel) }),
  signing('manifest_sign-exclusion-wildcard', 'the caller excludes a path with a wildcard', ['OMS-MATCH-5'],
    { level: 'MAY', model: directory({ ...plainFiles, 'a.log': 'x' }), inputs: ignoring('*.log') }, accept()),
  signing('manifest_sign-exclusion-outside', 'the caller excludes a path outside the model', ['OMS-MATCH-4'],
    {
      level: 'MAY',
      model: directory(plainFiles, [], { around: [file('outside', 'x')] }),
      inputs: ignoring('../outside'),
    }, accept()),
];

const recorded = (
  id: string,
  title: string,
  inputs: Partial<VectorInputs>,
  more: readonly string[],
  requirements: readonly RequirementId[] = ['OMS-IGNORE-5', 'OMS-MATCH-4', 'OMS-MATCH-11'],
): SignRecipe =>
  signing(
    `manifest_sign-recorded-${id}`,
    title,
    requirements,
    {
      level: 'SHOULD',
      model: directory({ ...plainFiles, 'logs/x': '1', 'a-cache/x': '2' }),
      inputs,
    },
    signs(
      directory({
        ...plainFiles,
        ...(id === 'defaults' || id === 'signature' ? { 'logs/x': '1', 'a-cache/x': '2' } : {}),
      }),
      {},
      { ignorePaths: [...GIT, ...more].sort() },
    ),
  );

// biome-ignore format: each vector is a row of a table
const recording: readonly SignRecipe[] = [
  recorded('defaults', 'the defaults are recorded', {}, []),
  recorded('caller', 'what the caller excludes is recorded with the defaults',
    { ignorePaths: ['logs', './a-cache/'] }, ['logs', 'a-cache']),
  recorded('signature', 'the signature file is inside the model, and recorded', { signature: 'model/out.sig' },
    ['out.sig']),
  recorded('sorted', 'what is excluded is recorded in the order of code points', { ignorePaths: ['logs', 'a-cache'] },
    ['logs', 'a-cache'], ['OMS-MATCH-7']),
];

const earlier = forgeBundle(plainModel, DEFAULT_LISTING, 'p256-a', []).toString();
const inside = (
  id: string,
  title: string,
  signature: string,
  nodes: readonly TreeNode[] = [],
  around: readonly TreeNode[] = [],
) =>
  signing(
    `model_sign-signature-${id}`,
    title,
    ['OMS-IGNORE-3'],
    { model: directory(plainFiles, nodes, { around }), inputs: { signature } },
    signs(plainModel),
  );

// biome-ignore format: each vector is a row of a table
const signatureFiles: readonly SignRecipe[] = [
  inside('inside', 'the signature file goes inside the model', 'model/model.sig'),
  inside('deep-inside', 'the signature file goes into a directory of the model', 'model/weights/out.json'),
  inside('again', 'a signature file inside the model is written anew', 'model/model.sig', [file('model.sig', earlier)]),
  inside('odd-name', 'the name of the signature file inside the model contains wildcards', 'model/out[1]*.sig'),
  signing('model_sign-signature-of-its-name', 'another file has the name of the signature file in another directory',
    ['OMS-IGNORE-3', 'OMS-ENUM-1'],
    { model: directory({ ...plainFiles, 'weights/out.json': 'x' }), inputs: { signature: 'model/out.json' } },
    signs(directory({ ...plainFiles, 'weights/out.json': 'x' }))),
  signing('model_sign-signature-other', 'another signature file is inside the model', ['OMS-IGNORE-3', 'OMS-ENUM-1'],
    { model: directory({ ...plainFiles, 'old.json': earlier }), inputs: { signature: 'model/model.sig' } },
    signs(directory({ ...plainFiles, 'old.json': earlier }))),
];

const around = [file('model.sig', forgeBundle(plainModel, DEFAULT_LISTING, 'p256-a', []).toString())];
const OVER = 'bundle_sign-over-earlier';
const notUtf8: TreeNode = {
  kind: 'file',
  pathHex: Buffer.from('caf\xe9', 'latin1').toString('hex'),
  content: { utf8: 'x' },
};

/** Only a complete new signature may overwrite an earlier one. */
// biome-ignore format: each vector is a row of a table
const storing: readonly SignRecipe[] = [
  signing(OVER, 'an earlier signature file is there', ['OMS-STORE-3'], { model: directory(plainFiles, [], { around }) },
    signs(plainModel)),
  signing('bundle_sign-fails-over-earlier', 'the name of a file is not UTF-8', ['OMS-STORE-3', 'OMS-NAME-5'],
    { from: OVER, model: directory(plainFiles, [notUtf8], { around }) },
    reject(['model/name-not-utf8'], { kept: true })),
  signing('bundle_sign-empty-over-earlier', 'the model is empty', ['OMS-STORE-3', 'OMS-ENUM-3'],
    { from: OVER, model: { name: 'model', tree: [], around } }, reject(['model/empty'], { kept: true })),
];

const refused = (id: string, title: string, nodes: readonly TreeNode[], around: readonly TreeNode[] = []) =>
  signing(
    `model_sign-link-${id}`,
    title,
    ['OMS-LINK-2', 'OMS-LINK-1'],
    { level: 'SHOULD', model: directory(plainFiles, nodes, { around }) },
    reject(['model/symlink', 'model/symlink-outside', 'model/symlink-broken'], { names: ['a-link'] }),
  );
const LINKED = directory(
  plainFiles,
  [link('a-link', 'weights/a.bin'), link('b-link', 'weights'), link('c-link', '../outside')],
  { around: [file('outside', 'x')] },
);

// biome-ignore format: each vector is a row of a table
const links: readonly SignRecipe[] = [
  refused('to-file', 'a link points to a file', [link('a-link', 'weights/a.bin')]),
  refused('to-directory', 'a link points to a directory', [link('a-link', 'weights')]),
  refused('outside', 'a link points outside the model', [link('a-link', '../outside')], [file('outside', 'x')]),
  refused('broken', 'a link points to nothing', [link('a-link', 'not-there')]),
  signing('manifest_sign-link-not-listed', 'links point to files and directories, and are not to be followed',
    ['OMS-LINK-3', 'OMS-LINK-1', 'OMS-RES-9'], { model: LINKED }, { ...either, signed: expectedOf(plainModel) }),
  signing('model_sign-link-excluded', 'a link is where the caller excludes it', ['OMS-MATCH-8', 'OMS-LINK-2'], {
    level: 'SHOULD',
    model: directory(plainFiles, [link('latest', 'weights'), link('cache/x', '../weights')]),
    inputs: { ignorePaths: ['latest', 'cache'] },
  }, signs(plainModel)),
  signing('model_sign-path-is-link', 'the path of the model is a link', ['OMS-LINK-10'],
    { level: 'SHOULD', model: directory(plainFiles, [], { around: [link('link', 'model')], path: 'link' }) },
    ['model/symlink']),
  signing('model_sign-path-through-link', 'the path of the model is a link and a slash',
    ['OMS-LINK-10', 'OMS-SUBJECT-6'],
    { level: 'SHOULD', model: directory(plainFiles, [], { around: [link('link', 'model')], path: 'link/' }) },
    signs(plainModel, { subject: 'link' })),
];
