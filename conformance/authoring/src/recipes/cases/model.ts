import type { TreeNode, VectorModel } from '../../../../suite/src/vectors/vector.ts';
import { accept, directory, either, file, type Recipe, reject, type VerifyRecipe, variant } from '../recipe.ts';
import { listAlso } from '../signed-model.ts';
import { plainFiles, plainModel } from './models.ts';

const PLAIN = 'bundle_plain';
const IGNORING = 'model_unsigned-ignored';

export function modelRecipes(): readonly Recipe[] {
  return [...trees, ...differences, ...unsigned, ...similarNames, ...singleFiles, ...specialEntries, ...paths];
}

const lengths = [0, 1, 55, 56, 63, 64, 65, 4095, 4096, 4097, 65_535, 65_536, 1_048_577];
const deep = Array.from({ length: 40 }, (_, level) => `d${level}`).join('/');

// biome-ignore format: each vector is a row of a table
const trees: readonly VerifyRecipe[] = [
  variant(PLAIN, 'model_hidden', 'names begin with a dot, files and directories', ['OMS-ENUM-1'],
    { signed: directory({ '.plain': '1', '.directory/.hidden': '2', 'a/.b/.c': '3', a1: '4' }) }),
  variant(PLAIN, 'model_deep', 'a file is forty directories deep', ['OMS-ENUM-1'],
    { signed: directory({ [`${deep}/w.bin`]: 'w', top: 't' }) }),
  variant('model_deep', 'model_deep-modified', 'a file forty directories deep differs',
    ['OMS-VERIFY-3', 'OMS-ENUM-1'], { model: directory({ [`${deep}/w.bin`]: 'W', top: 't' }) }, ['model/modified']),
  variant('model_deep', 'model_deep-unsigned', 'a file is added forty directories deep', ['OMS-VERIFY-4', 'OMS-ENUM-1'],
    { model: directory({ [`${deep}/w.bin`]: 'w', [`${deep}/x.bin`]: 'x', top: 't' }) }, ['model/unsigned']),
  variant(PLAIN, 'model_lengths', 'files have lengths around every block boundary', ['OMS-FILES-2', 'OMS-SER-7'], {
    signed: {
      name: 'model',
      tree: lengths.map((length) => ({ kind: 'file', path: `f${length}`, content: { prng: { seed: 'f', length } } })),
    },
  }),
  variant(PLAIN, 'model_empty-file', 'a file is empty', ['OMS-ENUM-1', 'OMS-FILES-1'],
    { signed: directory({ ...plainFiles, '__init__.py': '' }) }),
  variant('model_empty-file', 'model_empty-file-strict', 'strict mode is asked for', ['OMS-ENUM-1', 'OMS-FILES-1'],
    { inputs: { strict: true } }),
  variant('model_empty-file', 'model_empty-file-missing', 'the empty file is missing', ['OMS-VERIFY-2'],
    { model: plainModel }, ['model/missing']),
  variant(PLAIN, 'model_empty-file-unsigned', 'an empty file is added', ['OMS-VERIFY-4'],
    { model: directory({ ...plainFiles, '__init__.py': '' }) }, ['model/unsigned']),
  variant(PLAIN, 'model_copy-unsigned', 'a copy of a listed file is added', ['OMS-VERIFY-4'],
    { model: directory({ ...plainFiles, 'copy.bin': 'aaaa' }) }, ['model/unsigned']),
  variant(PLAIN, 'model_empty-directories', 'empty directories are added, nested in one another', ['OMS-ENUM-7'], {
    model: directory(plainFiles, [{ kind: 'dir', path: 'empty' }, { kind: 'dir', path: 'weights/none/none' }]),
  }),
  variant('model_empty-directories', 'model_empty-directories-strict', 'strict mode is asked for', ['OMS-ENUM-7'],
    { inputs: { strict: true } }),
  variant(PLAIN, 'model_executable-names', 'files have names that programs treat specially',
    ['OMS-IGNORE-15', 'OMS-ENUM-1'], {
    level: 'SHOULD',
    signed: directory({
      'model.sig.bak': '1', '.DS_Store': '2', 'Thumbs.db': '3', '__pycache__/a.pyc': '4', '.venv/x': '5',
      'node_modules/x': '6', '.gitmodules': '7', '.gitkeep': '8', '.ipynb_checkpoints/x': '9',
    }),
  }),
  variant('model_executable-names', 'model_executable-names-modified', 'such a file differs',
    ['OMS-VERIFY-3', 'OMS-ENUM-1'], {
      model: directory({
        'model.sig.bak': '1', '.DS_Store': '2', 'Thumbs.db': '3', '__pycache__/a.pyc': 'X', '.venv/x': '5',
        'node_modules/x': '6', '.gitmodules': '7', '.gitkeep': '8', '.ipynb_checkpoints/x': '9',
      }),
    }, ['model/modified']),
];

const changed = (
  id: string,
  title: string,
  requirement: 'OMS-VERIFY-3' | 'OMS-FILES-2',
  files: Record<string, string>,
) =>
  variant(
    PLAIN,
    `model_${id}`,
    title,
    requirement === 'OMS-VERIFY-3' ? ['OMS-VERIFY-3', 'OMS-VERIFY-1'] : ['OMS-VERIFY-3', requirement],
    { model: directory({ ...plainFiles, ...files }) },
    ['model/modified'],
  );
const more = { 'run.py': 'x', 'new/a/b': 'y' };

/** What is to be reported is every difference, of one kind, so that one check refuses. */
const every = (
  kind: 'modified' | 'missing' | 'unsigned',
  title: string,
  files: Record<string, string>,
  paths: readonly string[],
) => [
  variant(
    PLAIN,
    `model_all-${kind}`,
    title,
    ['OMS-VERIFY-5', kind === 'modified' ? 'OMS-VERIFY-3' : kind === 'missing' ? 'OMS-VERIFY-2' : 'OMS-VERIFY-4'],
    { level: 'SHOULD', model: directory(files) },
    reject([`model/${kind}`], { differences: paths.map((path) => ({ kind, path })) }),
  ),
];
const text = directory({ 'a.txt': 'one\ntwo\n' });
const long = (path: string, utf8: string): VectorModel => ({
  name: 'model',
  tree: [{ kind: 'file', path, content: { prng: { seed: 'l', length: 70_000 } } }, file('tail', utf8)],
});

// biome-ignore format: each vector is a row of a table
const differences: readonly VerifyRecipe[] = [
  changed('modified', 'one byte of a listed file differs', 'OMS-VERIFY-3', { 'weights/b.bin': 'bbbB' }),
  changed('modified-first', 'one byte of the first listed file differs', 'OMS-VERIFY-3', { 'config.json': '[]\n' }),
  changed('appended', 'a byte is added to a listed file', 'OMS-FILES-2', { 'weights/b.bin': 'bbbb\n' }),
  changed('shortened', 'the last byte of a listed file is cut off', 'OMS-FILES-2', { 'weights/b.bin': 'bbb' }),
  changed('emptied', 'a listed file is emptied', 'OMS-VERIFY-3', { 'weights/b.bin': '' }),
  changed('swapped', 'two files have swapped contents', 'OMS-VERIFY-3',
    { 'weights/a.bin': 'bbbb', 'weights/b.bin': 'aaaa' }),
  variant(PLAIN, 'model_byte-order-mark', 'a file begins with a byte order mark', ['OMS-FILES-2'],
    { signed: directory({ ...plainFiles, 'mark.txt': '\ufeffa\n' }) }),
  variant('model_byte-order-mark', 'model_byte-order-mark-removed', 'the mark is removed', ['OMS-VERIFY-3', 'OMS-FILES-2'],
    { model: directory({ ...plainFiles, 'mark.txt': 'a\n' }) }, ['model/modified']),
  variant(PLAIN, 'model_text', 'a file contains lines of text', ['OMS-FILES-2'], { signed: text }),
  variant('model_text', 'model_text-crlf', 'the line ends are CRLF', ['OMS-VERIFY-3', 'OMS-FILES-2'],
    { model: directory({ 'a.txt': 'one\r\ntwo\r\n' }) }, ['model/modified']),
  variant(PLAIN, 'model_long', 'a file has 70,000 bytes', ['OMS-FILES-2'], { signed: long('w.bin', 't') }),
  variant('model_long', 'model_long-end-modified', 'its end differs', ['OMS-VERIFY-3', 'OMS-FILES-2'], {
    model: {
      name: 'model',
      tree: [{ kind: 'file', path: 'w.bin', content: { prng: { seed: 'l', length: 69_999 } } }, file('tail', 't')],
    },
  }, ['model/modified']),
  variant(PLAIN, 'model_missing', 'a listed file is missing', ['OMS-VERIFY-2', 'OMS-VERIFY-1'],
    { model: directory({ 'config.json': '{}\n', 'weights/a.bin': 'aaaa' }) }, ['model/missing']),
  variant(PLAIN, 'model_missing-directory', 'a directory of listed files is missing', ['OMS-VERIFY-2'],
    { model: directory({ 'config.json': '{}\n' }) }, ['model/missing']),
  variant(PLAIN, 'model_unsigned', 'a file is added', ['OMS-VERIFY-4', 'OMS-VERIFY-1'],
    { model: directory({ ...plainFiles, 'run.py': 'x' }) }, ['model/unsigned']),
  variant(PLAIN, 'model_unsigned-below', 'a file is added in a directory of its own', ['OMS-VERIFY-4'],
    { model: directory({ ...plainFiles, 'new/run.py': 'x' }) }, ['model/unsigned']),
  variant(IGNORING, 'model_renamed', 'a file is renamed, which leaves the order of the digests',
    ['OMS-VERIFY-2', 'OMS-NAME-7', 'OMS-UNSIGNED-3'], {
      model: directory({ 'config.json': '{}\n', 'weights/a.bin': 'aaaa', 'weights/c.bin': 'bbbb', ...more }),
      why: 'the root digest does not bind names',
    }, ['model/missing']),
  variant(IGNORING, 'model_moved', 'a file is moved to another directory', ['OMS-NAME-7', 'OMS-VERIFY-2'],
    { model: directory({ 'config.json': '{}\n', 'weights/a.bin': 'aaaa', 'b.bin': 'bbbb', ...more }) },
    ['model/missing']),
  variant(IGNORING, 'model_directory-for-file', 'a directory is where a file is listed', ['OMS-VERIFY-2'],
    { model: directory({ 'config.json/x': '{}\n', 'weights/a.bin': 'aaaa', 'weights/b.bin': 'bbbb', ...more }) },
    ['model/missing']),
  variant(PLAIN, 'model_directory-listed', 'a directory is listed, with the digest of nothing', ['OMS-VERIFY-2'],
    { forge: { statement: (s) => listAlso(s.predicate.resources, 'weights', '') } },
    ['model/missing', 'model/modified']),
  variant(PLAIN, 'model_empty-directory-for-file', 'an empty directory is where a file is listed',
    ['OMS-VERIFY-2', 'OMS-ENUM-7'],
    { model: directory({ 'weights/a.bin': 'aaaa', 'weights/b.bin': 'bbbb' }, [{ kind: 'dir', path: 'config.json' }]) },
    ['model/missing']),
  variant(IGNORING, 'model_file-for-directory', 'a file is where a directory of listed files is', ['OMS-VERIFY-2'],
    { model: directory({ 'config.json': '{}\n', weights: 'aaaa', ...more }) }, ['model/missing']),
  variant(PLAIN, 'model_empty', 'the model is empty', ['OMS-ENUM-4', 'OMS-VERIFY-2'],
    { model: { name: 'model', tree: [{ kind: 'dir', path: 'weights' }] } },
    ['model/empty', 'model/missing']),
  ...every('modified', 'three files differ',
    { 'config.json': '[]\n', 'weights/a.bin': 'AAAA', 'weights/b.bin': 'BBBB' },
    ['config.json', 'weights/a.bin', 'weights/b.bin']),
  ...every('missing', 'two files are missing', { 'config.json': '{}\n' }, ['weights/a.bin', 'weights/b.bin']),
  ...every('unsigned', 'two files are added', { ...plainFiles, 'z.py': '', 'a.py': '' }, ['a.py', 'z.py']),
];

const ignoring = (
  id: string,
  title: string,
  requirement: 'OMS-UNSIGNED-3',
  files: Record<string, string>,
  reasons: Parameters<typeof reject>[0],
) => variant(IGNORING, `model_unsigned-ignored-${id}`, title, [requirement], { model: directory(files) }, reasons);

// biome-ignore format: each vector is a row of a table
const unsigned: readonly VerifyRecipe[] = [
  variant(PLAIN, IGNORING, 'files are added, and unsigned files are ignored',
    ['OMS-UNSIGNED-2', 'OMS-UNSIGNED-1', 'OMS-UNSIGNED-4'],
    { model: directory({ ...plainFiles, ...more }), inputs: { ignoreUnsignedFiles: true } },
    accept({ report: { unsigned: ['new/a/b', 'run.py'] } })),
  ignoring('modified', 'a byte of a listed file differs', 'OMS-UNSIGNED-3',
    { ...plainFiles, ...more, 'weights/a.bin': 'aaaA' }, ['model/modified']),
  ignoring('emptied', 'a listed file is emptied', 'OMS-UNSIGNED-3', { ...plainFiles, ...more, 'weights/a.bin': '' },
    ['model/modified']),
  ignoring('missing', 'a listed file is missing', 'OMS-UNSIGNED-3',
    { 'config.json': '{}\n', 'weights/a.bin': 'aaaa', ...more }, ['model/missing']),
  ignoring('all-missing', 'all listed files are missing', 'OMS-UNSIGNED-3', more, ['model/missing']),
  {
    ...variant(IGNORING, 'model_unsigned-ignored-strict', 'strict mode is asked for', ['OMS-UNSIGNED-2'], {
      inputs: { strict: true },
    }),
  },
  variant(IGNORING, 'model_unsigned-not-ignored', 'unsigned files are not ignored any more',
    ['OMS-VERIFY-4', 'OMS-VERIFY-6', 'OMS-UNSIGNED-2'], { inputs: { ignoreUnsignedFiles: false }, after: [IGNORING] },
    ['model/unsigned']),
];

const longPath = `${'d'.repeat(200)}/${'f'.repeat(99)}`;

/** Two names that are one on some systems or to some programs. */
export const pairs: [id: string, title: string, signed: string, found: string][] = [
  ['case', 'differs in case', 'README.md', 'readme.md'],
  ['normalised', 'is composed otherwise', 'caf\u00e9', 'cafe\u0301'],
  ['compatibility', 'has a compatible character', 'file\u2460', 'file1'],
  ['look-alike', 'has a Cyrillic letter that looks the same', 'model.bin', 'm\u043edel.bin'],
  ['full-width', 'has a wide letter that looks the same', 'a.bin', '\uff41.bin'],
  ['zero-width', 'has a character without a width', 'a.bin', 'a\u200b.bin'],
  ['space', 'ends in a space', 'a.bin', 'a.bin '],
  ['dot', 'ends in a dot', 'a.bin', 'a.bin.'],
  ['sharp-s', 'folds to the same', 'stra\u00dfe', 'strasse'],
  ['dotless-i', 'has a dotless i', 'FILE', 'f\u0131le'],
  ['separator', 'has a backslash for a slash', 'a/b', 'a\\b'],
  ['escaped', 'is what a URL writes for it', 'a b', 'a%20b'],
  ['other-script', 'has another character that Latin-1 lacks', '\u6a21.bin', '\u578b.bin'],
  ['long', 'is the same for 300 characters', `${longPath}a`, `${longPath}b`],
];

const similarNames: readonly VerifyRecipe[] = pairs.flatMap(([id, title, signed, found]) => [
  variant(PLAIN, `model_name-${id}`, 'a file of such a name is there', ['OMS-NAME-7'], {
    signed: directory({ ...plainFiles, [signed]: 'x' }),
    inputs: { ignoreUnsignedFiles: true },
  }),
  variant(
    `model_name-${id}`,
    `model_name-${id}-other`,
    `its name on disk ${title}`,
    [id === 'separator' ? 'OMS-NAME-12' : 'OMS-NAME-7', 'OMS-VERIFY-2'],
    {
      model: directory({ ...plainFiles, [found]: 'x' }),
    },
    ['model/missing'],
  ),
]);

const single = (name: string, utf8 = 'single'): VectorModel => ({ name, content: { utf8 } });
const SINGLE = 'model_single-file';
/** A verifier that leaves the file out finds no file, or misses this one. */
const hidden = reject(['model/modified', 'model/missing', 'model/empty']);

// biome-ignore format: each vector is a row of a table
const singleFiles: readonly VerifyRecipe[] = [
  variant(PLAIN, SINGLE, 'the model is a single file', ['OMS-ENUM-2', 'OMS-NAME-4'],
    { signed: single('w.safetensors') }, accept({ report: { resources: 1 } })),
  variant(SINGLE, 'model_single-file-strict', 'strict mode is asked for', ['OMS-NAME-4', 'OMS-ENUM-2'],
    { inputs: { strict: true } }),
  variant(SINGLE, 'model_single-file-modified', 'its content differs', ['OMS-VERIFY-3', 'OMS-ENUM-2'],
    { model: single('w.safetensors', 'Single') }, ['model/modified']),
  variant(SINGLE, 'model_single-file-ignoring', 'unsigned files are ignored', ['OMS-ENUM-2', 'OMS-UNSIGNED-2'],
    { inputs: { ignoreUnsignedFiles: true, signature: 'w.safetensors.sig' } }),
  variant('model_single-file-ignoring', 'model_single-file-renamed', 'its name differs',
    ['OMS-NAME-4', 'OMS-NAME-7', 'OMS-VERIFY-2'], { model: single('v.safetensors') }, ['model/missing']),
  variant(SINGLE, 'model_single-file-beside-others', 'other files and a link are beside it', ['OMS-ENUM-2'], {
    model: {
      ...single('w.safetensors'),
      around: [file('other', 'x'), { kind: 'symlink', path: 'link', target: 'other' }],
    },
  }),
  variant(SINGLE, 'model_single-file-in-directory', 'the model is a directory that contains the file alone',
    ['OMS-ENUM-2'], { model: directory({ 'w.safetensors': 'single' }) }),
  variant(PLAIN, 'model_single-file-gitignore', 'the model is a single file of the name .gitignore', ['OMS-MATCH-9'],
    { signed: single('.gitignore'), listing: { ignorePaths: [] } }, either),
  variant(SINGLE, 'model_single-file-gitignore-modified',
    'the model is a single file of the name .gitignore, and its content differs', ['OMS-VERIFY-3', 'OMS-MATCH-9'],
    { signed: single('.gitignore'), listing: { ignorePaths: [] }, model: single('.gitignore', 'Single') }, hidden),
  variant(PLAIN, 'model_single-file-ignored',
    'the model is a single file that a recorded exclusion names', ['OMS-MATCH-9', 'OMS-IGNORE-19'],
    { signed: single('w.bin'), listing: { ignorePaths: ['w.bin'] } }, either),
  variant(SINGLE, 'model_single-file-ignored-modified',
    'the model is a single file that a recorded exclusion names, and its content differs',
    ['OMS-VERIFY-3', 'OMS-IGNORE-7', 'OMS-MATCH-9'],
    { signed: single('w.bin'), listing: { ignorePaths: ['w.bin'] }, model: single('w.bin', 'Single') }, hidden),
];

const fifo = (path: string): TreeNode => ({ kind: 'fifo', path });
const raw = (path: string): TreeNode => ({
  kind: 'file',
  pathHex: Buffer.from(path, 'latin1').toString('hex'),
  content: { utf8: 'x' },
});
const specialEntriesIgnoring = { ignoreUnsignedFiles: true };

// biome-ignore format: each vector is a row of a table
const specialEntries: readonly VerifyRecipe[] = [
  variant(PLAIN, 'model_fifo', 'a FIFO is added', ['OMS-ENUM-6'],
    { level: 'SHOULD', model: directory(plainFiles, [fifo('pipe')]), why: 'a reader that opens it waits forever' },
    reject(['model/unsupported-file', 'model/unsigned'], { names: ['pipe'] })),
  variant(PLAIN, 'model_fifo-ignored', 'a FIFO is added, and unsigned files are ignored',
    ['OMS-ENUM-6', 'OMS-UNSIGNED-2'],
    { level: 'SHOULD', model: directory(plainFiles, [fifo('pipe')]), inputs: specialEntriesIgnoring },
    accept({ report: { unsigned: ['pipe'] } })),
  variant(PLAIN, 'model_fifo-excluded', 'a FIFO is added where the caller excludes it', ['OMS-MATCH-8', 'OMS-ENUM-6'],
    {
      level: 'SHOULD',
      model: directory(plainFiles, [fifo('run/pipe'), fifo('pipe')]),
      inputs: { ignorePaths: ['run', 'pipe'] },
    }, accept({ report: { ignored: ['pipe', 'run'] } })),
  variant(PLAIN, 'model_empty-file-ignoring', 'a listed file is empty, and unsigned files are ignored', ['OMS-FILES-2'],
    { signed: directory({ ...plainFiles, empty: '' }), inputs: specialEntriesIgnoring }),
  variant('model_empty-file-ignoring', 'model_fifo-for-file', 'a FIFO is where the empty file is listed',
    ['OMS-VERIFY-2', 'OMS-ENUM-6'], {
      model: directory(plainFiles, [fifo('empty')]),
    }, ['model/unsupported-file', 'model/missing', 'model/modified']),
  variant(PLAIN, 'model_name-not-utf8', 'the name of an added file is not UTF-8', ['OMS-NAME-11'],
    { model: directory(plainFiles, [raw('caf\xe9')]) }, ['model/name-not-utf8', 'model/unsigned']),
  variant(PLAIN, 'model_name-not-utf8-directory', 'the name of an added directory is not UTF-8', ['OMS-NAME-11'],
    { model: directory(plainFiles, [raw('caf\xe9/x')]) }, ['model/name-not-utf8', 'model/unsigned']),
  variant(PLAIN, 'model_name-not-utf8-ignored',
    'the name of an added file is not UTF-8, and unsigned files are ignored', ['OMS-NAME-11', 'OMS-UNSIGNED-2'],
    { model: directory(plainFiles, [raw('caf\xe9')]), inputs: specialEntriesIgnoring }),
  variant('model_name-not-utf8-ignored', 'model_name-replaced',
    'the listed name contains U+FFFD, and the file has a byte there that is not UTF-8', ['OMS-NAME-11', 'OMS-VERIFY-2'],
    {
      signed: directory({ ...plainFiles, 'caf\ufffd': 'x' }),
      model: directory(plainFiles, [raw('caf\xe9')]),
    }, ['model/name-not-utf8', 'model/missing']),
];

const at = (path: string, more: Partial<VectorModel> = {}): VectorModel =>
  ({ ...plainModel, ...more, path }) as VectorModel;

// biome-ignore format: each vector is a row of a table
const paths: readonly VerifyRecipe[] = [
  variant(PLAIN, 'model_path-trailing-slash', 'the path of the model ends in a slash', ['OMS-NAME-8', 'OMS-ENUM-1'],
    { model: at('model/') }),
  variant(PLAIN, 'model_path-dot', 'the path of the model ends in "/."', ['OMS-NAME-8'], { model: at('model/.') }),
  variant(PLAIN, 'model_path-not-normalised', 'the path of the model goes up and down, and has slashes twice',
    ['OMS-NAME-8'], { model: at('.//model/weights/..//../model') }),
  variant(PLAIN, 'model_path-renamed', 'the model has another name than when it was signed', ['OMS-SUBJECT-5'],
    { model: { ...plainModel, name: 'another name' } }),
  variant(PLAIN, 'model_path-odd', 'the path of the model contains spaces and wildcards', ['OMS-SUBJECT-5'],
    { model: { ...plainModel, name: 'a [b]*? c:0:1' } }),
];
