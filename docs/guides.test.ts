import { spawnSync } from 'node:child_process';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { fences, hasOpenssl, root, workplace } from './workplace.ts';

const guides = globSync('docs/guide/*.md', { cwd: root }).sort();
const unavailable = process.platform === 'win32' || !hasOpenssl;

// A block with a name in brackets is a file; `sh` is run; `sh exit-1` must exit with 1; `sh no-test` cannot run in a test.
describe.skipIf(unavailable)('guides (skipped without a POSIX shell and openssl)', () => {
  it.each(guides)('every command in %s works as written', (guide) => {
    const { folder, env } = workplace();
    for (const { language, info, text } of fences(readFileSync(path.join(root, guide), 'utf8'))) {
      const file = /^\[(.+)\]$/.exec(info)?.[1];
      if (file !== undefined) {
        writeFileSync(path.join(folder, file), `${text}\n`);
        continue;
      }
      if (language !== 'sh' || info === 'no-test') continue;
      const cwd = info === 'in-repository' ? root : folder;
      const { status, stderr, stdout } = spawnSync('sh', ['-e', '-c', text], { cwd, env, encoding: 'utf8' });
      const expected = info.startsWith('exit-') ? Number(info.slice('exit-'.length)) : 0;
      expect(status, `${text}\n${stdout}${stderr}`).toBe(expected);
    }
  });
});
