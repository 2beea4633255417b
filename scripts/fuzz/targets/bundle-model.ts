import { digestOf } from '../../../conformance/suite/src/oracle/digest.ts';
import { Judge } from '../../../conformance/suite/src/oracle/judgement.ts';
import { bytesOf, lengthOf } from '../../../conformance/suite/src/vectors/content.ts';
import type { TreeNode, VectorModel } from '../../../conformance/suite/src/vectors/vector.ts';
import { type Resource, SUB_MANIFEST_NAME, type Verification } from '../../../packages/core/src/index.ts';
import type { Listing, ListOptions, Model, ModelFile } from '../../../packages/core/src/model.ts';
import { WrongVerdict } from '../target.ts';
import type { ModelChange } from './bundle-case.ts';
import { isAtOrBelow } from './names-model.ts';

type FileNode = Extract<TreeNode, { readonly kind: 'file' }> & { readonly path: string };

/** A model that both verifiers can be given: small files with names in Unicode, and nothing else. */
export type PlainModel = { readonly name: string } & (
  | { readonly tree: readonly FileNode[] }
  | { readonly content: FileNode['content'] }
);

const MAX_BYTES = 100_000;

/** The model of a vector in this form; null if it has links, special files, much content or surroundings. */
export function plainModel(model: VectorModel): PlainModel | null {
  if (model.around !== undefined || model.path !== undefined) return null;
  if ('content' in model) return lengthOf(model.content) > MAX_BYTES ? null : model;
  const files = model.tree.filter((node): node is FileNode => node.kind === 'file' && 'path' in node);
  const others = model.tree.filter((node) => node.kind !== 'file' || !('path' in node));
  const size = files.reduce((sum, { content }) => sum + lengthOf(content), 0);
  if (others.some(({ kind }) => kind !== 'dir') || size > MAX_BYTES) return null;
  return { name: model.name, tree: files };
}

/** The model with the changes of a case. */
export function changedModel(original: PlainModel, { files, add, remove, change }: ModelChange): PlainModel {
  const model = files === undefined ? original : manyFiles(original.name, files);
  if (!('tree' in model)) return change === undefined ? model : { ...model, content: { utf8: change } };
  const kept = model.tree.filter(({ path }) => path !== remove);
  const changed = kept.map((node) => (node.path === change ? { ...node, content: { utf8: 'changed' } } : node));
  const isFree = add !== undefined && !kept.some(({ path }) => overlap(path, add));
  const added = isFree ? [{ kind: 'file', path: add, content: { utf8: '' } } as const] : [];
  return { name: model.name, tree: [...changed, ...added] };
}

/** Files that have as many bytes each as a changed one, so that only a digest tells them apart. */
function manyFiles(name: string, count: number): PlainModel {
  const names = Array.from({ length: count }, (_, i) => String(i).padStart(3, '0'));
  return { name, tree: names.map((path) => ({ kind: 'file', path, content: { utf8: `file${path}` } })) };
}

/** The names of the files that it has. */
export function namesIn(model: PlainModel): readonly string[] {
  return 'tree' in model ? model.tree.map(({ path }) => path) : [model.name];
}

/** Whether no file system could hold both. */
function overlap(a: string, b: string): boolean {
  return a === b || a.startsWith(`${b}/`) || b.startsWith(`${a}/`);
}

/** The model in memory, listed as a directory or file would be. */
export function memoryModel(model: PlainModel): Model {
  return {
    name: model.name,
    list: async (options) => ({
      singleFile: !('tree' in model),
      ...('tree' in model
        ? listTree(model.tree, options)
        : { files: [fileOf(model.name, model.content)], excluded: [] }),
      unusable: [],
      externalLinks: [],
      signatureName: null,
      confirm: async () => {},
    }),
  };
}

function listTree(tree: readonly FileNode[], { excludes }: ListOptions): Pick<Listing, 'files' | 'excluded'> {
  const excluded = new Set<string>();
  const files = tree.flatMap(({ path, content }) => {
    const parts = path.split('/');
    const above = parts.findIndex((_, i) => excludes(parts.slice(0, i + 1).join('/')));
    if (above === -1) return [fileOf(path, content)];
    excluded.add(parts.slice(0, above + 1).join('/') + (above + 1 < parts.length ? '/' : ''));
    return [];
  });
  return { files, excluded: [...excluded] };
}

function fileOf(name: string, content: FileNode['content']): ModelFile {
  const bytes = bytesOf(content);
  async function* read(start: number, end: number): AsyncGenerator<Uint8Array> {
    yield bytes.subarray(start, end);
  }
  return { name, size: bytes.length, content: { read } };
}

const judge = new Judge(new Set());

/** Every file must be signed with its content, or be reported as one that was not looked at; and every resource must be there. */
export function checkFiles(model: PlainModel, verification: Verification): void {
  const { ignored, unsigned, serialization, subManifests = [] } = verification;
  // A sub-manifest of the draft is signed like any other file; the verification names it apart from what it lists.
  const ofSubManifests = subManifests.map(({ directory, digest }) => ({
    path: `${directory}/${SUB_MANIFEST_NAME}`,
    digest,
  }));
  const resources: readonly Resource[] = [...verification.resources, ...ofSubManifests];
  const files = 'tree' in model ? model.tree : [{ path: model.name, content: model.content }];
  // Old signers call a single file ".".
  const pathOf = ({ path }: Resource) => (path === '.' && !('tree' in model) ? model.name : path);
  for (const { path, content } of files) {
    const signed = resources.filter((resource) => pathOf(resource) === path);
    const isExcused = unsigned.includes(path) || ignored.some((name) => isAtOrBelow(path, name.replace(/\/$/, '')));
    if (signed.length === 0 && !isExcused)
      throw new WrongVerdict(`accepted, and ${JSON.stringify(path)} is not signed`);
    const length = lengthOf(content);
    const ranges = signed.map(({ range = [0, length], digest }) => ({ start: range[0], end: range[1], digest }));
    const isSame = ranges.every(({ start, end, digest }) => {
      return end <= length && digestOf(serialization.hashType, content, start, end, judge) === digest;
    });
    const covered = ranges.reduce((sum, { start, end }) => sum + end - start, 0);
    if (!isSame || (signed.length > 0 && covered !== length)) {
      throw new WrongVerdict(`accepted, and ${JSON.stringify(path)} is another file than was signed`);
    }
  }
  const missing = resources.find((resource) => !files.some(({ path }) => path === pathOf(resource)));
  if (missing) throw new WrongVerdict(`accepted, and ${JSON.stringify(missing.path)} is missing`);
}
