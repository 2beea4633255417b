import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import type { Report } from '../conformance/suite/src/report/report.ts';
import { hasPython, readersFolder } from './readers-folder.ts';

// A process of Python and one of the command for each of a thousand cases.
const MINUTES = 60;

it.skipIf(process.platform === 'win32' || !hasPython)(
  'the adapter that newcomers copy, around our command, conforms to the public text (skipped without a POSIX shell and Python)',
  async () => {
    const { folder, env } = readersFolder();
    const words = [
      '@model-signing/conformance',
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
