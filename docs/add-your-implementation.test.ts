import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadSuite } from '../conformance/suite/src/vectors/suite.ts';
import { blocks, hasPython, readersFolder } from './readers-folder.ts';
import { root } from './workplace.ts';

// Its commands are run by add-your-implementation.exhaustive.test.ts.
it('the page "add your implementation" names only existing vectors', () => {
  const suite = loadSuite();
  const page = blocks.filter(({ language }) => language !== 'python').map(({ text }) => text);
  const named =
    page.join('\n').match(/\b(?:bundle|envelope|signer|statement|manifest|model|policy|attestation)_[a-z0-9-]+/g) ?? [];
  expect(named.length).toBeGreaterThan(0);
  expect(named.filter((id) => !suite.byId.has(id))).toEqual([]);
});

it('the page "add your implementation" says that --light leaves out nothing for as long as no vector is slow', () => {
  const page = readFileSync(path.join(root, 'docs/add-your-implementation.md'), 'utf8');
  const isSlow = loadSuite().vectors.some(({ vector }) => vector.heavy);
  expect(page.includes('this version marks none')).toBe(!isSlow);
});

describe.skipIf(process.platform === 'win32' || !hasPython)(
  'the adapter that newcomers copy (skipped without a POSIX shell and Python)',
  () => {
    const run = (program: 'ours' | 'none', flags: string) => {
      const { folder, env } = readersFolder(program);
      const words = `--prefix ../clone oms-conformance run --timeout 200 ${flags} -- ./adapter`.split(' ');
      const { status, stdout, stderr } = spawnSync('npx', words, { cwd: folder, env, encoding: 'utf8' });
      return { status, said: `${stdout}${stderr}`, files: readdirSync(folder) };
    };

    it('an unchanged adapter judges no program, and says that its placeholder has to be changed', () => {
      const { status, said, files } = run('none', '--html report.html --json report.json');
      expect(said).toMatch(/PROGRAM cannot be started: .*absolute\/path\/to\/your-program/);
      expect(status, said).toBe(3);
      expect(files).not.toContain('report.json');
    });

    it('the reports of a run from a folder beside the clone are written into that folder', () => {
      const { status, said, files } = run('ours', '--only bundle_plain --only model_modified --json report.json');
      expect(status, said).toBe(0);
      expect(files).toContain('report.json');
    });
  },
);
