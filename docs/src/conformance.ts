// The results of the conformance suite: a page of the site, and the suite's own report beside it.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type Conformance, type ConformanceReport, profileTable } from './comparison.ts';
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
    ...(hasReport ? [`**[Every requirement, every vector, and what each said](/${REPORT}){target="_self"}**`, ''] : []),
    '## What goes wrong',
    '',
    ...stateTable(reports),
    '',
    'What the Python implementation was found to do, vector by vector, is in [its own page](../python-findings.md).',
    '',
    '## Run it yourself',
    '',
    '```sh',
    'npx @model-signing/conformance run -- ./adapter',
    '```',
    '',
    '[How to write an adapter](../add-your-implementation.md) takes ten minutes. In a checkout, `npm run docs:results` has the',
    'two judged anew and records what was found; with `-- --check` it says what differs from the record.',
    '',
    `The vectors that were run have the digest \`${reports[0]?.suite.vectorsDigest}\`.`,
  ];
  return [{ path: 'conformance/results.md', text: `${lines.join('\n')}\n`, source: null }];
}

/** Why a vector does not pass, in the words of a reader. */
const stateTitles: Readonly<Record<string, string>> = {
  'fail-accepted': 'accepted, and has to be refused',
  'fail-rejected': 'refused, and has to be accepted',
  'fail-reason': 'refused, and for another reason',
  crash: 'died',
  timeout: 'took too long',
  resource: 'took too much memory',
  protocol: 'answered against the protocol',
  inconclusive: 'inconclusive: its twin was not judged rightly',
  unsupported: 'not offered',
};

function stateTable(reports: readonly ConformanceReport[]): string[] {
  const count = ({ results }: ConformanceReport, state: string) =>
    results.filter((result) => result.state === state).length;
  const found = Object.entries(stateTitles).filter(([state]) => reports.some((report) => count(report, state) > 0));
  return [
    `| vectors | ${reports.map(({ implementation: { name } }) => name).join(' | ')} |`,
    `|---|${reports.map(() => '--:|').join('')}`,
    ...found.map(([state, title]) => `| ${title} | ${reports.map((report) => count(report, state)).join(' | ')} |`),
  ];
}

/** What the suite exits with where it could not run, as it does for results of other vectors than it has. */
const COULD_NOT_RUN = 3;

/**
 * Has the suite make its report of the recorded results, and says whether it could: it is a program of its own. It refuses
 * results of other vectors than those that are here.
 * @throws {Error} in CI, where results of other vectors are no reason to go without
 */
export function writeReport(root: string, conformance: Conformance | null, publicFolder: string): boolean {
  const suite = path.join(root, 'conformance/suite/bin/oms-conformance.js');
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
