import { accessSync, constants, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { CannotRun, UsageError } from '../errors.ts';
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

/**
 * Checks that the files of a report can be written, so that a long run does not end without them.
 * @throws {UsageError} if two of them are the same
 * @throws {CannotRun} if one cannot be written
 */
export function checkWritable(files: Readonly<Partial<Record<ReportFlag, string>>>): void {
  const named = new Map<string, string>();
  for (const [flag, file] of Object.entries(files)) {
    const other = named.get(path.resolve(file));
    if (other !== undefined) throw new UsageError(`--${other} and --${flag} name the same file, ${file}`);
    named.set(path.resolve(file), flag);
    const stat = statSync(file, { throwIfNoEntry: false });
    if (stat?.isDirectory()) throw new CannotRun(`--${flag} ${file} is a directory: name a file in it`);
    try {
      accessSync(stat === undefined ? path.dirname(path.resolve(file)) : file, constants.W_OK);
    } catch (error) {
      throw new CannotRun(`--${flag} ${file} cannot be written: ${(error as Error).message}`);
    }
  }
}

/**
 * Writes the requested files, as many of them as can be.
 * @throws {CannotRun} if one could not be written
 */
export function writeReports(
  reports: readonly Report[],
  suite: Suite,
  files: Readonly<Partial<Record<ReportFlag, string>>>,
): void {
  const [first, ...rest] = reports;
  if (!first) return;
  const problems: string[] = [];
  for (const [flag, file] of Object.entries(files)) {
    const text = writers[flag as ReportFlag]([first, ...rest], suite);
    try {
      writeFileSync(file, text);
    } catch (error) {
      problems.push(`--${flag} ${file} was not written: ${(error as Error).message}`);
    }
  }
  if (problems.length > 0) throw new CannotRun(problems.join('\n'));
}
