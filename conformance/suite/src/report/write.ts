import { writeFileSync } from 'node:fs';
import type { Suite } from '../vectors/suite.ts';
import { badge } from './badge.ts';
import { htmlPage } from './html.ts';
import { junit } from './junit.ts';
import { markdown } from './markdown.ts';
import type { Report } from './report.ts';
import { tap } from './tap.ts';

/** The files that can be written, by the flag that names them. */
export const reportFlags = ['json', 'junit', 'tap', 'markdown', 'badge', 'html'] as const;

export type ReportFlag = (typeof reportFlags)[number];

/** The text of each file. Only the page and the summary show more than the first report. */
const writers: Readonly<Record<ReportFlag, (reports: readonly [Report, ...Report[]], suite: Suite) => string>> = {
  json: ([report]) => `${JSON.stringify(report, null, 2)}\n`,
  junit: ([report]) => junit(report),
  tap: ([report]) => tap(report),
  markdown: (reports) => markdown(reports),
  badge: ([report]) => badge(report),
  html: (reports, suite) => htmlPage(reports, suite),
};

/** Writes the requested files. */
export function writeReports(
  reports: readonly Report[],
  suite: Suite,
  files: Readonly<Partial<Record<ReportFlag, string>>>,
): void {
  const [first, ...rest] = reports;
  if (!first) return;
  for (const [flag, file] of Object.entries(files)) {
    writeFileSync(file, writers[flag as ReportFlag]([first, ...rest], suite));
  }
}
