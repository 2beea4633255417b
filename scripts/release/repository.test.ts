import { expect, it } from 'vitest';
import { sourceFields } from './repository.ts';

it('sourceFields names the source repository in the form that provenance requires', () => {
  expect(sourceFields('https://github.example/owner/name', 'packages/core')).toEqual({
    repository: { type: 'git', url: 'git+https://github.example/owner/name.git', directory: 'packages/core' },
    homepage: 'https://github.example/owner/name#readme',
    bugs: { url: 'https://github.example/owner/name/issues' },
  });
});

it.each([
  '',
  '/',
  'https://github.example/',
  'https://github.example/owner',
  'https://github.example/owner/name/more',
  'https://github.example/owner/name.git',
  'https://github.example/owner/name?x',
  'https://token@github.example/owner/name',
  'http://github.example/owner/name',
])('sourceFields refuses %j as the address of a repository', (address) => {
  expect(() => sourceFields(address, 'packages/core')).toThrow('is not https://HOST/OWNER/REPOSITORY');
});
