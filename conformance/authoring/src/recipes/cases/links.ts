import type { TreeNode, VectorInputs, VectorModel } from '../../../../suite/src/vectors/vector.ts';
import { accept, directory, file, link, type Recipe, reject, type VerifyRecipe, variant } from '../recipe.ts';
import { plainFiles } from './models.ts';

const PLAIN = 'bundle_plain';
const LINKS = 'model_links';
const FILE_LINK = 'model_links-to-file';
const IGNORING = 'model_unsigned-ignored';

/** The files of a model with links among them. */
const withLinks = (
  nodes: readonly TreeNode[],
  around: readonly TreeNode[] = [],
  files: Readonly<Record<string, string>> = plainFiles,
) => directory(files, nodes, { around });

export function linkRecipes(): readonly Recipe[] {
  return [...notFollowed, ...followed, ...outside, ...broken, ...modelPath];
}

const unfollowed = reject(['model/symlink', 'model/unsigned']);
const ignoring: Partial<VectorInputs> = { ignoreUnsignedFiles: true };
const added = { 'run.py': 'x', 'new/a/b': 'y' };
const asFile = directory({ 'weights/a.bin': 'aaaa', 'weights/b.bin': 'bbbb', ...added }, [
  link('config.json', 'real.json'),
  file('real.json', '{}\n'),
]);
const asDirectory = directory({ 'config.json': '{}\n', ...added }, [
  link('weights', 'real'),
  file('real/a.bin', 'aaaa'),
  file('real/b.bin', 'bbbb'),
]);

const LINKS_INSIDE = 'model_links-out-and-in';

/** Links that the caller did not ask to follow; these vectors apply to every verifier. */
// biome-ignore format: each vector is a row of a table
const notFollowed: readonly VerifyRecipe[] = [
  variant(PLAIN, 'model_link-added', 'a link to a listed file is added', ['OMS-LINK-15', 'OMS-LINK-8'],
    { model: withLinks([link('latest.bin', 'weights/a.bin')]) },
    reject(['model/symlink', 'model/unsigned'], { names: ['latest.bin'] })),
  variant(PLAIN, 'model_link-added-to-directory', 'a link to a directory is added', ['OMS-LINK-15', 'OMS-LINK-8'],
    { model: withLinks([link('latest', 'weights')]) }, unfollowed),
  variant(PLAIN, 'model_link-added-outside', 'a link out of the model is added', ['OMS-LINK-15', 'OMS-LINK-8'],
    { model: withLinks([link('out', '../outside.bin')], [file('outside.bin', 'x')]) },
    ['model/symlink', 'model/unsigned', 'model/symlink-outside']),
  variant(PLAIN, 'model_link-added-broken', 'a link to nothing is added', ['OMS-LINK-15'],
    { model: withLinks([link('nothing', 'not-there')]) }, ['model/symlink', 'model/unsigned', 'model/symlink-broken']),
  variant(PLAIN, 'model_link-ignored', 'links are added, and unsigned files are ignored',
    ['OMS-LINK-16', 'OMS-UNSIGNED-2', 'OMS-UNSIGNED-4'], {
      level: 'SHOULD',
      model: withLinks([link('latest', 'weights'), link('nothing', 'not-there'), link('out', '../outside.bin')],
        [file('outside.bin', 'x')]),
      inputs: ignoring,
    }, accept({ report: { unsigned: ['latest', 'nothing', 'out'] } })),
  variant(IGNORING, 'model_link-for-file', 'a link to the same bytes is where a file is listed',
    ['OMS-LINK-8', 'OMS-LINK-9', 'OMS-VERIFY-2'], { model: asFile }, ['model/symlink', 'model/missing']),
  variant(IGNORING, 'model_link-for-directory', 'a link to the same files is where a directory of listed files is',
    ['OMS-LINK-8', 'OMS-LINK-9', 'OMS-VERIFY-2'], { model: asDirectory }, ['model/symlink', 'model/missing']),
  variant(IGNORING, 'model_link-for-directory-outside',
    'a link out of the model is where a directory of listed files is, and leads to the same files',
    ['OMS-LINK-8', 'OMS-LINK-9', 'OMS-VERIFY-2'], {
      model: directory({ 'config.json': '{}\n' }, [link('weights', '../real')],
        { around: [file('real/a.bin', 'aaaa'), file('real/b.bin', 'bbbb')] }),
      why: 'a verifier that opens what is listed vouches for what is not in the model',
    }, ['model/symlink', 'model/missing', 'model/symlink-outside']),
  variant(PLAIN, 'model_link-text-for-file', 'a link whose text is the signed content is where a file is listed',
    ['OMS-LINK-9', 'OMS-LINK-8'], {
      model: directory({ 'config.json': '{}\n', 'weights/b.bin': 'bbbb' }, [link('weights/a.bin', 'aaaa')]),
      why: 'a verifier that takes the text of a link for its content, as Git stores it, vouches for what nothing reads',
    }, ['model/symlink', 'model/missing', 'model/symlink-broken']),
  variant(PLAIN, 'model_link-excluded', 'a link that the caller excludes is added', ['OMS-MATCH-8', 'OMS-LINK-16'],
    { level: 'SHOULD', model: withLinks([link('latest', 'weights')]), inputs: { ignorePaths: ['latest'] } },
    accept({ report: { ignored: ['latest'] } })),
  variant(PLAIN, 'model_link-below-excluded', 'a link is below a path that the caller excludes',
    ['OMS-MATCH-2', 'OMS-IGNORE-18', 'OMS-LINK-16'], {
      decidedBy: ['OMS-MATCH-2', 'OMS-IGNORE-18'],
      model: withLinks([link('cache/latest', '../weights')]),
      inputs: { ignorePaths: ['cache'] },
    }),
];

const profile = 'symlinks' as const;
const linked = directory({ ...plainFiles, 'latest.bin': 'aaaa', 'current/a.bin': 'aaaa', 'current/b.bin': 'bbbb' });
const onDisk = withLinks([link('latest.bin', 'weights/a.bin'), link('current', 'weights')]);
const follow = { allowSymlinks: true };

// biome-ignore format: each vector is a row of a table
const followed: readonly VerifyRecipe[] = [
  variant(PLAIN, LINKS, 'links to a file and to a directory are followed',
    ['OMS-LINK-5', 'OMS-LINK-4', 'OMS-LINK-8', 'OMS-LINK-12'],
    { profile, signed: linked, model: onDisk, listing: { allowSymlinks: true }, inputs: follow },
    accept({ report: { resources: 6 } })),
  variant(PLAIN, FILE_LINK, 'a link to a file is followed', ['OMS-LINK-4', 'OMS-LINK-8', 'OMS-LINK-12'], {
    profile,
    signed: directory({ ...plainFiles, 'latest.bin': 'aaaa' }),
    model: withLinks([link('latest.bin', 'weights/a.bin')]),
    listing: { allowSymlinks: true },
    inputs: follow,
  }, accept({ report: { resources: 4 } })),
  variant(LINKS, 'model_links-caller-does-not', 'the caller does not ask for links to be followed',
    ['OMS-LINK-12'],
    { profile, level: 'SHOULD', inputs: { allowSymlinks: false }, why: "the caller's machine is the caller's" },
    ['model/symlink', 'model/missing']),
  variant(FILE_LINK, 'model_links-signer-did-not', 'the manifest records that links were not followed', ['OMS-LINK-8'],
    { profile, listing: { allowSymlinks: false } }, ['model/symlink', 'model/missing']),
  variant(FILE_LINK, 'model_links-file-modified', 'the file that a link points to is modified',
    ['OMS-VERIFY-3', 'OMS-LINK-4'], {
      profile,
      model: withLinks([link('latest.bin', 'weights/a.bin')], [], { ...plainFiles, 'weights/a.bin': 'evil' }),
    }, ['model/modified']),
  variant(FILE_LINK, 'model_links-retargeted', 'a link points to another file of the model',
    ['OMS-VERIFY-3', 'OMS-LINK-4'], { profile, model: withLinks([link('latest.bin', 'weights/b.bin')]) },
    ['model/modified']),
  variant(LINKS, 'model_links-replaced', 'a file and a directory replace the links',
    ['OMS-LINK-4', 'OMS-LINK-5'], { profile, model: linked }),
  variant(PLAIN, 'model_links-behind-directory', 'a linked directory is in a directory that a recorded exclusion names',
    ['OMS-LINK-5', 'OMS-MATCH-2'], {
      profile,
      signed: directory({ ...plainFiles, 'current/a.bin': 'A' }),
      model: withLinks([link('current', 'store/1'), file('store/1/a.bin', 'A')]),
      listing: { allowSymlinks: true, ignorePaths: ['.git', '.gitattributes', '.github', '.gitignore', 'store'] },
      inputs: { allowSymlinks: true },
    }),
  variant('model_links-behind-directory', 'model_links-behind-directory-modified',
    'a file behind the linked directory is modified', ['OMS-LINK-5', 'OMS-VERIFY-3'], {
      profile,
      model: withLinks([link('current', 'store/1'), file('store/1/a.bin', 'B')]),
      why: 'what is behind a linked directory would go unseen',
    }, ['model/modified']),
  variant('model_links-behind-directory', 'model_links-behind-directory-unsigned',
    'a file is added behind the linked directory', ['OMS-VERIFY-4', 'OMS-LINK-5'], {
      profile,
      model: withLinks([link('current', 'store/1'), file('store/1/a.bin', 'A'), file('store/1/evil.py', 'x')]),
    }, ['model/unsigned']),
  variant(PLAIN, 'model_links-chain', 'a link points to a link that points to a file', ['OMS-LINK-4'], {
    profile,
    signed: directory({ ...plainFiles, one: 'aaaa', two: 'aaaa' }),
    model: withLinks([link('two', 'weights/a.bin'), link('one', './weights/../two')]),
    listing: { allowSymlinks: true },
    inputs: follow,
  }),
  variant(LINKS, 'model_links-to-fifo', 'a link points to a FIFO', ['OMS-ENUM-6', 'OMS-LINK-4'], {
    profile,
    level: 'SHOULD',
    model: withLinks([link('latest.bin', 'weights/a.bin'), link('current', 'weights'), link('pipe-link', '../pipe')],
      [{ kind: 'fifo', path: 'pipe' }]),
    inputs: { allowExternalSymlinks: true },
  }, ['model/unsupported-file']),
];

const OUT = 'model_links-outside';
const around = [file('outside.bin', 'out'), file('elsewhere/x', 'x')];
const model = withLinks([link('a-link', '../outside.bin'), link('dir-link', '../elsewhere')], around);
const signed = directory({ ...plainFiles, 'a-link': 'out', 'dir-link/x': 'x' });

// biome-ignore format: each vector is a row of a table
const outside: readonly VerifyRecipe[] = [
  variant(PLAIN, OUT, 'links point outside the model, and the caller allows it', ['OMS-LINK-5', 'OMS-LINK-6'], {
    profile,
    signed,
    model,
    listing: { allowSymlinks: true },
    inputs: { allowSymlinks: true, allowExternalSymlinks: true },
  }),
  variant(OUT, 'model_links-outside-reported', 'the links out of the model are reported', ['OMS-LINK-14'], { profile },
    accept({ report: { externalLinks: ['a-link', 'dir-link'] } })),
  variant(OUT, 'model_links-outside-not-allowed', 'the caller allows links, and none out of the model', ['OMS-LINK-6'],
    { profile, level: 'SHOULD', inputs: { allowExternalSymlinks: false } }, reject(['model/symlink-outside'], { names: ['-link'] })),
  variant(LINKS_INSIDE, 'model_links-outside-by-prefix',
    'a link points to a directory whose path begins like that of the model', ['OMS-LINK-6'], {
      profile,
      level: 'SHOULD',
      signed: directory({ ...plainFiles, 'dir-link/x': 'x' }),
      model: withLinks([link('dir-link', '../model2')], [file('model2/x', 'x')]),
    }, ['model/symlink-outside']),
  variant(LINKS_INSIDE, 'model_links-outside-through-link', 'a link points to a link that points outside the model',
    ['OMS-LINK-6'], {
      profile,
      level: 'SHOULD',
      signed: directory({ ...plainFiles, one: 'out', 'cache/two': 'out' }),
      model: withLinks([link('one', 'cache/two'), link('cache/two', '../../outside.bin')], around),
    }, ['model/symlink-outside']),
  variant(PLAIN, LINKS_INSIDE, 'a link points out of the model and back in',
    ['OMS-LINK-5', 'OMS-LINK-6'], {
    profile,
    signed: directory({ ...plainFiles, 'dir-link/a.bin': 'aaaa', 'dir-link/b.bin': 'bbbb' }),
    model: withLinks([link('dir-link', '../model/weights')]),
    listing: { allowSymlinks: true },
    inputs: { allowSymlinks: true },
  }),
  variant(OUT, 'model_links-outside-modified', 'what is outside is modified', ['OMS-VERIFY-3', 'OMS-LINK-5'], {
    profile,
    model: withLinks([link('a-link', '../outside.bin'), link('dir-link', '../elsewhere')],
      [file('outside.bin', 'out'), file('elsewhere/x', 'y')]),
  }, ['model/modified']),
];

const brokenCases: [fault: string, title: string, nodes: TreeNode[]][] = [
  ['to-nothing', 'a link points to nothing', [link('bad-link', 'not-there')]],
  ['to-itself', 'a link points to itself', [link('bad-link', 'bad-link')]],
  ['to-each-other', 'two links point to each other', [link('bad-link', 'bad-link-2'), link('bad-link-2', 'bad-link')]],
  ['to-parent', 'a link points to the directory that it is in', [link('weights/bad-link', '.')]],
  ['to-root', 'a link in a directory points to the model root', [link('weights/bad-link', '..')]],
];

const broken: readonly VerifyRecipe[] = brokenCases.map(([fault, title, nodes]) =>
  variant(
    LINKS,
    `model_links-${fault}`,
    title,
    ['OMS-LINK-7'],
    {
      profile,
      level: 'SHOULD',
      model: withLinks([link('latest.bin', 'weights/a.bin'), link('current', 'weights'), ...nodes]),
    },
    reject(['model/symlink-broken'], { names: ['bad-link'] }),
  ),
);

const at = (path: string): VectorModel => directory(plainFiles, [], { around: [link('link', 'model')], path });
const single: VectorModel = { name: 'w.bin', content: { utf8: 'w' } };
const singleLink = { ...single, around: [link('alias/w.bin', '../w.bin')] };

// biome-ignore format: each vector is a row of a table
const modelPath: readonly VerifyRecipe[] = [
  variant(PLAIN, 'model_path-through-link', 'the path of the model ends in a link and a slash', ['OMS-LINK-10'],
    { level: 'SHOULD', model: at('link/') }),
  variant(PLAIN, 'model_path-below-link', 'a link is further up in the path of the model', ['OMS-LINK-10'],
    { level: 'SHOULD', model: directory(plainFiles, [], { around: [link('up', '.')], path: 'up/model' }) }),
  variant('model_path-through-link', 'model_path-is-link', 'the path of the model ends in the link',
    ['OMS-LINK-10'], { level: 'SHOULD', model: at('link') }, ['model/symlink']),
  variant(PLAIN, 'model_path-is-link-followed', 'the path of the model is a link, and links are followed',
    ['OMS-LINK-10', 'OMS-LINK-8'], {
      profile: 'symlinks',
      level: 'SHOULD',
      model: at('link'),
      listing: { allowSymlinks: true },
      inputs: { allowSymlinks: true },
    }),
  variant('model_path-is-link-followed', 'model_path-is-link-signer-did-not',
    'the manifest records that links were not followed', ['OMS-LINK-8', 'OMS-LINK-10'],
    { decidedBy: ['OMS-LINK-10'], profile: 'symlinks', level: 'SHOULD', listing: { allowSymlinks: false } },
    ['model/symlink']),
  variant('model_single-file', 'model_single-file-is-link', 'the path of a single-file model is a link to the file',
    ['OMS-LINK-10'], {
      level: 'SHOULD',
      signed: single,
      model: { ...singleLink, path: 'alias/w.bin' },
    }, ['model/symlink']),
];
