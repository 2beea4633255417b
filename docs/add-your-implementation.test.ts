import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadSuite } from '../conformance/suite/src/vectors/suite.ts';
import { blocksOf, fileOf } from './documents/blocks.ts';
import { hasOpenssl, root, workplace } from './workplace.ts';

const hasPython = spawnSync('python3', ['--version']).status === 0;
const blocks = blocksOf('docs/add-your-implementation.md');

/** What the page calls "your library", implemented with the command on the path. */
const library = `
import subprocess

class Refused(Exception):
    pass

def run(*args, ignore):
    paths = [word for path in ignore for word in ("--ignore-paths", path)]
    finished = subprocess.run(["model-signing", *args, *paths], capture_output=True, text=True)
    if finished.returncode == 1:
        raise Refused(finished.stderr)
    if finished.returncode != 0:
        raise RuntimeError(finished.stderr)

def sign(model, bundle, key, ignore):
    run("sign", "key", model, "--private-key", key, "--signature", bundle, ignore=ignore)

def verify(model, bundle, key, ignore):
    run("verify", "key", model, "--public-key", key, "--signature", bundle, ignore=ignore)
`;

/** The folder of a reader who follows the page: its files, their library, and the suite as npx would find it. */
function readersFolder() {
  const { folder, env } = workplace();
  const file = (name: string, text: string) => writeFileSync(path.join(folder, name), text);
  for (const block of blocks) {
    const name = fileOf(block);
    if (name !== null) file(name, `${block.text}\n`);
  }
  chmodSync(path.join(folder, 'adapter'), 0o755);
  file('your_library.py', library);
  mkdirSync(path.join(folder, 'dist'));
  file('dist/your-program', 'a program');
  const suite = path.join(root, 'conformance/suite/bin/oms-conformance.js');
  file('bin/npx', `#!/bin/sh\nshift\nexec '${process.execPath}' '${suite}' "$@"\n`);
  chmodSync(path.join(folder, 'bin/npx'), 0o755);
  return { folder, env };
}

// A thousand cases of two processes each take too long for a test, so this runs one vector of each kind.
const few = 'run --timeout 300 --only bundle_plain --only envelope_signature-negative --only bundle_sign-plain';

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
        .map(({ text }) => text.replaceAll(/\brun (?!--only)/g, `${few} `));
      expect(shown).toHaveLength(3);
      const said = shown.map(sh).join('');
      expect(said).toContain('OMS-NAME-6');
      const report = JSON.parse(readFileSync(path.join(folder, 'report.json'), 'utf8'));
      expect(report.results.map(({ state }: { state: string }) => state)).toEqual(
        expect.arrayContaining([expect.stringMatching(/^pass/)]),
      );
      expect(report.conformant).toBe(true);
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
