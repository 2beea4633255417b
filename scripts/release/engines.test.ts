import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { modelDirectory, type Tree } from '@model-signing/testing/tree';
import { describe, expect, it } from 'vitest';
import { sealFor } from '../../packages/native/src/seal.ts';
import { platforms } from '../native/platforms.ts';
import { checkBuilt, makeEnginePackages } from './engines.ts';
import { isEngine, publishedPackages } from './packages.ts';

/** The smallest file that looks like an engine for Linux on x64. */
const engine = () => {
  const head = Buffer.alloc(64);
  head.writeUInt32BE(0x7f454c46);
  head.writeUInt16LE(62, 18);
  const library = Buffer.concat([head, Buffer.from('\0napi_register_module_v1\0GLIBC_2.28\0')]);
  return Buffer.concat([library, sealFor(library)]);
};

/** A checkout with these compiled engines. */
function checkout(engines: Tree): string {
  const built = Object.entries(engines).map(([name, bytes]) => [`packages/native/build/${name}.node`, bytes]);
  return modelDirectory({
    'package.json': '{ "workspaces": ["packages/*"] }',
    'packages/native/package.json': JSON.stringify({
      name: '@model-signing/native',
      version: '1.2.3',
      license: 'Apache-2.0',
      repository: { directory: 'packages/native' },
    }),
    'packages/native/LICENSE': 'text',
    'packages/cli/package.json': JSON.stringify({ name: '@model-signing/cli', version: '1.2.3' }),
    ...Object.fromEntries(built),
  });
}

const manifest = (root: string, folder: string) =>
  JSON.parse(readFileSync(path.join(root, folder, 'package.json'), 'utf8'));

describe('the packages of the native engine', () => {
  const folder = 'packages/native/platforms/linux-x64-gnu';

  function release(): string {
    const root = checkout({ 'linux-x64-gnu': engine() });
    makeEnginePackages(root);
    return root;
  }

  it('the package of a platform has the version, the licence and the source of the engine, and installs only there', () => {
    expect(manifest(release(), folder)).toMatchObject({
      name: '@model-signing/native-linux-x64-gnu',
      version: '1.2.3',
      license: 'Apache-2.0',
      repository: { directory: 'packages/native' },
      os: ['linux'],
      cpu: ['x64'],
      libc: ['glibc'],
      main: 'linux-x64-gnu.node',
    });
  });

  it('the package of a platform has no scripts and no dependencies', () => {
    expect(Object.keys(manifest(release(), folder)).filter((each) => /^scripts$|dependencies/i.test(each))).toEqual([]);
  });

  it('the package of a platform has the engine, its licence and those of what is compiled in', () => {
    const root = release();
    const { files } = manifest(root, folder);
    const has = (file: string) => existsSync(path.join(root, folder, file));
    expect([...files, 'LICENSE', 'README.md'].filter((file) => !has(file))).toEqual([]);
    expect(files).toContain('THIRD-PARTY-LICENSES.txt');
  });

  it('the engine and the command name the packages that were made, in their exact version', () => {
    const root = release();
    const named = { '@model-signing/native-linux-x64-gnu': '1.2.3' };
    expect(manifest(root, 'packages/native').optionalDependencies).toEqual(named);
    expect(manifest(root, 'packages/cli').optionalDependencies).toEqual(named);
  });

  it('the packages are published with the others, and name the folder of the engine as their source', () => {
    const [found, ...more] = publishedPackages(release()).filter(isEngine);
    expect(more).toEqual([]);
    expect(found).toMatchObject({ name: '@model-signing/native-linux-x64-gnu', source: 'packages/native' });
  });

  it('an engine for another platform than its name says is refused', () => {
    expect(() => makeEnginePackages(checkout({ 'linux-arm64-gnu': engine() }))).toThrow(
      'the engine for linux-arm64-gnu: it is ELF x64, expected ELF arm64',
    );
  });

  it('a release without a compiled engine is refused', () => {
    expect(() => makeEnginePackages(checkout({}))).toThrow('there is no compiled engine in packages/native/build');
  });
});

describe('the engines that other jobs built', () => {
  const complete = () => checkout(Object.fromEntries(platforms.map(({ name }) => [name, name])));
  const digest = (text: string) => createHash('sha256').update(text).digest('hex');
  const digests = Object.fromEntries(platforms.map(({ name }) => [name, digest(name)]));

  it('engines with the digests of the jobs are accepted', () => {
    expect(() => checkBuilt(complete(), JSON.stringify(digests))).not.toThrow();
  });

  it.each([
    ['changed', { ...digests, 'darwin-x64': digest('other') }],
    ['of a job without a digest', { ...digests, 'darwin-x64': '' }],
    ['of no job', Object.fromEntries(Object.entries(digests).filter(([name]) => name !== 'darwin-x64'))],
  ])('an engine that is %s is refused', (_, expected) => {
    expect(() => checkBuilt(complete(), JSON.stringify(expected))).toThrow(
      'the engine for darwin-x64 is not the one that was built',
    );
  });

  it('a release that lacks the engine of a platform is refused', () => {
    const less = checkout({ 'linux-x64-gnu': 'linux-x64-gnu' });
    expect(() => checkBuilt(less, JSON.stringify(digests))).toThrow('the engine for linux-x64-musl is not');
  });
});

it('no package of the repository names the packages of platforms, so that npm ci needs none', () => {
  const root = path.resolve(import.meta.dirname, '../..');
  const text = ['package.json', 'package-lock.json', 'packages/native/package.json', 'packages/cli/package.json']
    .map((file) => readFileSync(path.join(root, file), 'utf8'))
    .join('');
  expect(platforms.filter(({ name }) => text.includes(`@model-signing/native-${name}`))).toEqual([]);
});
