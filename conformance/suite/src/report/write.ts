import { accessSync, constants, existsSync, statSync, writeFileSync } from 'node:fs';
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
 * @throws {UsageError} if one cannot be, or two of them are the same
 */
export function checkWritable(files: Readonly<Partial<Record<ReportFlag, string>>>): void {
  const named = new Map<string, string>();
  for (const [flag, file] of Object.entries(files)) {
    const other = named.get(path.resolve(file));
    if (other !== undefined) throw new UsageError(`--${other} and --${flag} name the same file, ${file}`);
    named.set(path.resolve(file), flag);
    checkFile(flag, file);
  }
}

/** @throws {UsageError} if a file cannot be written, which it names with its flag */
function checkFile(flag: string, file: string): void {
  const cannot = (why: string) => new UsageError(`--${flag} ${file} cannot be written: ${why}`);
  const directory = path.dirname(path.resolve(file));
  try {
    const stat = statSync(file, { throwIfNoEntry: false });
    if (stat?.isDirectory()) throw cannot('it is a directory; name a file in it');
    if (stat === undefined && !existsSync(directory)) throw cannot(`there is no directory ${directory}`);
    if (stat === undefined && !statSync(directory).isDirectory()) throw cannot(`${directory} is no directory`);
    accessSync(stat === undefined ? directory : file, constants.W_OK);
  } catch (error) {
    throw error instanceof UsageError ? error : cannot((error as Error).message);
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
    const problem = writeProblem(flag, file, text);
    if (problem !== null) problems.push(problem);
  }
  if (problems.length > 0) throw new CannotRun(problems.join('\n'));
}

/** Writes a file; what went wrong with it, or null. */
export function writeProblem(flag: string, file: string, text: string): string | null {
  try {
    writeFileSync(file, text);
    return null;
  } catch (error) {
    return `cannot write --${flag} ${file}: ${(error as Error).message}`;
  }
}
