import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { readBoundedFile } from './bounded-file.ts';

const directory = mkdtempSync(path.join(os.tmpdir(), 'oms-conformance-test-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const at = (name: string) => path.join(directory, name);

it('a file that a program made is read if it is a regular one of a bounded size', () => {
  writeFileSync(at('file'), 'text');
  expect(readBoundedFile(at('file')).toString()).toBe('text');
  writeFileSync(at('large'), '');
  truncateSync(at('large'), 2 ** 33);
  expect(() => readBoundedFile(at('large'))).toThrow('it has more than');
  expect(() => readBoundedFile(directory)).toThrow();
});

it.skipIf(process.platform === 'win32')(
  'a pipe and a device that a program left are not read, and do not block',
  () => {
    execFileSync('mkfifo', [at('pipe')]);
    symlinkSync('/dev/zero', at('zero'));
    for (const name of ['pipe', 'zero']) expect(() => readBoundedFile(at(name))).toThrow('it is no regular file');
  },
);
