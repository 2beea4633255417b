import { closeSync, existsSync, openSync, readSync } from 'node:fs';
import { CannotRun, UsageError } from '../errors.ts';
import { faultOfVectors } from '../report/contradiction.ts';
import { MAX_REPORT_BYTES, readReportBytes } from '../report/parse.ts';
import type { Report } from '../report/report.ts';
import { terminalText } from '../report/terminal.ts';
import { checkWritable, writeReports } from '../report/write.ts';
import { loadSuite, type Suite } from '../vectors/suite.ts';
import { reportFiles, reportOptions } from './run-options.ts';
import { exit, parseFlags } from './usage.ts';

/** `report`: shows the reports of several runs side by side, or writes one in another format. */
export async function report(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseFlags({ args: [...args], allowPositionals: true, options: reportOptions });
  if (positionals.length === 0) throw new UsageError('report takes the JSON reports of one or more runs');
  const files = reportFiles(values);
  checkWritable(files);
  const suite = loadSuite();
  const reports = positionals.map((file) => readReport(file).report);
  const other = reports.findIndex((one) => isAboutOthers(one, suite));
  if (other !== -1) throw new CannotRun(`${positionals[other]} is about other vectors than these: run it again`);
  for (const [index, one] of reports.entries()) checkVectors(one, suite, positionals[index] as string);
  writeReports(reports, suite, files);
  if (Object.keys(files).length === 0) {
    for (const one of reports) process.stdout.write(terminalText(one, process.stdout));
  }
  return exit.done;
}

/** Whether other vectors than these judged. */
export function isAboutOthers({ suite: judged }: Report, { about, draft }: Suite): boolean {
  const otherDraft = judged.draft !== undefined && judged.draft.vectorsDigest !== draft.vectorsDigest;
  return otherDraft || judged.vectorsDigest !== about.vectorsDigest;
}

/** @throws {CannotRun} if a report is about these vectors and describes them in another way */
export function checkVectors(report: Report, { byId }: Suite, file: string): void {
  const fault = faultOfVectors(report, byId);
  if (fault !== null) throw new CannotRun(`${file} is not a report of this suite: ${fault}`);
}

/**
 * @throws {UsageError} if there is no such file
 * @throws {CannotRun} if it is no report
 */
export function readReport(file: string): { readonly report: Report; readonly bytes: Buffer } {
  if (!existsSync(file)) throw new UsageError(`${file}: there is no such file; it takes the JSON report of a run`);
  try {
    const bytes = readBounded(file);
    return { report: readReportBytes(bytes), bytes };
  } catch (error) {
    throw new CannotRun(`${file} is not a report: ${(error as Error).message}`);
  }
}

/** Reads at most one byte more than a report may have, whatever the file is. */
function readBounded(file: string): Buffer {
  const descriptor = openSync(file, 'r');
  try {
    const pieces: Buffer[] = [];
    let left = MAX_REPORT_BYTES + 1;
    while (left > 0) {
      const piece = Buffer.alloc(Math.min(left, 1024 * 1024));
      const length = readSync(descriptor, piece);
      if (length === 0) break;
      pieces.push(piece.subarray(0, length));
      left -= length;
    }
    return Buffer.concat(pieces);
  } finally {
    closeSync(descriptor);
  }
}
