import { testKey } from '@model-signing/testing/forge';
import { modelDirectory } from '@model-signing/testing/tree';
import { describe, expect, it } from 'vitest';
import { keySigner, keyVerifier } from '../methods/key.ts';
import type { Model } from '../model.ts';
import { localModel } from '../node/local-model.ts';
import { signModel } from '../sign.ts';
import { refusal } from '../testing/refusal.ts';
import { verifyModel } from '../verify.ts';
import type { DroppedEntry } from './dropped-entries.ts';
import type { DirectoryHandle } from './handles.ts';
import { blobModel, directoryHandleModel, droppedModel, fileListModel } from './models.ts';

const key = testKey('P-256');
const files = { 'config.json': '{}', 'weights/a.bin': 'aaaa', 'weights/deep/b.bin': 'b' };

type Tree = Map<string, Tree | File>;

function treeOf(contents: Readonly<Record<string, string>>): Tree {
  const tree: Tree = new Map();
  for (const [path, text] of Object.entries(contents)) {
    const parts = path.split('/');
    const name = parts.pop() as string;
    let at = tree;
    for (const part of parts) {
      const below = (at.get(part) as Tree | undefined) ?? new Map();
      at.set(part, below);
      at = below;
    }
    at.set(name, new File([text], name, { lastModified: 1 }));
  }
  return tree;
}

function handleOf(name: string, tree: Tree): DirectoryHandle {
  return {
    kind: 'directory',
    name,
    async *values() {
      for (const [own, found] of tree) {
        yield found instanceof Map
          ? handleOf(own, found)
          : { kind: 'file', name: own, getFile: async () => tree.get(own) };
      }
    },
  };
}

/** An entry as it is dropped, whose reader gives two entries at a time. */
function entryOf(name: string, found: Tree | File): DroppedEntry {
  if (!(found instanceof Map)) {
    const file = { name, isFile: true, isDirectory: false, file: (give: (file: File) => void) => give(found) };
    return file;
  }
  const createReader = () => {
    const entries = [...found].map(([own, one]) => entryOf(own, one));
    return { readEntries: (give: (portion: DroppedEntry[]) => void) => give(entries.splice(0, 2)) };
  };
  const directory = { name, isFile: false, isDirectory: true, createReader };
  return directory;
}

const listOf = (contents: Readonly<Record<string, string>>) =>
  Object.entries(contents).map(([path, text]) =>
    Object.assign(new File([text], path.split('/').at(-1) as string), { webkitRelativePath: `model/${path}` }),
  );

const kinds: Readonly<Record<string, (contents: Readonly<Record<string, string>>) => Model>> = {
  handle: (contents) => directoryHandleModel(handleOf('model', treeOf(contents))),
  'dropped folder': (contents) => droppedModel(entryOf('model', treeOf(contents))),
  'list of files': (contents) => fileListModel(listOf(contents)),
};

const sign = async () => (await signModel(localModel(modelDirectory(files)), keySigner(key))).bundle;
const verifier = () => keyVerifier({ publicKey: key.publicKey });

describe.each(Object.entries(kinds))('a model from a %s', (kind, modelOf) => {
  const verdict = kind === 'dropped folder' ? 'verified' : 'partial';

  it(`a model from a ${kind} that was signed in Node is verified, and its listing says whether it is complete`, async () => {
    const found = await verifyModel(modelOf(files), await sign(), verifier());
    expect(found.verdict).toBe(verdict);
    expect(found.listing).toBe(verdict === 'verified' ? 'complete' : 'incomplete');
  });

  it(`changed, missing and added files in a ${kind} are refused`, async () => {
    const changed = { 'config.json': '{ }', 'weights/a.bin': 'aaaa', extra: '' };
    const { differences } = await refusal('model/mismatch', async () =>
      verifyModel(modelOf(changed), await sign(), verifier()),
    );
    expect(differences.map(({ kind: difference, path }) => `${difference} ${path}`)).toEqual([
      'modified config.json',
      'unsigned extra',
      'missing weights/deep/b.bin',
    ]);
  });

  it(`ignored files in a ${kind} are listed by their topmost names, and those that programs load are named`, async () => {
    const more = { ...files, '.git/config': 'x', '.github/workflows/a.yml': 'y' };
    const { ignored, warnings } = await verifyModel(modelOf(more), await sign(), verifier());
    expect(ignored).toEqual(['.git/', '.github/']);
    expect(warnings.map(({ code }) => code)).toEqual(['model/ignored-code']);
  });
});

it('the signature in a folder is left out by its path', async () => {
  const tree = treeOf({ ...files, 'model.sig': 'signature' });
  const model = directoryHandleModel(handleOf('model', tree), { signaturePath: 'model.sig' });
  const { ignored, warnings } = await verifyModel(model, await sign(), verifier());
  expect({ ignored, warnings }).toEqual({ ignored: ['model.sig'], warnings: [] });
});

it.each(['', '/model.sig', '../model.sig'])('the signature path %j is refused', (signaturePath) => {
  expect(() => directoryHandleModel(handleOf('model', new Map()), { signaturePath })).toThrow('signaturePath');
});

it('a file that is changed, added or removed while the model is read is noticed', async () => {
  for (const change of ['change', 'add', 'remove']) {
    const tree = treeOf(files);
    const model = directoryHandleModel(handleOf('model', tree));
    const changing: Model = {
      ...model,
      async list(options) {
        const listing = await model.list(options);
        if (change === 'remove') tree.delete('config.json');
        else tree.set(change === 'add' ? 'new' : 'config.json', new File(['[]'], 'x', { lastModified: 2 }));
        return listing;
      },
    };
    await refusal('model/changed', async () => verifyModel(changing, await sign(), verifier()));
  }
});

it('a file without a name that can be shown is refused, and the listing is not complete', async () => {
  const tree = treeOf(files).set('', new File(['?'], ''));
  const model = directoryHandleModel(handleOf('model', tree));
  await refusal('model/name-not-utf8', async () => verifyModel(model, await sign(), verifier()));
  const { verdict, listing } = await verifyModel(model, await sign(), verifier(), { ignoreUnsignedFiles: true });
  expect({ verdict, listing }).toEqual({ verdict: 'partial', listing: 'incomplete' });
});

it('a folder that cannot be read is refused, at the top and below', async () => {
  const unreadable: DirectoryHandle = {
    kind: 'directory',
    name: 'model',
    // biome-ignore lint/correctness/useYield: it fails before it gives anything
    async *values() {
      throw new DOMException('no', 'NotAllowedError');
    },
  };
  await refusal('model/unreadable', async () =>
    verifyModel(directoryHandleModel(unreadable), await sign(), verifier()),
  );
  const above: DirectoryHandle = {
    ...handleOf('model', treeOf(files)),
    async *values() {
      yield* handleOf('model', treeOf(files)).values();
      yield { ...unreadable, name: 'hidden' } as DirectoryHandle;
    },
  };
  await refusal('model/unreadable', async () => verifyModel(directoryHandleModel(above), await sign(), verifier()));
});

it('one file is a model, chosen or dropped, and is looked at again', async () => {
  const { bundle } = await signModel(blobModel(new File(['weights'], 'model.bin')), keySigner(key));
  const file = new File(['weights'], 'model.bin', { lastModified: 1 });
  for (const model of [blobModel(file), droppedModel(entryOf('model.bin', file))]) {
    expect((await verifyModel(model, bundle, verifier())).verdict).toBe('verified');
  }
  const other = blobModel(new File(['WEIGHTS'], 'model.bin'));
  await refusal('model/mismatch', () => verifyModel(other, bundle, verifier()));
});

it('files of two folders, and two files of one path, are no model', () => {
  const [first, second] = listOf({ a: '1', b: '2' }) as unknown as [File, File];
  const elsewhere = Object.assign(new File([''], 'c'), { webkitRelativePath: 'other/c' });
  expect(() => fileListModel([first, elsewhere])).toThrow('one folder');
  const sameName = Object.assign(new File([''], 'a'), { webkitRelativePath: 'other/a' });
  expect(() => fileListModel([first, sameName])).toThrow('one folder');
  expect(() => fileListModel([first, second, first])).toThrow('the same path');
});

it.each([null, undefined, 5, {}])('what is %j in place of a folder, an entry or a file is refused', (value) => {
  expect(() => directoryHandleModel(value as DirectoryHandle)).toThrow(TypeError);
  expect(() => droppedModel(value as DroppedEntry)).toThrow(TypeError);
  expect(() => blobModel(value as File)).toThrow(TypeError);
  expect(() => fileListModel(value as unknown as File[])).toThrow('the files must be a list of File');
});

it.each([[new File([], 'a')], ['abc'], [['a']], [[null]], [{ length: 1 }]])(
  'files that are no list of files are refused, as %j, and are not taken for an empty folder',
  (value) => {
    expect(() => fileListModel(value as unknown as File[])).toThrow('the files must be a list of File');
  },
);
