import type { RequirementId } from '@model-signing/spec';
import type {
  Expectation,
  ExpectedSignature,
  TreeNode,
  VectorInputs,
  VectorModel,
} from '../../../../suite/src/vectors/vector.ts';
import { privateKeyFile, publicKeyFile, sec1KeyFile } from '../keys.ts';
import {
  accept,
  directory,
  either,
  expectationOf,
  file,
  type Outcome,
  type Recipe,
  reject,
  type SignRecipe,
} from '../recipe.ts';
import { pointerTo } from './advertised.ts';
import { expectedOf } from './expected.ts';
import { plainFiles, plainModel } from './models.ts';

const SIGN = 'bundle_sign-plain';

/** A vector for signing that differs from the plain one by `change`. */
export function signing(
  id: string,
  title: string,
  requirements: readonly RequirementId[],
  change: Omit<SignRecipe, 'kind' | 'from' | 'id' | 'title' | 'requirements' | 'expect'> & { readonly from?: string },
  outcome: Outcome,
): SignRecipe {
  return { kind: 'sign', from: SIGN, id, title, requirements, ...change, expect: expectationOf(outcome) };
}

/** Expects exactly this to be signed. */
export function signs(
  model: VectorModel,
  listing: Parameters<typeof expectedOf>[1] = {},
  more: ExpectedSignature = {},
): Expectation {
  return accept({ signed: { ...expectedOf(model, listing), ...more } });
}

export function signRecipes(): readonly Recipe[] {
  return [...keys, ...contents, ...orders, ...refusals, ...subjects, ...singleFiles];
}

/** A model whose payload holds a "+" in base64: the low six bits of a tilde, wherever the name begins. */
const plusModel = directory({ ...plainFiles, '~~~~~': '1' });

const key = (name: 'p384-a' | 'p521-a') => ({ inputs: { privateKey: privateKeyFile(name) } });

// biome-ignore format: each vector is a row of a table
const keys: readonly SignRecipe[] = [
  {
    id: SIGN,
    kind: 'sign',
    title: 'three files are signed with a key on P-256',
    requirements: ['OMS-CONF-2', 'OMS-BUNDLE-1', 'OMS-BUNDLE-2', 'OMS-BUNDLE-4', 'OMS-BUNDLE-5', 'OMS-BUNDLE-8',
      'OMS-JSON-5', 'OMS-METHOD-1', 'OMS-KEY-1', 'OMS-KEY-2', 'OMS-KEY-9', 'OMS-PRED-1', 'OMS-RES-1',
      'OMS-RES-3', 'OMS-RES-5', 'OMS-RES-7', 'OMS-SER-1', 'OMS-SER-2', 'OMS-SER-3', 'OMS-SER-5', 'OMS-FILES-1',
      'OMS-FILES-2', 'OMS-SUBJECT-1', 'OMS-SUBJECT-3', 'OMS-ROOT-1', 'OMS-ROOT-2', 'OMS-STMT-1', 'OMS-STMT-3',
      'OMS-STMT-5', 'OMS-DSSE-1', 'OMS-DSSE-3', 'OMS-DSSE-4', 'OMS-ALG-1', 'OMS-ALG-4', 'OMS-ALG-9', 'OMS-HIST-6',
      'OMS-NAME-1', 'OMS-NAME-2', 'OMS-NAME-3'],
    model: plainModel,
    expect: signs(plainModel, {}, { key: publicKeyFile('p256-a') }),
  },
  signing('signer_sign-p384', 'the key is on P-384', ['OMS-KEY-8', 'OMS-ALG-4', 'OMS-KEY-1'], key('p384-a'),
    signs(plainModel, {}, { key: publicKeyFile('p384-a') })),
  signing('signer_sign-p521', 'the key is on P-521', ['OMS-KEY-8', 'OMS-ALG-4', 'OMS-KEY-1'], key('p521-a'),
    signs(plainModel, {}, { key: publicKeyFile('p521-a') })),
  signing('signer_sign-sec1', 'the key is in the form of SEC 1, with its parameters before it', ['OMS-KEY-1'],
    { inputs: { privateKey: sec1KeyFile } }, signs(plainModel, {}, { key: publicKeyFile('p256-a') })),
  signing('signer_sign-curve-unregistered', 'the key is on secp256k1', ['OMS-ALG-8'],
    { level: 'SHOULD', inputs: { privateKey: privateKeyFile('secp256k1-a') } }, reject(['signer/key-unsupported'])),
  signing('bundle_sign-recommended', 'what the public text leaves open is written as recommended',
    ['OMS-METHOD-4', 'OMS-METHOD-7', 'OMS-DSSE-6', 'OMS-BUNDLE-9', 'OMS-JSON-7'], {
      level: 'SHOULD',
      decidedBy: ['OMS-METHOD-4', 'OMS-METHOD-7', 'OMS-DSSE-6', 'OMS-BUNDLE-9', 'OMS-JSON-7'],
      model: plusModel,
      why: 'the payload holds a "+" in base64, so a signer who writes the other alphabet is found in every run',
    }, signs(plusModel)),
];

const lengths = [0, 1, 55, 56, 63, 64, 65, 4095, 4096, 4097, 65_535, 65_536, 1_048_577];
const deep = Array.from({ length: 40 }, (_, level) => `d${level}`).join('/');
const many = Array.from({ length: 200 }, (_, i) => [`${['a', 'b-', 'b', 'b/'][i % 4]}${(i * 7919) % 1000}`, String(i)]);
const odd = [
  'a\\b',
  '..\\up',
  'C:',
  'a:0:4',
  'a\nb',
  '\u001b[2Jx',
  '*?[a].bin',
  ' a ',
  '...',
  '..a',
  '%2e%2e',
  '~',
  `"'\``,
  'a\u202eb',
  'caf\u00e9',
  'cafe\u0301',
  '\u{1f600}',
  '\uff5e',
  'x'.repeat(255),
  '__proto__',
  '--help',
];
// biome-ignore format: each vector is a row of a table
const contentsCases: [id: string, title: string, requirements: RequirementId[], model: VectorModel][] = [
  ['manifest_sign-hidden', 'names begin with a dot, files and directories', ['OMS-ENUM-1'],
    directory({ '.plain': '1', '.directory/.hidden': '2', 'a/.b/.c': '3', a1: '4' })],
  ['manifest_sign-deep', 'a file is forty directories deep', ['OMS-ENUM-1', 'OMS-NAME-1'],
    directory({ [`${deep}/w.bin`]: 'w', top: 't' })],
  ['manifest_sign-lengths', 'files have lengths around every block boundary', ['OMS-FILES-2', 'OMS-FILES-1'], {
    name: 'model',
    tree: lengths.map((length) => ({ kind: 'file', path: `f${length}`, content: { prng: { seed: 'f', length } } })),
  }],
  ['manifest_sign-empty-file', 'a file is empty', ['OMS-FILES-1', 'OMS-ENUM-1'],
    directory({ ...plainFiles, '__init__.py': '' })],
  ['manifest_sign-only-empty-file', 'the only file is empty', ['OMS-FILES-1', 'OMS-ENUM-3'],
    directory({ '__init__.py': '' })],
  ['manifest_sign-same-content', 'three files have the same content', ['OMS-FILES-1', 'OMS-RES-13'],
    directory({ a: 'x', b: 'x', 'c/a': 'x' })],
  ['manifest_sign-text', 'files contain line ends of all kinds, a byte order mark and no final line feed',
    ['OMS-FILES-2'], directory({ crlf: 'a\r\nb\r\n', cr: 'a\rb', lf: 'a\nb', bom: '\ufeffa', nul: 'a\0b' })],
  ['manifest_sign-lfs-pointer', 'a file is a pointer of Git LFS', ['OMS-FILES-2', 'OMS-ADVERT-1'],
    directory({ ...plainFiles, 'weights/b.bin': pointerTo('bbbb') })],
  ['manifest_sign-empty-directories', 'there are empty directories', ['OMS-ENUM-7', 'OMS-RES-9'],
    directory(plainFiles, [{ kind: 'dir', path: 'empty' }, { kind: 'dir', path: 'weights/none/none' }])],
  ['manifest_sign-many', 'there are two hundred files', ['OMS-ORDER-1', 'OMS-FILES-1'],
    directory(Object.fromEntries(many))],
  ['manifest_sign-odd-names', 'names contain everything that a name may hold',
    ['OMS-NAME-12', 'OMS-NAME-7', 'OMS-ORDER-1'],
    directory(Object.fromEntries(odd.flatMap((name, i) => [[name, String(i)], [`sub/${name}`, 's']])))],
];

const special = directory({
  'model.sig.bak': '1',
  '.DS_Store': '2',
  '__pycache__/a.pyc': '4',
  '.venv/x': '5',
  'node_modules/x': '6',
  '.gitmodules': '7',
  '.gitkeep': '8',
  'old.sig': '9',
});

const contents: readonly SignRecipe[] = [
  ...contentsCases.map(([id, title, requirements, model]) => signing(id, title, requirements, { model }, signs(model))),
  signing(
    'manifest_sign-special-names',
    'files have names that programs treat specially',
    ['OMS-IGNORE-15', 'OMS-ENUM-1'],
    { level: 'SHOULD', model: special },
    signs(special),
  ),
];

// biome-ignore format: each vector is a row of a table
const ordersCases: [id: string, title: string, files: Record<string, string>][] = [
  ['tokenizer', 'a directory "tokenizer" is beside "tokenizer.json" and "tokenizer-2"',
    { 'tokenizer.json': '{}', 'tokenizer/vocab.json': '[]', 'tokenizer-2/vocab.json': '[1]' }],
  ['unicode', 'one name begins with U+FF5E and another with U+1F600',
    { '\uff5e.bin': '1', '\u{1f600}.bin': '2', '\ue000.bin': '3', '\u{10ffff}': '4' }],
  ['case', 'names begin with capitals and small letters', { B: '1', a: '2', C: '3', _: '4', A1: '5' }],
  ['numbers', 'names contain numbers', { 'w-10.bin': '1', 'w-9.bin': '2', 'w-1.bin': '3', 'w-01.bin': '4' }],
  ['accents', 'names begin with accented letters', { '\u00e9': '1', z: '2', 'e\u0301': '3', e: '4', f: '5' }],
  ['punctuation', 'names contain characters before and after the slash',
    { 'a/b': '1', 'a.b': '2', 'a-b': '3', a0b: '4', 'a!b': '5', 'a b': '6', 'a~b': '7' }],
];

const orders: readonly SignRecipe[] = ordersCases.map(([id, title, files]) =>
  signing(
    `manifest_sign-order-${id}`,
    title,
    ['OMS-ORDER-1'],
    { model: directory(files), why: 'a signer with another order writes what a strict verifier refuses' },
    signs(directory(files)),
  ),
);

const fifo = (path: string): TreeNode => ({ kind: 'fifo', path });
const raw = (path: string): TreeNode => ({
  kind: 'file',
  pathHex: Buffer.from(path, 'latin1').toString('hex'),
  content: { utf8: 'x' },
});
const empty = (id: string, title: string, model: VectorModel, inputs: Partial<VectorInputs> = {}) =>
  signing(`model_sign-${id}`, title, ['OMS-ENUM-3', 'OMS-RES-7'], { model, inputs }, ['model/empty']);

// biome-ignore format: each vector is a row of a table
const refusals: readonly SignRecipe[] = [
  empty('empty', 'the model is an empty directory', { name: 'model', tree: [] }),
  empty('empty-directories', 'the model contains empty directories alone',
    { name: 'model', tree: [{ kind: 'dir', path: 'a/b' }] }),
  empty('only-git', 'the model contains git paths alone', directory({ '.git/x': 'x', '.gitignore': 'y' })),
  empty('all-excluded', 'the caller excludes all there is', plainModel, { ignorePaths: ['config.json', 'weights'] }),
  signing('model_sign-fifo', 'a FIFO is in the model', ['OMS-ENUM-5', 'OMS-RES-9'],
    { level: 'SHOULD', model: directory(plainFiles, [fifo('weights/pipe')]) }, reject(['model/unsupported-file'], { names: ['pipe'] })),
  signing('model_sign-fifo-excluded', 'FIFOs are where the caller excludes them', ['OMS-MATCH-8', 'OMS-ENUM-5'], {
    level: 'SHOULD',
    model: directory(plainFiles, [fifo('run/pipe'), fifo('pipe')]),
    inputs: { ignorePaths: ['run', 'pipe'] },
  }, signs(plainModel)),
  signing('model_sign-not-utf8', 'the name of a file is not UTF-8', ['OMS-NAME-5'],
    { model: directory(plainFiles, [raw('caf\xe9.bin')]) }, reject(['model/name-not-utf8'], { names: ['caf'] })),
  signing('model_sign-not-utf8-directory', 'the name of a directory is not UTF-8', ['OMS-NAME-5'],
    { model: directory(plainFiles, [raw('caf\xe9/x')]) }, reject(['model/name-not-utf8'], { names: ['caf'] })),
  signing('model_sign-not-utf8-excluded', 'such a file is where the caller excludes it',
    ['OMS-NAME-13', 'OMS-MATCH-2'],
    { level: 'SHOULD', model: directory(plainFiles, [raw('cache/caf\xe9')]), inputs: { ignorePaths: ['cache'] } }, signs(plainModel)),
];

const at = (path: string): VectorModel => ({ ...plainModel, path }) as VectorModel;
const named = (name: string): VectorModel => ({ ...plainModel, name });
const subjectsCases: [id: string, title: string, model: VectorModel][] = [
  ['trailing-slash', 'the path of the model ends in a slash', at('model/')],
  ['dot', 'the path of the model ends in "/."', at('model/.')],
  ['not-normalised', 'the path of the model goes up and down', at('.//model/weights/..//../model')],
  ['spaces', 'the name of the model contains spaces, dots and wildcards', named('my model.v1 [final]*')],
  ['unicode', 'the name of the model is in several scripts', named('モデル-e\u0301-\u{1f600}')],
  ['deep', 'the model is in a directory of the workspace', named('org/name/model-7b')],
];

const subjectRules: Readonly<Record<string, readonly RequirementId[]>> = {
  unicode: ['OMS-SUBJECT-3', 'OMS-DSSE-3'],
  'trailing-slash': ['OMS-SUBJECT-6', 'OMS-SUBJECT-3'],
  dot: ['OMS-SUBJECT-6', 'OMS-SUBJECT-3'],
};

const subjects: readonly SignRecipe[] = subjectsCases.map(([id, title, model]) =>
  signing(
    `statement_sign-subject-${id}`,
    title,
    subjectRules[id] ?? ['OMS-SUBJECT-3'],
    { model, ...(id === 'deep' ? { inputs: { signature: 'out.sig' } } : {}) },
    signs(model, { subject: id === 'deep' ? 'model-7b' : model.name }),
  ),
);

const single = (name: string, more: Partial<VectorModel> = {}) =>
  ({ name, content: { utf8: 'single' }, ...more }) as VectorModel;
// biome-ignore format: each vector is a row of a table
const singleFilesCases: [id: string, title: string, requirements: RequirementId[], model: VectorModel][] = [
  ['single-file', 'the model is a single file', ['OMS-NAME-4', 'OMS-ENUM-2', 'OMS-SUBJECT-3'], single('w.safetensors')],
  ['single-file-beside-others', 'other files and a link are beside the single file', ['OMS-ENUM-2'],
    single('w.safetensors', { around: [file('other', 'x'), { kind: 'symlink', path: 'link', target: 'other' }] })],
  ['single-file-path', 'the path of the single file goes up and down', ['OMS-NAME-4', 'OMS-NAME-3'],
    single('w.bin', { path: './/x/../w.bin', around: [{ kind: 'dir', path: 'x' }] })],
];

const gitignore = single('.gitignore');

// biome-ignore format: each vector is a row of a table
const singleFiles: readonly SignRecipe[] = [
  ...singleFilesCases.map(
    ([id, title, requirements, model]) => signing(`manifest_sign-${id}`, title, requirements, { model }, signs(model))),
  signing('manifest_sign-single-file-gitignore', 'the model is a single file of the name .gitignore', ['OMS-MATCH-9'],
    { model: gitignore }, { ...either, signed: expectedOf(gitignore) }),
];
