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
    'A refusal counts only if its faultless twin was accepted, and is inconclusive otherwise; an acceptance counts only if a',
    'faulty twin was refused. What a command line has no flag for is not offered.',
    '',
    ...(hasReport
      ? [`[Every requirement, every vector, and what each implementation said](/${REPORT}){target="_self"}`, '']
      : []),
  ];
  return [{ path: 'conformance/results.md', text: `${lines.join('\n')}\n`, source: null }];
}

/** What the suite exits with where it could not run, as it does for results of other vectors than it has. */
const COULD_NOT_RUN = 3;

/**
 * Has the suite make its report of the recorded results, and says whether it could: it is a program of its own.
 * @throws {Error} in CI, where results of other vectors are no reason to go without
 */
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
  if (status === 0) return true;
  if (status !== COULD_NOT_RUN || process.env.CI) throw new Error(`no conformance report: ${stderr}`);
  process.stdout.write(`no conformance report, npm run docs:results makes results anew: ${stderr}`);
  return false;
}
