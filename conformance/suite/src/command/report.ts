import { readFileSync, statSync } from 'node:fs';
import { CannotRun, UsageError } from '../errors.ts';
import { parseReport } from '../report/parse.ts';
import type { Report } from '../report/report.ts';
import { terminalText } from '../report/terminal.ts';
import { writeReports } from '../report/write.ts';
import { loadSuite, type Suite } from '../vectors/suite.ts';
import { reportFiles, reportOptions } from './run-options.ts';
import { exit, parseFlags } from './usage.ts';

/** `report`: shows the reports of several runs side by side, or writes one in another format. */
export async function report(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseFlags({ args: [...args], allowPositionals: true, options: reportOptions });
  if (positionals.length === 0) throw new UsageError('report takes the JSON reports of one or more runs');
  const suite = loadSuite();
  const reports = positionals.map(readReport);
  const other = reports.findIndex((one) => isAboutOthers(one, suite));
  if (other !== -1) throw new CannotRun(`${positionals[other]} is about other vectors than these: run it again`);
  for (const [index, one] of reports.entries()) {
    const fault = faultOfVectors(one, suite);
    if (fault !== null) throw new CannotRun(`${positionals[index]} is not a report of this suite: ${fault}`);
  }
  const files = reportFiles(values);
  writeReports(reports, suite, files);
  if (Object.keys(files).length === 0) {
    for (const one of reports) process.stdout.write(terminalText(one, process.stdout));
  }
  return exit.done;
}

function isAboutOthers({ suite: judged }: Report, { about, draft }: Suite): boolean {
  const otherDraft = judged.draft !== undefined && judged.draft.vectorsDigest !== draft.vectorsDigest;
  return otherDraft || judged.vectorsDigest !== about.vectorsDigest;
}

/** A report names each vector of this suite at most once, and no other. */
function faultOfVectors({ results }: Report, { byId }: Suite): string | null {
  const seen = new Set<string>();
  for (const { id } of results) {
    if (!byId.has(id)) return `there is no vector ${id}`;
    if (seen.has(id)) return `it has two results of ${id}`;
    seen.add(id);
  }
  return null;
}

/** Bytes of a report; one about all vectors has about one million. */
const MAX_REPORT = 64 * 1024 * 1024;

/** @throws {CannotRun} */
export function readReport(file: string): Report {
  try {
    if (statSync(file).size > MAX_REPORT) throw new Error(`it has more than ${MAX_REPORT} bytes`);
    return parseReport(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    throw new CannotRun(`${file} is not a report: ${(error as Error).message}`);
  }
}
