import type { CertificateKind } from './certificates.ts';
import type { Options, Through } from './implementation.ts';
import { CURVES, type Curve } from './keys.ts';
import type { Tampering, Tree } from './model-tree.ts';

/**
 * One model, one way to sign it and one way to verify it. Each implementation must accept what the other signed, and both must
 * refuse the model once it is tampered with.
 */
export interface Case {
  /** Names the case in known-differences.json; never changes its meaning. */
  readonly id: string;
  /** Completes the sentence `x signs and y verifies …`. */
  readonly title: string;
  readonly tree: Tree;
  readonly tampering: Tampering;
  /** Default P-256. */
  readonly curve?: Curve;
  /** Signs with a certificate instead of a plain key. */
  readonly certificate?: CertificateKind;
  readonly sign?: Options;
  /** Default: the options of `sign` about links and git paths, which a verifier needs too. */
  readonly verify?: Options;
  /** The path of the signature, relative to the working directory. Default `model.sig`. */
  readonly signature?: string;
  /** The path of the model. Default `model`. */
  readonly model?: string;
  /** The path of the tree, relative to the directory of the case. Default: that of the model. */
  readonly treeAt?: string;
  /** Whether the working directory is the tree. Default false: it is the directory of the case. */
  readonly insideTree?: boolean;
  /** Files that appear after signing, relative to the tree. */
  readonly addedLater?: Tree;
  /** The part of the peer that verifies. Default `command`, or `library` if the command has no flags for it. */
  readonly through?: Through;
  /** The only signer, if the other direction tests nothing. */
  readonly onlySigner?: 'ours' | 'peer';
  /** Our message if even the untampered model must be refused. */
  readonly refused?: RegExp;
  /** Whether the root digests that both print are compared. Default false. */
  readonly digest?: boolean;
}

const ordinaryTree = {
  'config.json': '{"layers": 2}',
  'model.safetensors': 'weights '.repeat(64),
  'vocabulary/words.txt': 'one\ntwo\n',
  'notes.txt': 'to be ignored',
  'cache/blob': 'to be ignored, too',
};

/** Each curve and each shape of a model, with and without ignored paths. */
export const matrix: readonly Case[] = CURVES.flatMap((curve): Case[] => [
  {
    id: `tree/${curve}`,
    title: `a tree with a key on ${curve}`,
    curve,
    tree: ordinaryTree,
    tampering: { flip: 'model.safetensors' },
    digest: curve === 'P-256',
  },
  {
    id: `tree-ignoring/${curve}`,
    title: `a tree with a key on ${curve}, without the ignored paths`,
    curve,
    tree: ordinaryTree,
    tampering: { flip: 'vocabulary/words.txt' },
    sign: { ignorePaths: ['model/notes.txt', 'model/cache'] },
  },
  {
    id: `file/${curve}`,
    title: `a single file with a key on ${curve}`,
    curve,
    model: 'model.gguf',
    tree: 'weights '.repeat(64),
    tampering: { flip: '' },
    digest: curve === 'P-256',
  },
  {
    id: `file-ignoring/${curve}`,
    title: `a single file with a key on ${curve}, signed with an ignored path beside it`,
    curve,
    treeAt: 'models',
    model: 'models/model.gguf',
    tree: { 'model.gguf': 'weights', 'notes.txt': 'beside' },
    tampering: { flip: 'model.gguf' },
    sign: { ignorePaths: ['models/notes.txt'] },
    // Ours treats an ignored path outside the model as a mistake of the caller.
    onlySigner: 'peer',
  },
]);

/** Trees that are unusual but valid. */
export const oddTrees: readonly Case[] = [
  {
    id: 'directory-beside-file-of-same-stem',
    title: 'a tree with tokenizer/ beside tokenizer.json',
    tree: { 'tokenizer/merges.txt': 'a b', 'tokenizer.json': '{}', 'a.bin': 'a' },
    tampering: { flip: 'tokenizer/merges.txt' },
    digest: true,
  },
  {
    id: 'dash-before-slash',
    title: 'a tree with a-b beside a/b',
    tree: { 'a-b': 'dash', 'a/b': 'slash' },
    tampering: { flip: 'a/b' },
    digest: true,
  },
  {
    id: 'code-points',
    title: 'names whose order differs between code points and UTF-16',
    tree: { '\uff5e.bin': 'full-width tilde', '\u{1f600}.bin': 'emoji', '\u00e9.bin': 'accent' },
    tampering: { flip: '\u{1f600}.bin' },
    digest: true,
  },
  {
    id: 'normalisation',
    title: 'two names that are equal once Unicode is normalised',
    tree: { 'caf\u00e9': 'composed', 'cafe\u0301': 'decomposed' },
    tampering: { flip: 'cafe\u0301' },
    digest: true,
  },
  {
    id: 'deep-and-hidden',
    title: 'deep and hidden files',
    tree: { '.hidden': 'h', '.settings/.deeper/x': 'x', 'a/b/c/d/e/f/g/h/i/j/k.bin': 'deep' },
    tampering: { flip: '.settings/.deeper/x' },
    digest: true,
  },
  {
    id: 'empty-file-and-directory',
    title: 'an empty file and an empty directory',
    tree: { '__init__.py': '', 'empty/': '', 'a.bin': 'a' },
    tampering: { remove: '__init__.py' },
    digest: true,
  },
  {
    id: 'spaces-and-colons',
    title: 'names with spaces and colons',
    tree: { 'my model: v1.bin': '1', 'a:0:10': '2', ' leading/trailing ': '3' },
    tampering: { flip: 'a:0:10' },
    digest: true,
  },
  {
    id: 'control-characters',
    title: 'names with quotes, a backslash and a line feed',
    tree: { '"quoted"': '1', 'back\\slash': '2', 'two\nlines': '3' },
    tampering: { flip: 'two\nlines' },
    digest: true,
  },
  {
    id: 'git-paths',
    title: 'nested git paths, without those at the top',
    tree: {
      '.git/config': 'g',
      '.github/workflow.yml': 'g',
      '.gitattributes': 'g',
      '.gitignore': 'g',
      'sub/.git/config': 'signed',
      'sub/.gitignore': 'signed',
    },
    tampering: { flip: 'sub/.gitignore' },
    digest: true,
  },
  {
    id: 'git-paths-signed',
    title: 'git paths at the top, where the signer asks for them',
    tree: { '.git/config': 'signed', '.gitignore': 'signed', 'a.bin': 'a' },
    tampering: { flip: '.gitignore' },
    sign: { ignoreGitPaths: false },
  },
];
