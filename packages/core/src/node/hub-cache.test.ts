import { mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { addFiles, temporaryDirectory } from '@model-signing/testing/tree';
import { describe, expect, it } from 'vitest';
import type { Listing } from '../model.ts';
import { refusal } from '../testing/refusal.ts';
import { type LocalModelOptions, localModel } from './local-model.ts';

const REVISION = '5f2c0e1d';

interface Cache {
  readonly repository: string;
  readonly snapshot: string;
}

/** A repository in a cache, with a snapshot of two files. */
function cache(name = 'models--org--name'): Cache {
  const repository = path.join(temporaryDirectory(), 'hub', name);
  const snapshot = path.join(repository, 'snapshots', REVISION);
  addFiles(repository, { 'blobs/b1': 'weights', 'blobs/b2': '{}', 'refs/main': REVISION, '.no_exist/x/a.json': '' });
  mkdirSync(path.join(snapshot, 'nested'), { recursive: true });
  symlinkSync('../../blobs/b1', path.join(snapshot, 'weights.bin'));
  symlinkSync('../../../blobs/b2', path.join(snapshot, 'nested/config.json'));
  return { repository, snapshot };
}

type Request = LocalModelOptions & { readonly followSymlinks?: boolean };

const list = (root: string, { followSymlinks = false, ...local }: Request = {}): Promise<Listing> =>
  localModel(root, local).list({ followSymlinks, excludes: () => false, sizes: true, warn: () => {} });

const names = ({ files }: Listing) => files.map(({ name }) => name).sort();
const unusable = (listing: Listing) => listing.unusable.map(({ name, error }) => [name, error.code]).sort();

describe.skipIf(process.platform === 'win32')('a snapshot in the cache of a hub', () => {
  it('a snapshot lists the files that its links stand for, and each link with its target', async () => {
    const listing = await list(cache().snapshot, { hubCache: true });
    expect(listing.files.map(({ name, size }) => [name, size]).sort()).toEqual([
      ['nested/config.json', 2],
      ['weights.bin', 7],
    ]);
    expect([...(listing.hubLinks ?? [])].sort((a, b) => (a.path < b.path ? -1 : 1))).toEqual([
      { path: 'nested/config.json', target: '../../../blobs/b2' },
      { path: 'weights.bin', target: '../../blobs/b1' },
    ]);
    expect(listing).toMatchObject({ unusable: [], externalLinks: [] });
    await listing.confirm();
  });

  it('absolute links to own blobs, as older clients wrote them, are taken too, also through a directory that is a link', async () => {
    const { repository, snapshot } = cache();
    const home = path.join(temporaryDirectory(), 'home');
    symlinkSync(path.join(repository, '../..'), home);
    const targets = {
      direct: path.join(repository, 'blobs/b1'),
      linked: path.join(home, 'hub', path.basename(repository), 'blobs/b1'),
    };
    for (const [name, target] of Object.entries(targets)) symlinkSync(target, path.join(snapshot, name));
    const listing = await list(snapshot, { hubCache: true });
    expect(names(listing)).toEqual(['direct', 'linked', 'nested/config.json', 'weights.bin']);
    for (const [name, target] of Object.entries(targets)) {
      expect(listing.hubLinks).toContainEqual({ path: name, target });
      expect((await list(path.join(snapshot, name), { hubCache: true })).files).toMatchObject([{ name, size: 7 }]);
    }
    await listing.confirm();
    expect(unusable(await list(snapshot))).toContainEqual(['linked', 'model/symlink-hub-cache']);
  });

  it('a folder of a snapshot, and one file of it, are read like the snapshot', async () => {
    const { snapshot } = cache();
    expect(names(await list(path.join(snapshot, 'nested'), { hubCache: true }))).toEqual(['config.json']);
    const file = await list(path.join(snapshot, 'weights.bin'), { hubCache: true });
    expect(file).toMatchObject({ singleFile: true, hubLinks: [{ path: 'weights.bin', target: '../../blobs/b1' }] });
    expect(file.files).toMatchObject([{ name: 'weights.bin', size: 7 }]);
    await file.confirm();
  });

  it('a snapshot with copies in place of links, as on Windows, is an ordinary directory', async () => {
    const { snapshot } = cache();
    for (const name of readdirSync(snapshot)) rmSync(path.join(snapshot, name), { recursive: true });
    writeFileSync(path.join(snapshot, 'weights.bin'), 'weights');
    expect(await list(snapshot, { hubCache: true })).toMatchObject({ hubLinks: [], unusable: [] });
  });

  it.each([{}, { followSymlinks: true }])(
    'the links of a snapshot are refused by a code of their own unless they are asked for: %j',
    async (request) => {
      const { snapshot } = cache();
      const listing = await list(snapshot, request);
      expect(names(listing)).toEqual([]);
      expect(unusable(listing)).toEqual([
        ['nested/config.json', 'model/symlink-hub-cache'],
        ['weights.bin', 'model/symlink-hub-cache'],
      ]);
      await refusal('model/symlink-hub-cache', () => list(path.join(snapshot, 'weights.bin'), request));
    },
  );

  it('links that are followed out of the model are followed to blobs too', async () => {
    const listing = await list(cache().snapshot, { followSymlinks: true, allowExternalSymlinks: true });
    expect([...listing.externalLinks].sort()).toEqual(['nested/config.json', 'weights.bin']);
    expect(listing.hubLinks).toEqual([]);
  });

  it('the whole repository as a model is refused with the path of its snapshot', async () => {
    const listing = await list(cache().repository, { hubCache: true });
    expect(listing.unusable[0]?.error.message).toContain(`give its snapshot "snapshots/${REVISION}"`);
  });

  it('a link to a snapshot as the model path is refused with the path of the snapshot', async () => {
    const { snapshot } = cache();
    const alias = path.join(temporaryDirectory(), 'alias');
    symlinkSync(snapshot, alias);
    const error = await refusal('model/symlink', () => list(alias, { hubCache: true }));
    expect(error.message).toContain(snapshot);
    expect(names(await list(`${alias}/`, { hubCache: true }))).toEqual(['nested/config.json', 'weights.bin']);
  });
});

/** Links that a snapshot may hold and that are not links to its own blobs. */
const others: [string, (cache: Cache) => string][] = [
  [
    'an absolute link to a blob of another repository',
    ({ repository }) => {
      addFiles(path.join(repository, '../models--org--other'), { 'blobs/b1': 'other' });
      return path.join(repository, '../models--org--other/blobs/b1');
    },
  ],
  [
    'an absolute link to a blob that is itself a link',
    ({ repository }) => {
      symlinkSync('b1', path.join(repository, 'blobs/b5'));
      return path.join(repository, 'blobs/b5');
    },
  ],
  [
    'an absolute link to an own blob by way of a directory with another name',
    ({ repository }) => {
      symlinkSync('blobs', path.join(repository, 'other'));
      return path.join(repository, 'other/b1');
    },
  ],
  ['an absolute link to a file out of the cache', () => '/etc/passwd'],
  [
    'a link to a blob of another repository',
    ({ repository }) => {
      addFiles(path.join(repository, '../models--org--other'), { 'blobs/b1': 'other' });
      return '../../../models--org--other/blobs/b1';
    },
  ],
  [
    'a link to a blob that is itself a link',
    ({ repository }) => {
      symlinkSync('b1', path.join(repository, 'blobs/b3'));
      return '../../blobs/b3';
    },
  ],
  [
    'a link to a blob that is a link to a file outside the cache',
    ({ repository }) => {
      symlinkSync('/etc/passwd', path.join(repository, 'blobs/b4'));
      return '../../blobs/b4';
    },
  ],
  [
    'a link below the blobs',
    ({ repository }) => {
      addFiles(repository, { 'blobs/sub/b1': '' });
      return '../../blobs/sub/b1';
    },
  ],
  [
    'a link to blobs that are a link',
    ({ repository }) => {
      renameSync(path.join(repository, 'blobs'), path.join(repository, '../elsewhere'));
      symlinkSync('../elsewhere', path.join(repository, 'blobs'));
      return '../../blobs/b1';
    },
  ],
  [
    'a link through a link to another snapshot',
    ({ snapshot }) => {
      symlinkSync('.', path.join(snapshot, '../alias'));
      return '../alias/../blobs/b1';
    },
  ],
  ['a link to all blobs', () => '../../blobs'],
  ['a link to another file of the repository', () => '../../refs/main'],
  ['a link to a file in the snapshot', () => 'nested/config.json'],
  [
    'a link to a folder named blobs in the snapshot',
    ({ snapshot }) => {
      addFiles(snapshot, { 'blobs/b1': '' });
      return 'blobs/b1';
    },
  ],
  ['a link to an own blob with a separator at the end', () => '../../blobs/b1/'],
  ['a link to a blob that does not exist', () => '../../blobs/nothing'],
];

describe.skipIf(process.platform === 'win32')('other links in a snapshot', () => {
  it.each(others)('%s is not read as a file', async (_, make) => {
    const made = cache();
    const target = make(made);
    symlinkSync(target, path.join(made.snapshot, 'link'));
    const listing = await list(made.snapshot, { hubCache: true });
    expect(unusable(listing)).toContainEqual(['link', 'model/symlink']);
    await refusal('model/symlink', () => list(path.join(made.snapshot, 'link'), { hubCache: true }));
  });

  it('a link to blobs beside a directory that is not a snapshot is not read as a file', async () => {
    const { repository } = cache();
    mkdirSync(path.join(repository, 'exports', REVISION), { recursive: true });
    symlinkSync('../../blobs/b1', path.join(repository, 'exports', REVISION, 'link'));
    expect(unusable(await list(path.join(repository, 'exports', REVISION), { hubCache: true }))).toEqual([
      ['link', 'model/symlink'],
    ]);
  });

  it('a cache inside a model is not the cache of that model', async () => {
    const { repository } = cache();
    const listing = await list(path.dirname(repository), { hubCache: true });
    expect(new Set(unusable(listing).map(([, code]) => code))).toEqual(new Set(['model/symlink-hub-cache']));
  });
});

describe.skipIf(process.platform === 'win32')('a snapshot that changes after it was listed', () => {
  const changes: [string, (cache: Cache) => void][] = [
    [
      'a link is turned to another blob',
      ({ snapshot }) => {
        rmSync(path.join(snapshot, 'weights.bin'));
        symlinkSync('../../blobs/b2', path.join(snapshot, 'weights.bin'));
      },
    ],
    [
      'a blob is replaced',
      ({ repository }) => {
        writeFileSync(path.join(repository, 'blobs/new'), 'weights');
        renameSync(path.join(repository, 'blobs/new'), path.join(repository, 'blobs/b1'));
      },
    ],
    ['a blob is removed', ({ repository }) => rmSync(path.join(repository, 'blobs/b1'))],
  ];

  it.each(changes)('confirm refuses the snapshot if %s', async (_, change) => {
    const made = cache();
    const whole = await list(made.snapshot, { hubCache: true });
    const file = await list(path.join(made.snapshot, 'weights.bin'), { hubCache: true });
    change(made);
    await refusal('model/changed', () => whole.confirm());
    await refusal('model/changed', () => file.confirm());
  });
});
