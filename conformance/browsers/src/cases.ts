// Which vectors a browser can be given, and why the others cannot exist there.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { bytesOf, lengthOf } from '../../suite/src/vectors/content.ts';
import { type LoadedVector, loadAllVectors } from '../../suite/src/vectors/load.ts';
import type { TreeNode, VectorModel } from '../../suite/src/vectors/vector.ts';
import type { Case, CaseFile, CaseInputs } from './case.ts';

/** Larger files are tested apart, and not sent to a page in Base64. */
const MAX_BYTES = 16 * 1024 * 1024;

/** A vector that a browser can be given, or why not. */
export type Prepared =
  | { readonly loaded: LoadedVector; readonly ready: Case }
  | { readonly loaded: LoadedVector; readonly impossible: string };

/** Prepares all vectors of the suite, those of the draft last. */
export function prepareCases(): Prepared[] {
  return loadAllVectors().map((loaded) => {
    const impossible = whyImpossible(loaded);
    return impossible === null ? { loaded, ready: caseOf(loaded) } : { loaded, impossible };
  });
}

function whyImpossible({ vector }: LoadedVector): string | null {
  const { kind, model, inputs } = vector;
  if (kind === 'sign' || kind === 'roundtrip') return 'it signs, and a browser only verifies';
  if (inputs.attestations ?? inputs.requireAttestation) {
    return 'it has a file of attestations, and the library reads none in a browser';
  }
  if (inputs.publicKey?.includes('ml-dsa')) return 'its key is for ML-DSA-65, which no browser has';
  const nodes = 'tree' in model ? model.tree : [];
  if (nodes.some(({ kind }) => kind === 'symlink')) return 'its model has a symbolic link, and a browser shows none';
  if (nodes.some(({ kind }) => kind === 'fifo')) return 'its model has a FIFO, and a browser shows none';
  if (nodes.some((node) => 'pathHex' in node)) {
    return 'its model has a name that is not UTF-8, which a browser does not show as it is';
  }
  if (model.path !== undefined && model.path !== model.name) {
    return 'its model is named by a path, and a browser has no paths';
  }
  if ((model.around ?? []).some(({ kind }) => kind === 'symlink')) {
    return 'its workspace has a symbolic link, and a browser shows none';
  }
  const { allowSymlinks, allowExternalSymlinks } = inputs;
  if (allowSymlinks || allowExternalSymlinks) return 'it asks for links to be followed, and a browser shows none';
  if (sizeOf(model) > MAX_BYTES) return `its model has more than ${MAX_BYTES} bytes, which are not sent to a page`;
  return null;
}

function sizeOf(model: VectorModel): number {
  const contents = 'content' in model ? [model.content] : model.tree.flatMap(contentsOf);
  return contents.reduce((sum, content) => sum + lengthOf(content), 0);
}

function contentsOf(node: TreeNode) {
  return node.kind === 'file' ? [node.content] : [];
}

const text = (file: string) => readFileSync(file, 'utf8');
const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');

function caseOf(loaded: LoadedVector): Case {
  const { vector, bundle, furtherBundles } = loaded;
  const { model, inputs } = vector;
  if (bundle === null) throw new Error(`the vector ${vector.id} has no bundle`);
  const inside = inputs.signature?.startsWith(`${model.name}/`) ? inputs.signature.slice(model.name.length + 1) : null;
  const files = filesOf(model);
  return {
    id: vector.id,
    model: {
      name: model.name,
      isFile: 'content' in model,
      files: inside === null ? files : [...files.filter((file) => file.path !== inside), signatureFile(inside, bundle)],
    },
    bundles: [bundle, ...furtherBundles].map(base64),
    signaturePath: inside,
    inputs: inputsOf(loaded),
  };
}

function signatureFile(name: string, bundle: Uint8Array): CaseFile {
  return { path: name, content: base64(bundle) };
}

function filesOf(model: VectorModel): CaseFile[] {
  if ('content' in model) return [{ path: model.name, content: base64(bytesOf(model.content)) }];
  return model.tree.flatMap((node) =>
    node.kind === 'file' && 'path' in node ? [{ path: node.path, content: base64(bytesOf(node.content)) }] : [],
  );
}

function inputsOf(loaded: LoadedVector): CaseInputs {
  const { directory, root } = loaded;
  const { inputs } = loaded.vector;
  const { publicKey, roots, timestampRoots, trustedRoot, policy, policyFiles, sideFile, ...others } = inputs;
  const read = (name: string) => text(path.join(root, name));
  return {
    ...(others as Omit<CaseInputs, 'policyFiles' | 'sideFile'>),
    ...(publicKey !== undefined && { publicKey: read(publicKey) }),
    ...(roots && { roots: roots.map(read) }),
    ...(timestampRoots && { timestampRoots: timestampRoots.map(read) }),
    ...(trustedRoot !== undefined && { trustedRoot: text(path.join(directory, trustedRoot)) }),
    ...(sideFile !== undefined && { sideFile: base64(readFileSync(path.join(directory, sideFile))) }),
    ...(policy !== undefined && { policy: text(path.join(directory, policy)) }),
    ...(policy !== undefined && { policyFiles: policyFilesOf(policyFiles ?? [], loaded) }),
  };
}

/** The files beside a policy: those that it names, and a trusted root. */
function policyFilesOf(names: readonly string[], { vector, directory, root }: LoadedVector): Record<string, string> {
  const { trustedRoot } = vector.inputs;
  const named = names.map((name): [string, string] => [name, path.join(root, name)]);
  const besides: [string, string][] =
    trustedRoot === undefined ? [] : [[trustedRoot, path.join(directory, trustedRoot)]];
  return Object.fromEntries([...named, ...besides].map(([name, file]) => [name, base64(readFileSync(file))]));
}
