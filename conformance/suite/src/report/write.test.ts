import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { checkWritable } from './write.ts';

const directory = mkdtempSync(path.join(os.tmpdir(), 'oms-conformance-test-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

it('the files of a report are checked before a run, and not made', () => {
  const file = path.join(directory, 'report.json');
  checkWritable({ json: file });
  expect(existsSync(file)).toBe(false);
  expect(() => checkWritable({ json: path.join(directory, 'no', 'report.json') })).toThrow('--json');
  expect(() => checkWritable({ html: directory })).toThrow('is a directory');
  expect(() => checkWritable({ json: file, html: path.join(directory, '.', 'report.json') })).toThrow('the same file');
});
