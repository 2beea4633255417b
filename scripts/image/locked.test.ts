import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Lock, neededPackages, nodePackage, readLock } from './locked.ts';
import { imagePlatforms } from './platforms.ts';

const [amd64, arm64] = imagePlatforms as readonly [(typeof imagePlatforms)[0], (typeof imagePlatforms)[0]];
const integrity = 'sha512-AAAA';
const lock: Lock = {
  'packages/cli': { dependencies: { a: '1' }, optionalDependencies: { '@model-signing/native-linux-x64-gnu': '1' } },
  'node_modules/a': {
    version: '1.0.0',
    integrity,
    dependencies: { b: '1' },
    optionalDependencies: { fast: '1', slow: '1' },
  },
  'node_modules/a/node_modules/b': { version: '2.0.0', integrity },
  'node_modules/b': { version: '1.0.0', integrity },
  'node_modules/fast': { version: '1.0.0', integrity, os: ['linux'], cpu: ['x64'], libc: ['glibc'] },
  'node_modules/slow': { version: '1.0.0', integrity, os: ['linux'], cpu: ['x64'], libc: ['musl'] },
};

const placesOf = (found: ReturnType<typeof neededPackages>) => found.map(({ place, version }) => `${place} ${version}`);

describe('the npm packages in the image', () => {
  it('are those that npm would install on the platform, with their nested versions', () => {
    expect(placesOf(neededPackages(lock, amd64))).toEqual([
      'node_modules/a 1.0.0',
      'node_modules/a/node_modules/b 2.0.0',
      'node_modules/fast 1.0.0',
    ]);
    expect(placesOf(neededPackages(lock, arm64))).not.toContain('node_modules/fast 1.0.0');
  });

  it('are refused if one is missing, has no digest, or shares a place with another version', () => {
    const { 'node_modules/a/node_modules/b': _, 'node_modules/b': __, ...without } = lock;
    expect(() => neededPackages(without, amd64)).toThrow('no b for');
    expect(() => neededPackages({ ...lock, 'node_modules/fast': { version: '1.0.0' } }, amd64)).toThrow('no digest');
    const twice: Lock = {
      ...lock,
      'packages/cli': { dependencies: { a: '1', fast: '1', b: '1' } },
      'packages/cli/node_modules/b': { version: '3.0.0', integrity },
      'node_modules/fast': { version: '1.0.0', integrity, dependencies: { b: '1' } },
    };
    expect(() => neededPackages(twice, amd64)).toThrow('in one place');
  });

  it('the lock file of the repository has all of them, and Node, for each platform', () => {
    const own = readLock(path.resolve(import.meta.dirname, '../..'));
    for (const platform of imagePlatforms) {
      const names = neededPackages(own, platform).map(({ name }) => name);
      expect(names).toContain(`@napi-rs/blake-hash-linux-${platform.cpu}-gnu`);
      expect(names).not.toContain('@model-signing/pkcs11');
      expect(nodePackage(own, platform).name).toBe(platform.node);
    }
  });
});
