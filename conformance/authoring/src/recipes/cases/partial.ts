import { accept, directory, link, type Recipe, type VerifyRecipe, variant } from '../recipe.ts';
import { listAlso } from '../signed-model.ts';
import { plainFiles, plainModel } from './models.ts';

const FILE = 'model_named-file';
const DIRECTORY = 'model_named-directory';
const SHARDS = 'model_named-shards';

const modified = directory({ ...plainFiles, 'weights/b.bin': 'bbbB' });

/** The files that the caller names are all that is compared: section 13.3. */
export function partialRecipes(): readonly Recipe[] {
  return [...named, ...beside, ...names, ...manifests, ...shards];
}

// biome-ignore format: each vector is a row of a table
const named: readonly VerifyRecipe[] = [
  variant('bundle_plain', FILE, 'the caller names one of the files',
    ['OMS-VERDICT-2', 'OMS-VERDICT-3', 'OMS-VERDICT-4', 'OMS-PARTIAL-3'],
    { profile: 'partial', inputs: { only: ['weights/a.bin'] } },
    accept({ report: { verdict: 'partial', unchecked: 2, advertised: [] } })),
  variant(FILE, 'model_named-file-modified', 'the named file differs', ['OMS-PARTIAL-3', 'OMS-VERIFY-3'],
    { model: directory({ ...plainFiles, 'weights/a.bin': 'aaaA' }) }, ['model/modified']),
  variant(FILE, 'model_named-file-missing', 'the named file is missing', ['OMS-PARTIAL-3', 'OMS-VERIFY-2'],
    { model: directory({ 'config.json': '{}\n', 'weights/b.bin': 'bbbb' }) }, ['model/missing']),
  variant(FILE, 'model_named-files', 'the caller names two of the files', ['OMS-PARTIAL-3', 'OMS-VERDICT-4'],
    { inputs: { only: ['weights/a.bin', 'config.json'] } },
    accept({ report: { verdict: 'partial', unchecked: 1 } })),
  variant('model_named-files', 'model_named-files-second-modified', 'the second of the named files differs',
    ['OMS-PARTIAL-3', 'OMS-VERIFY-3'], { model: directory({ ...plainFiles, 'config.json': '[]\n' }) }, ['model/modified']),
  variant(FILE, 'model_named-file-twice', 'the caller names the file twice', ['OMS-PARTIAL-3'],
    { inputs: { only: ['weights/a.bin', 'weights/a.bin'] } },
    accept({ report: { verdict: 'partial', unchecked: 2 } })),
  variant(FILE, 'model_named-all', 'the caller names all of the files', ['OMS-VERDICT-2', 'OMS-VERDICT-4'],
    { inputs: { only: Object.keys(plainFiles) } },
    accept({ report: { verdict: 'partial', unchecked: 0 } })),
  variant('model_named-all', 'model_named-all-modified', 'one of the files differs', ['OMS-PARTIAL-3', 'OMS-VERIFY-3'],
    { model: modified }, ['model/modified']),
  variant(FILE, DIRECTORY, 'the caller names the directory', ['OMS-PARTIAL-5'], { inputs: { only: ['weights'] } },
    accept({ report: { verdict: 'partial', unchecked: 1 } })),
  variant(DIRECTORY, 'model_named-directory-modified', 'a file in the directory differs',
    ['OMS-PARTIAL-5', 'OMS-VERIFY-3'], { model: modified }, ['model/modified']),
  variant(DIRECTORY, 'model_named-directory-missing', 'the directory is missing', ['OMS-PARTIAL-5', 'OMS-VERIFY-2'],
    { model: directory({ 'config.json': '{}\n' }) }, ['model/missing']),
  variant(DIRECTORY, 'model_named-deep-directory', 'a file is deeper in the directory', ['OMS-PARTIAL-5'],
    { signed: directory({ ...plainFiles, 'weights/deep/er/c.bin': 'c' }) },
    accept({ report: { verdict: 'partial', unchecked: 1 } })),
  variant('model_named-deep-directory', 'model_named-deep-directory-modified', 'that file differs',
    ['OMS-PARTIAL-5', 'OMS-VERIFY-3'],
    { model: directory({ ...plainFiles, 'weights/deep/er/c.bin': 'C' }) }, ['model/modified']),
];

/** What is beside the named files changes nothing. */
// biome-ignore format: each vector is a row of a table
const beside: readonly VerifyRecipe[] = [
  variant(FILE, 'model_named-beside-modified', 'another file differs', ['OMS-PARTIAL-8'], { model: modified },
    accept({ report: { verdict: 'partial' } })),
  variant(FILE, 'model_named-beside-missing', 'another file is missing', ['OMS-PARTIAL-8'],
    { model: directory({ 'weights/a.bin': 'aaaa' }) }, accept({ report: { verdict: 'partial' } })),
  variant(FILE, 'model_named-beside-unsigned', 'files are added', ['OMS-PARTIAL-8'],
    { model: directory({ ...plainFiles, 'run.py': 'x', 'weights/c.bin': 'c' }) },
    accept({ report: { verdict: 'partial' } })),
  variant(DIRECTORY, 'model_named-directory-unsigned', 'a file is added to the directory', ['OMS-PARTIAL-8'],
    { model: directory({ ...plainFiles, 'weights/c.bin': 'c' }) }, accept({ report: { verdict: 'partial' } })),
  variant(FILE, 'model_named-beside-link', 'a link is added', ['OMS-PARTIAL-8'],
    { model: directory(plainFiles, [link('link', '/etc')]) }, accept({ report: { verdict: 'partial' } })),
  variant(FILE, 'model_named-beside-fifo', 'a FIFO is added', ['OMS-PARTIAL-8'],
    { model: directory(plainFiles, [{ kind: 'fifo', path: 'pipe' }]) }, accept({ report: { verdict: 'partial' } })),
  variant(FILE, 'model_named-file-is-link', 'a link to the same content is in the place of the named file',
    ['OMS-PARTIAL-8', 'OMS-LINK-9'], {
      decidedBy: ['OMS-PARTIAL-8'],
      model: directory({ 'config.json': '{}\n', 'weights/b.bin': 'bbbb', 'weights/real': 'aaaa' },
        [link('weights/a.bin', 'real')]),
    }, ['model/symlink', 'model/missing']),
  variant(FILE, 'model_named-file-below-link', 'a link is in the place of the directory of the named file',
    ['OMS-PARTIAL-8', 'OMS-LINK-9'], {
      decidedBy: ['OMS-PARTIAL-8'],
      model: directory({ 'config.json': '{}\n', 'real/a.bin': 'aaaa', 'real/b.bin': 'bbbb' },
        [link('weights', 'real')]),
    }, ['model/symlink', 'model/missing']),
];

const unlisted = (id: string, title: string, only: readonly string[], files: Record<string, string> = {}) =>
  variant(
    FILE,
    `model_named-${id}`,
    title,
    ['OMS-PARTIAL-6', 'OMS-PARTIAL-7'],
    { inputs: { only }, ...(Object.keys(files).length > 0 ? { model: directory({ ...plainFiles, ...files }) } : {}) },
    ['model/not-signed'],
  );

// biome-ignore format: each vector is a row of a table
const names: readonly VerifyRecipe[] = [
  unlisted('nothing', 'the caller names a file that is neither signed nor there', ['weights/c.bin']),
  variant('model_named-beside-unsigned', 'model_named-unsigned', 'the caller names one of the added files',
    ['OMS-PARTIAL-6', 'OMS-PARTIAL-7'], { inputs: { only: ['run.py'] } }, ['model/not-signed']),
  unlisted('nothing-among', 'the caller also names a file that is not signed', ['weights/a.bin', 'weights/c.bin']),
  unlisted('prefix', 'the caller names the beginning of a name', ['weights/a']),
  unlisted('prefix-of-directory', 'the caller names the beginning of the name of a directory', ['weigh']),
  unlisted('basename', 'the caller names a file without its directory', ['a.bin']),
  unlisted('case', 'the caller writes a name in capitals', ['CONFIG.JSON']),
  unlisted('pattern', 'the caller names a pattern', ['weights/*.bin']),
  unlisted('absolute', 'the caller writes a slash before a name', ['/weights/a.bin']),
  unlisted('below-file', 'the caller names something below a file', ['config.json/a']),
  variant(FILE, 'model_named-star', 'a file has a star for a name, and the caller names it', ['OMS-PARTIAL-7'],
    { signed: directory({ ...plainFiles, '*': '*' }), inputs: { only: ['*'] } },
    accept({ report: { verdict: 'partial', unchecked: 3 } })),
  variant('model_named-star', 'model_named-star-modified', 'that file differs', ['OMS-PARTIAL-3', 'OMS-VERIFY-3'],
    { model: directory({ ...plainFiles, '*': 'x' }) }, ['model/modified']),
  variant(DIRECTORY, 'model_named-directory-alike', 'another directory begins with the same letters, and its file differs',
    ['OMS-PARTIAL-7', 'OMS-PARTIAL-8'], {
      signed: directory({ ...plainFiles, 'weights2/c.bin': 'c' }),
      model: directory({ ...plainFiles, 'weights2/c.bin': 'C' }),
    }, accept({ report: { verdict: 'partial', unchecked: 2 } })),
];

// biome-ignore format: each vector is a row of a table
const manifests: readonly VerifyRecipe[] = [
  variant(FILE, 'manifest_named-name-escape', 'a resource that is not named escapes the model',
    ['OMS-PARTIAL-2', 'OMS-NAME-6'], {
      forge: { statement: ({ predicate }) => listAlso(predicate.resources, '../evil', 'e') },
    }, ['manifest/name-invalid']),
  variant(FILE, 'manifest_named-root-digest', 'the root digest is another one', ['OMS-PARTIAL-2', 'OMS-ROOT-3'], {
    forge: { statementAndRoot: ({ subject }) => { subject[0].digest.sha256 = '0'.repeat(64); } },
  }, ['manifest/root-digest-mismatch']),
  variant(FILE, 'envelope_named-payload-alone', 'the signature is over the payload alone', ['OMS-PARTIAL-2', 'OMS-DSSE-3'], {
    forge: { signedBytes: (_, payload) => payload },
  }, ['envelope/signature-invalid']),
];

const sharded = { method: 'shards', shardSize: 2 } as const;

// biome-ignore format: each vector is a row of a table
const shards: readonly VerifyRecipe[] = [
  variant('manifest_shards', SHARDS, 'the caller names a file of several shards', ['OMS-PARTIAL-4', 'OMS-PARTIAL-7'],
    { signed: plainModel, listing: sharded, inputs: { only: ['weights/b.bin'] } },
    accept({ report: { verdict: 'partial', unchecked: 2 } })),
  variant(SHARDS, 'model_named-shards-modified', 'the last shard of the named file differs',
    ['OMS-PARTIAL-4', 'OMS-VERIFY-3'], { model: modified }, ['model/modified']),
  variant(SHARDS, 'model_named-shards-appended', 'a byte is added to the named file', ['OMS-PARTIAL-4', 'OMS-SHARD-10'],
    { model: directory({ ...plainFiles, 'weights/b.bin': 'bbbbb' }) }, ['model/modified']),
  variant(SHARDS, 'model_named-shard', 'the caller names a shard', ['OMS-PARTIAL-6', 'OMS-PARTIAL-7'],
    { inputs: { only: ['weights/b.bin:0:2'] } }, ['model/not-signed']),
];
