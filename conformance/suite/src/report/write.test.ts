import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { bare } from '../adapter/capabilities.ts';
import { CannotRun, UsageError } from '../errors.ts';
import { loadSuite } from '../vectors/suite.ts';
import { buildReport } from './build.ts';
import { Scrubber } from './scrub.ts';
import { checkWritable, reportFlags, writeReports } from './write.ts';

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

it.each(reportFlags)('a file of --%s that cannot be written is a wrong command line that names it', (flag) => {
  for (const file of ['/nonexistent/a', directory, path.join(directory, 'plain', 'a')]) {
    writeFileSync(path.join(directory, 'plain'), '');
    const check = () => checkWritable({ [flag]: file });
    expect(check).toThrow(UsageError);
    expect(check).toThrow(`--${flag} ${file} cannot be written`);
  }
});

it('the other files are written if one cannot be', () => {
  const suite = loadSuite();
  const report = buildReport({
    ...{ suite: suite.about, name: 'it', digest: null, capabilities: bare, ran: [], asked: new Set<string>() },
    ...{ executions: new Map(), expected: new Map(), judge: 'public', strict: false, selection: null },
    scrubber: new Scrubber(),
  });
  const [json, tap] = ['left.json', 'left.tap'].map((name) => path.join(directory, name)) as [string, string];
  const write = () => writeReports([report], suite, { json, html: path.join(directory, 'gone', 'a.html'), tap });
  expect(write).toThrow(CannotRun);
  expect(write).toThrow('cannot write --html');
  expect([existsSync(json), existsSync(tap)]).toEqual([true, true]);
});
