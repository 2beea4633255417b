import { spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Report } from '../conformance/suite/src/report/report.ts';
import { reasonNotToRun } from './documents/blocks.ts';
import { blocks, hasPython, readersFolder } from './readers-folder.ts';
import { hasOpenssl } from './workplace.ts';

/** The flags for a few vectors of each kind. */
const kinds = [
  'bundle_plain',
  'model_modified',
  'bundle_sign-plain',
  'signer_certificate',
  'model_links',
  'manifest_sign-links',
];
const few = `run --timeout 300 ${kinds.map((id) => `--only ${id}`).join(' ')}`;

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
        .filter((block) => block.language === 'sh' && reasonNotToRun(block) === null)
        // Nothing failed in these few, so there is nothing to run again.
        .map(({ text }) => text.replaceAll(/^.*--rerun-failed.*$/gm, '').replaceAll(/\brun (?!--only)/g, `${few} `));
      expect(shown).toHaveLength(4);
      const said = shown.map(sh).join('');
      expect(said).toContain('OMS-NAME-6');
      const report = JSON.parse(readFileSync(path.join(folder, 'report.json'), 'utf8'));
      expect(report.results).toHaveLength(6);
      // The public text does not decide all of them.
      const states = report.results.map(({ verdicts }: Report['results'][number]) => verdicts.clarified.state);
      expect(states.filter((state: string) => !state.startsWith('pass'))).toEqual([]);
    });
  },
);

// A process of Python and one of the command for each of a thousand cases.
const MINUTES = 60;

it.skipIf(process.platform === 'win32' || !hasPython)(
  'the adapter that newcomers copy, around our command, conforms to the public text (skipped without a POSIX shell and Python)',
  async () => {
    const { folder, env } = readersFolder();
    const words = [
      '--prefix',
      '../clone',
      'oms-conformance',
      'run',
      '--quiet',
      '--timeout',
      '300',
      '--json',
      'report.json',
      '--',
      './adapter',
    ];
    const child = spawn('npx', words, { cwd: folder, env, stdio: 'inherit' });
    const code = await new Promise((resolve) => child.on('close', resolve));
    const report: Report = JSON.parse(readFileSync(path.join(folder, 'report.json'), 'utf8'));
    expect(report.causes.public).toEqual([]);
    expect([code, report.conformant.public]).toEqual([0, true]);
  },
  MINUTES * 60_000,
);
