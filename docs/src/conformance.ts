// The results of the conformance suite: a page of the site, and the suite's own report beside it.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { markdownCell } from '../../conformance/suite/src/report/escape.ts';
import { type PerVerdict, type VerdictName, verdictNames } from '../../conformance/suite/src/vectors/verdicts.ts';
import { type Conformance, type ConformanceReport, profileTable, verdictTitles } from './comparison.ts';
import type { Page } from './pages.ts';

/** The path of the suite's report in the site. */
const REPORT = 'conformance/report.html';

/** The page that summarises the recorded results; empty if there are no results. */
export function resultsPages(conformance: Conformance | null, hasReport: boolean): Page[] {
  if (!conformance) return [];
  const { date, reports } = conformance;
  const lines = [
    '# Results',
    '',
    `Results of the conformance suite on ${date}, by profile: passing vectors, out of those that count.`,
    '',
    ...verdictNames.flatMap((verdict) => [
      `## ${verdictTitles[verdict]}`,
      '',
      verdictNotes[verdict],
      '',
      ...profileTable(reports, verdict),
      '',
    ]),
    '## How to read them',
    '',
    'A refusal counts only if its control was accepted, and is inconclusive otherwise. An acceptance counts only if a faulty',
    'variant was refused. "Not offered" means that the command line has no flag for it, and "observed" that the verdict does not',
    'grade the vector.',
    '',
    ...(hasReport ? [`**[Results for every requirement and vector](/${REPORT}){target="_self"}**`, ''] : []),
    '## Vectors that do not pass',
    '',
    ...verdictNames.flatMap((verdict) => [`### ${verdictTitles[verdict]}`, '', ...stateTable(reports, verdict), '']),
    'The findings in [the Python implementation](../python-findings.md) and in [the Go one](../go-findings.md) say what is behind',
    'them, and [what the public text should say](../spec/public-text.md) where the text itself is at fault.',
    '',
    '## Run it yourself',
    '',
    '```sh',
    'npx @model-signing/conformance run -- ./adapter',
    '```',
    '',
    '[Writing an adapter](../add-your-implementation.md) takes about ten minutes. In a clone, `npm run docs:results` judges these',
    'implementations again and records the results; with `-- --check` it compares them with the record instead.',
    '',
    `The digest of these vectors is \`${reports[0]?.suite.vectorsDigest}\`.`,
  ];
  return [{ path: 'conformance/results.md', text: `${lines.join('\n')}\n`, source: null }];
}

/** What each verdict means, in one sentence. */
const verdictNotes: PerVerdict<string> = {
  public:
    'Only vectors whose outcome the public text, or a document that it makes normative, demands. A correct refusal for another reason passes.',
  clarified:
    'The decisions of this specification count too, and so do the reasons of refusals. They are ours: no other implementation has promised to follow them.',
};

/** Why a vector does not pass, in words for readers. */
const stateTitles: Readonly<Record<string, string>> = {
  'fail-accepted': 'accepted, but must be refused',
  'fail-rejected': 'refused, but must be accepted',
  'fail-reason': 'refused for another reason',
  crash: 'crashed',
  timeout: 'exceeded the time limit',
  resource: 'exceeded the memory limit',
  protocol: 'broke the protocol',
  inconclusive: 'inconclusive: the verdict on its control was wrong',
  unsupported: 'not offered',
};

function stateTable(reports: readonly ConformanceReport[], verdict: VerdictName): string[] {
  const count = ({ results }: ConformanceReport, state: string) =>
    results.filter(({ verdicts }) => verdicts[verdict].state === state).length;
  const found = Object.entries(stateTitles).filter(([state]) => reports.some((report) => count(report, state) > 0));
  return [
    `| vectors | ${reports.map(({ implementation: { name } }) => markdownCell(name)).join(' | ')} |`,
    `|---|${reports.map(() => '--:|').join('')}`,
    ...found.map(([state, title]) => `| ${title} | ${reports.map((report) => count(report, state)).join(' | ')} |`),
  ];
}

/** The suite's exit code when it could not run, for example because the results are for other vectors. */
const COULD_NOT_RUN = 3;

/**
 * Runs the suite to make its report from the recorded results, and returns whether it could. The suite refuses results for
 * other vectors than the present ones.
 * @throws {Error} in CI, where the report is required
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
  process.stdout.write(`no conformance report; npm run docs:results records new results: ${stderr}`);
  return false;
}
