// The results of the conformance suite: a page of the site, and the suite's own report beside it.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Conformance, profileTable } from './comparison.ts';
import type { Page } from './pages.ts';

/** Where the suite's report lies in the site. */
const REPORT = 'conformance/report.html';

/** The page that shows the recorded results in short; nothing where none were recorded. */
export function resultsPages(conformance: Conformance | null, hasReport: boolean): Page[] {
  if (!conformance) return [];
  const { date, reports } = conformance;
  const lines = [
    '# Results',
    '',
    `What the conformance suite found on ${date}, profile by profile: vectors that pass, of those that count.`,
    '',
    ...profileTable(reports),
    '',
    'A refusal counts only if its faultless twin was accepted, an acceptance only if a faulty twin was refused. What a command',
    'line has no flag for is not held against it.',
    '',
    ...(hasReport
      ? [`[Every requirement, every vector, and what each implementation said](/${REPORT}){target="_self"}`, '']
      : []),
  ];
  return [{ path: 'conformance/results.md', text: `${lines.join('\n')}\n`, source: null }];
}

/** Has the suite make its report of the recorded results, and says whether it could: it is a program of its own. */
export function writeReport(root: string, conformance: Conformance | null, publicFolder: string): boolean {
  const suite = path.join(root, 'conformance/bin/oms-conformance.js');
  if (!conformance || !existsSync(suite)) return false;
  const report = path.join(publicFolder, REPORT);
  mkdirSync(path.dirname(report), { recursive: true });
  const files = conformance.reports.map((each, index) => {
    const file = `${report}.${index}.json`;
    writeFileSync(file, JSON.stringify(each));
    return file;
  });
  const { status, stderr } = spawnSync(process.execPath, [suite, 'report', ...files, '--html', report], {
    encoding: 'utf8',
  });
  for (const file of files) rmSync(file);
  if (status !== 0 && status !== 1) throw new Error(`the conformance report could not be made:\n${stderr}`);
  return true;
}
