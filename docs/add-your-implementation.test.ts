import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Report } from '../conformance/suite/src/report/report.ts';
import { loadSuite } from '../conformance/suite/src/vectors/suite.ts';
import { blocks, hasPython, readersFolder } from './readers-folder.ts';
import { hasOpenssl } from './workplace.ts';

// All vectors are run by add-your-implementation.exhaustive.test.ts; this runs a few of each kind.
const few = `run --timeout 300 ${['bundle_plain', 'model_modified', 'bundle_sign-plain', 'signer_certificate', 'model_links', 'manifest_sign-links'].map((id) => `--only ${id}`).join(' ')}`;

describe.skipIf(process.platform === 'win32' || !hasOpenssl || !hasPython)(
  'adding an implementation (skipped without a POSIX shell, openssl and Python)',
  () => {
    it('the page "add your implementation" works as written, from the adapter to the claim', () => {
      const { folder, env } = readersFolder();
      const sh = (text: string) => {
        const { status, stdout, stderr } = spawnSync('sh', ['-e', '-c', text], { cwd: folder, env, encoding: 'utf8' });
        expect(status, `${text}\n${stdout}${stderr}`).toBe(0);
        return stdout;
      };
      sh('openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out key.pem');
      sh('openssl pkey -in key.pem -pubout -out key.pub.pem');
      const shown = blocks
        .filter(({ language }) => language === 'sh')
        // Nothing failed in these few, so there is nothing to run again.
        .map(({ text }) => text.replaceAll(/^.*--rerun-failed.*$/gm, '').replaceAll(/\brun (?!--only)/g, `${few} `));
      expect(shown).toHaveLength(3);
      const said = shown.map(sh).join('');
      expect(said).toContain('OMS-NAME-6');
      const report = JSON.parse(readFileSync(path.join(folder, 'report.json'), 'utf8'));
      expect(report.results).toHaveLength(6);
      const states = report.results.map(({ verdicts }: Report['results'][number]) => verdicts.public.state);
      expect(states.filter((state: string) => !state.startsWith('pass'))).toEqual([]);
    });
  },
);

it('the page "add your implementation" names only existing vectors', () => {
  const suite = loadSuite();
  const page = blocks.filter(({ language }) => language !== 'python').map(({ text }) => text);
  const named = page.join('\n').match(/\b(?:bundle|envelope|signer|statement|manifest|model)_[a-z0-9-]+/g) ?? [];
  expect(named.length).toBeGreaterThan(0);
  expect(named.filter((id) => !suite.byId.has(id))).toEqual([]);
});
