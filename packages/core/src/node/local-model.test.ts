import { execFileSync } from 'node:child_process';
import { chmodSync, linkSync, mkdirSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { addFiles, modelDirectory, nextTimestamp, temporaryDirectory } from '@model-signing/testing/tree';
import { describe, expect, it } from 'vitest';
import { PathSet } from '../format/names.ts';
import type { Listing } from '../model.ts';
import { refusal } from '../testing/refusal.ts';
import { type LocalModelOptions, localModel } from './local-model.ts';

interface Request extends LocalModelOptions {
  readonly followSymlinks?: boolean;
  readonly excluded?: readonly string[];
}

async function list(root: string, { followSymlinks = false, excluded = [], ...local }: Request = {}): Promise<Listing> {
  const set = new PathSet(excluded);
  return localModel(root, local).list({ followSymlinks, excludes: (name) => set.covers(name), sizes: true });
}

const names = ({ files }: Listing) => files.map(({ name }) => name).sort();
const unusable = (listing: Listing) => listing.unusable.map(({ name, error }) => [name, error.code]);
const onUnix = it.skipIf(process.platform === 'win32'); // links, FIFOs and raw names need POSIX

describe('a directory', () => {
  it('a directory lists regular files at any depth, including hidden and empty ones', async () => {
    const root = modelDirectory({ a: '1', '.hidden': '', 'x/y/z.bin': '123', 'x/.keep': '' });
    mkdirSync(path.join(root, 'empty'));
    const listing = await list(root);
    expect(names(listing)).toEqual(['.hidden', 'a', 'x/.keep', 'x/y/z.bin']);
    expect(listing.files.find(({ name }) => name === 'x/y/z.bin')?.size).toBe(3);
    expect(listing).toMatchObject({ singleFile: false, excluded: [], unusable: [], signatureName: null });
  });

  it('a directory reports the topmost entries that were excluded', async () => {
    const root = modelDirectory({ a: '', '.git/config': '', '.git/objects/x': '', 'sub/.git/y': '', cache: '' });
    const listing = await list(root, { excluded: ['.git', 'cache'] });
    expect(names(listing)).toEqual(['a', 'sub/.git/y']);
    expect([...listing.excluded].sort()).toEqual(['.git/', 'cache']);
  });

  it('a model is named by its basename, however its path is spelled', () => {
    expect(localModel('some/model/').name).toBe('model');
    expect(localModel('/a/b/../c/.').name).toBe('c');
    expect(localModel('.').name).toBe(path.basename(process.cwd()));
    expect(localModel('/').name).toBe('model');
  });

  onUnix(
    'a directory keeps names that contain replacement characters and reports names that are not UTF-8',
    async () => {
      const root = modelDirectory({ 'sub/ok\ufffd': '' });
      expect(names(await list(root))).toEqual(['sub/ok\ufffd']);
      const raw = Buffer.concat([Buffer.from(`${root}/sub/bad`), Buffer.of(0xff), Buffer.from('\u001b[31m')]);
      writeFileSync(raw, '');
      const listing = await list(root);
      expect(names(listing)).toEqual(['sub/ok\ufffd']);
      expect(unusable(listing)).toEqual([['sub/bad\ufffd\u001b[31m', 'model/name-not-utf8']]);
      expect(listing.unusable[0]?.error.message).not.toContain('\u001b');
    },
  );

  onUnix('a directory reports a FIFO instead of opening it', async () => {
    const root = modelDirectory({ a: '' });
    execFileSync('mkfifo', [path.join(root, 'pipe')]);
    expect(unusable(await list(root))).toEqual([['pipe', 'model/unsupported-file']]);
    expect(unusable(await list(root, { excluded: ['pipe'] }))).toEqual([]);
  });

  it('confirm refuses a directory that was replaced after it was listed', async () => {
    const root = modelDirectory({ 'sub/a': '1', b: '2' });
    const listing = await list(root);
    await listing.confirm();
    renameSync(path.join(root, 'sub'), path.join(root, '..', 'moved'));
    addFiles(root, { 'sub/a': '1' });
    await refusal('model/changed', () => listing.confirm());
  });

  it('confirm refuses a directory that was moved away and put back while it was read', async () => {
    const root = modelDirectory({ 'sub/a': '1', b: '2' });
    const listing = await list(root);
    await nextTimestamp();
    renameSync(path.join(root, 'sub'), path.join(root, '..', 'moved'));
    renameSync(path.join(root, '..', 'moved'), path.join(root, 'sub'));
    await refusal('model/changed', () => listing.confirm());
  });

  it('a directory deeper than the system can open is reported by its name, shortened, and what is above it is listed', async () => {
    const root = modelDirectory({ a: '' });
    const name = 'd'.repeat(250);
    const start = process.cwd();
    try {
      process.chdir(root);
      for (let depth = 0; depth < 20; depth++) {
        mkdirSync(name);
        process.chdir(name);
      }
      writeFileSync('deep', '');
    } finally {
      process.chdir(start);
    }
    const listing = await list(root);
    expect(names(listing)).toEqual(['a']);
    const [entry] = listing.unusable;
    expect(entry?.error).toMatchObject({ code: 'model/unreadable', cause: { code: 'ENAMETOOLONG' } });
    expect(entry?.error.message).toMatch(
      /^the directory "d+…d+" \(\d+ characters\) cannot be read: name too long \(ENAMETOOLONG\)$/,
    );
    expect(entry?.error.message.length).toBeLessThan(300);
    await refusal('model/unreadable', () => list(path.join(root, ...Array(20).fill(name))));
    execFileSync('rm', ['-r', path.join(root, name)]); // older versions of Node cannot remove it
  });

  it.skipIf(process.getuid?.() === 0)(
    'what may not be read is reported by its name: directories, files and links',
    async () => {
      const root = modelDirectory({ 'closed/a': '', 'unsearchable/b': '', ok: '' });
      symlinkSync('closed/a', path.join(root, 'link'));
      chmodSync(path.join(root, 'closed'), 0);
      chmodSync(path.join(root, 'unsearchable'), 0o400);
      const listing = await list(root, { followSymlinks: true });
      chmodSync(path.join(root, 'closed'), 0o700);
      chmodSync(path.join(root, 'unsearchable'), 0o700);
      expect(names(listing)).toEqual(['ok']);
      expect(unusable(listing).sort()).toEqual([
        ['closed', 'model/unreadable'],
        ['link', 'model/unreadable'],
        ['unsearchable/b', 'model/unreadable'],
      ]);
    },
  );

  it('confirm refuses a directory whose entries changed after they were listed', async () => {
    for (const change of [
      (root: string) => addFiles(root, { 'sub/new': '' }),
      (root: string) => rmSync(path.join(root, 'sub/a')),
      (root: string) => renameSync(path.join(root, 'sub/a'), path.join(root, 'sub/c')),
      (root: string) => rmSync(path.join(root, 'sub'), { recursive: true }),
    ]) {
      const root = modelDirectory({ 'sub/a': '1', b: '2' });
      await nextTimestamp();
      const listing = await list(root);
      change(root);
      await refusal('model/changed', () => listing.confirm());
    }
  });

  it('an abort stops the listing', async () => {
    const signal = AbortSignal.abort();
    const listing = localModel(modelDirectory({ a: '' })).list({
      followSymlinks: false,
      excludes: () => false,
      sizes: true,
      signal,
    });
    await expect(listing).rejects.toThrow('aborted');
  });
});

describe('the signature file', () => {
  it('the signature file is excluded wherever it is in the model', async () => {
    const root = modelDirectory({ a: '', 'sub/model.sig': 'x', 'model.sig': 'y' });
    const listing = await list(root, { signaturePath: path.join(root, 'sub', '..', 'sub', 'model.sig') });
    expect(names(listing)).toEqual(['a', 'model.sig']);
    expect(listing).toMatchObject({ signatureName: 'sub/model.sig', excluded: ['sub/model.sig'] });
  });

  it('the signature file has a name in the model before it exists', async () => {
    const root = modelDirectory({ 'sub/a': '' });
    const listing = await list(root, { signaturePath: path.join(root, 'sub/new.sig') });
    expect(listing).toMatchObject({ signatureName: 'sub/new.sig', excluded: [] });
  });

  it('a signature file outside the model excludes no file of the same name', async () => {
    const root = modelDirectory({ 'model.sig': '', a: '' });
    const listing = await list(root, { signaturePath: path.join(temporaryDirectory(), 'model.sig') });
    expect(names(listing)).toEqual(['a', 'model.sig']);
    expect(listing.signatureName).toBeNull();
  });

  onUnix('the signature file is recognised through a link to its directory, and if it is a link itself', async () => {
    const root = modelDirectory({ a: '' });
    const outside = temporaryDirectory();
    symlinkSync(root, path.join(outside, 'alias'));
    writeFileSync(path.join(outside, 'real.sig'), 'x');
    symlinkSync(path.join(outside, 'real.sig'), path.join(root, 'model.sig'));
    const listing = await list(root, { signaturePath: path.join(outside, 'alias', 'model.sig') });
    expect(names(listing)).toEqual(['a']);
    expect(unusable(listing)).toEqual([]);
  });

  onUnix('the signature file is one entry: no other entry with the same bytes is excluded with it', async () => {
    const root = modelDirectory({ a: '', 'payload.json': 'x' });
    linkSync(path.join(root, 'payload.json'), path.join(root, 'model.sig'));
    const hard = await list(root, { signaturePath: path.join(root, 'model.sig') });
    expect(names(hard)).toEqual(['a', 'payload.json']);
    rmSync(path.join(root, 'model.sig'));
    symlinkSync('payload.json', path.join(root, 'model.sig'));
    const soft = await list(root, { signaturePath: path.join(root, 'model.sig') });
    expect(names(soft)).toEqual(['a', 'payload.json']);
    expect(soft.excluded).toEqual(['model.sig']);
  });

  it('the signature file cannot be a directory', async () => {
    const root = modelDirectory({ 'sub/a': '' });
    const error = await refusal('model/unsupported-file', () => list(root, { signaturePath: path.join(root, 'sub') }));
    expect(error.message).toContain('is a directory');
  });

  it('a hard link to the signature file that has another name is not excluded', async () => {
    const root = modelDirectory({ 'model.sig': 'x', a: '' });
    mkdirSync(path.join(root, 'sub'));
    linkSync(path.join(root, 'model.sig'), path.join(root, 'sub/other.bin'));
    const listing = await list(root, { signaturePath: path.join(root, 'model.sig') });
    expect(names(listing)).toEqual(['a', 'sub/other.bin']);
  });
});

describe('a single file', () => {
  it('a single file is named by its basename', async () => {
    const root = modelDirectory({ 'weights.bin': '12345' });
    const listing = await list(path.join(root, 'weights.bin'));
    expect(names(listing)).toEqual(['weights.bin']);
    expect(listing.singleFile).toBe(true);
    expect(localModel(path.join(root, 'weights.bin')).name).toBe('weights.bin');
  });

  it.each<[string, (at: string) => void]>([
    ['rewritten in place', (at) => writeFileSync(at, '54321')],
    [
      'replaced by another file',
      (at) => {
        writeFileSync(`${at}.new`, '12345');
        renameSync(`${at}.new`, at);
      },
    ],
    ['removed', (at) => rmSync(at)],
    [
      'replaced by a link',
      (at) => {
        renameSync(at, `${at}.real`);
        symlinkSync(`${at}.real`, at);
      },
    ],
    [
      'rewritten with its time set back',
      (at) => {
        writeFileSync(at, '54321');
        utimesSync(at, new Date(0), new Date(0));
      },
    ],
  ])('confirm refuses a single file that was %s after it was listed', async (_, change) => {
    const at = path.join(modelDirectory({ 'weights.bin': '12345' }), 'weights.bin');
    await nextTimestamp();
    const listing = await list(at);
    await listing.confirm();
    change(at);
    await refusal('model/changed', () => listing.confirm());
  });

  it('a model that does not exist is refused', async () => {
    const error = await refusal('model/not-found', () => list(path.join(temporaryDirectory(), 'nothing')));
    expect(error.message).toContain('nothing');
    await refusal('model/not-found', () => list(path.join(modelDirectory({ a: '' }), 'a', 'below-a-file')));
  });

  onUnix('a model that is a device is refused', async () => {
    await refusal('model/unsupported-file', () => list('/dev/null'));
  });
});

describe.skipIf(process.platform === 'win32')('links', () => {
  it('links are reported and not followed by default', async () => {
    const root = modelDirectory({ a: '' });
    symlinkSync('a', path.join(root, 'link'));
    const listing = await list(root);
    expect(names(listing)).toEqual(['a']);
    expect(unusable(listing)).toEqual([['link', 'model/symlink']]);
  });

  it('links that are followed are listed with the content of their targets, once for each link', async () => {
    const root = modelDirectory({ 'real/a': '1', b: '22' });
    symlinkSync('real', path.join(root, 'dir'));
    symlinkSync('b', path.join(root, 'c'));
    symlinkSync('../b', path.join(root, 'real/d'));
    const listing = await list(root, { followSymlinks: true });
    expect(names(listing)).toEqual(['b', 'c', 'dir/a', 'dir/d', 'real/a', 'real/d']);
    expect(listing.unusable).toEqual([]);
  });

  it('links to a target outside the model are reported unless they are allowed separately', async () => {
    const root = modelDirectory({ a: '' });
    const outside = modelDirectory({ x: '' });
    symlinkSync(outside, path.join(root, 'dir'));
    symlinkSync(path.join(outside, 'x'), path.join(root, 'file'));
    expect(unusable(await list(root, { followSymlinks: true })).sort()).toEqual([
      ['dir', 'model/symlink-outside'],
      ['file', 'model/symlink-outside'],
    ]);
    const listing = await list(root, { followSymlinks: true, allowExternalSymlinks: true });
    expect(names(listing)).toEqual(['a', 'dir/x', 'file']);
    expect([...listing.externalLinks].sort()).toEqual(['dir', 'file']);
  });

  it('a link to a sibling whose name begins like that of the model is a link out of it', async () => {
    const root = modelDirectory({ a: '' });
    addFiles(`${root}-evil`, { x: '' });
    symlinkSync(`${root}-evil`, path.join(root, 'dir'));
    expect(unusable(await list(root, { followSymlinks: true }))).toEqual([['dir', 'model/symlink-outside']]);
  });

  it('links that form a cycle or have no target are reported', async () => {
    const root = modelDirectory({ 'sub/a': '' });
    symlinkSync('..', path.join(root, 'sub/up'));
    symlinkSync('self', path.join(root, 'self'));
    symlinkSync('nothing', path.join(root, 'dangling'));
    const listing = await list(root, { followSymlinks: true });
    expect(unusable(listing).sort()).toEqual([
      ['dangling', 'model/symlink-broken'],
      ['self', 'model/symlink-broken'],
      ['sub/up', 'model/symlink-broken'],
    ]);
  });

  it('following links that lead to each other ends', async () => {
    const root = modelDirectory({ 'a/x': '', 'b/y': '' });
    symlinkSync('../b', path.join(root, 'a/b'));
    symlinkSync('../a', path.join(root, 'b/a'));
    const listing = await list(root, { followSymlinks: true });
    expect(names(listing)).toEqual(['a/b/y', 'a/x', 'b/a/x', 'b/y']);
    expect(unusable(listing).sort()).toEqual([
      ['a/b/a', 'model/symlink-broken'],
      ['b/a/b', 'model/symlink-broken'],
    ]);
  });

  it('a link to a single-file model may not leave its directory unless that is allowed', async () => {
    const root = modelDirectory({ 'weights.bin': '1' });
    const alias = path.join(temporaryDirectory(), 'alias.bin');
    symlinkSync(path.join(root, 'weights.bin'), alias);
    await refusal('model/symlink-outside', () => list(alias, { followSymlinks: true }));
    expect(names(await list(alias, { followSymlinks: true, allowExternalSymlinks: true }))).toEqual(['alias.bin']);
  });

  it.each<[string, (root: string) => void]>([
    [
      'a link leads elsewhere',
      (root) => {
        rmSync(path.join(root, '../outside/link'));
        symlinkSync(path.join(root, 'a'), path.join(root, '../outside/link'));
      },
    ],
    ['its target was replaced', (root) => addFiles(path.join(root, '..'), { 'outside/new': 'x' })],
  ])('confirm refuses links that were followed if %s', async (what, change) => {
    const root = modelDirectory({ a: '' });
    addFiles(path.join(root, '..'), { 'outside/x': 'x' });
    symlinkSync('x', path.join(root, '../outside/link'));
    symlinkSync('../outside/link', path.join(root, 'file'));
    const listing = await list(root, { followSymlinks: true, allowExternalSymlinks: true });
    await listing.confirm();
    change(root);
    if (what !== 'a link leads elsewhere')
      renameSync(path.join(root, '../outside/new'), path.join(root, '../outside/x'));
    await refusal('model/changed', () => listing.confirm());
  });

  it('confirm refuses a model whose path was a link that leads elsewhere by now', async () => {
    const [root, other] = [modelDirectory({ a: '' }), modelDirectory({ a: '' })];
    const alias = path.join(temporaryDirectory(), 'alias');
    symlinkSync(root, alias);
    const listing = await list(alias, { followSymlinks: true });
    rmSync(alias);
    symlinkSync(other, alias);
    await refusal('model/changed', () => listing.confirm());
  });

  it('a link as the model path is refused unless links are followed', async () => {
    const root = modelDirectory({ a: '' });
    const alias = path.join(temporaryDirectory(), 'alias');
    symlinkSync(root, alias);
    await refusal('model/symlink', () => list(alias));
    expect(names(await list(alias, { followSymlinks: true }))).toEqual(['a']);
    rmSync(root, { recursive: true });
    await refusal('model/symlink-broken', () => list(alias, { followSymlinks: true }));
  });
});
