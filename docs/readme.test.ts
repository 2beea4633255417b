import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { expect, it } from 'vitest';
import { blocksOf } from './documents/blocks.ts';
import { isLike } from './documents/output.ts';
import { root } from './workplace.ts';

it('the session in the README is what `npm start` prints', () => {
  const shown = blocksOf('README.md').find(({ language }) => language === 'text')?.text ?? '';
  const { status, stdout, stderr } = spawnSync('sh', ['-c', `node "${path.join(root, 'scripts/demo.ts')}" 2>&1`], {
    encoding: 'utf8',
  });
  expect(status, stderr).toBe(0);
  expect(shown).not.toBe('');
  expect(stripVTControlCharacters(stdout)).toSatisfy((printed: string) => isLike(printed, `…${shown}…`));
});
