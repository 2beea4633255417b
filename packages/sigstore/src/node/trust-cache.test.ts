import { afterEach, expect, it, vi } from 'vitest';

vi.mock('node:os', () => ({
  homedir() {
    throw Object.assign(new Error('uv_os_homedir returned ENOENT'), { code: 'ERR_SYSTEM_ERROR' });
  },
}));

const { trustCacheFile } = await import('./trust-cache.ts');

afterEach(() => void vi.unstubAllEnvs());

it('a user without a home directory has no place for a fetched trust root', () => {
  vi.stubEnv('XDG_CACHE_HOME', '');
  vi.stubEnv('LOCALAPPDATA', '');
  expect(trustCacheFile('public-good')).toBeNull();
});

it.runIf(process.platform === 'linux')('a cache directory that is named counts without a home directory', () => {
  vi.stubEnv('XDG_CACHE_HOME', '/places/cache');
  expect(trustCacheFile('staging')).toBe('/places/cache/model-signing/staging.json');
});
