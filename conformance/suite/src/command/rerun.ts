import { CannotRun, UsageError } from '../errors.ts';
import type { Report } from '../report/report.ts';
import { isFailure, isPass } from '../run/states.ts';
import type { Suite } from '../vectors/suite.ts';
import type { VerdictName } from '../vectors/verdicts.ts';
import { checkVectors, isAboutOthers, readReport } from './report.ts';

/**
 * The vectors that failed in the report of an earlier run, by the verdict that judged there.
 * @throws {CannotRun} if the file is no report of these vectors
 * @throws {UsageError} if there is nothing to run again, or another verdict would judge
 */
export function failedIn(file: string, suite: Suite, judge: VerdictName): Set<string> {
  const { report } = readReport(file);
  if (isAboutOthers(report, suite)) {
    throw new CannotRun(`${file} is about other vectors than these, so its failures cannot run again: run all vectors`);
  }
  checkVectors(report, suite, file);
  if (report.judge !== judge) {
    throw new UsageError(`the verdict "${report.judge}" judged in ${file}: add --judge ${report.judge}`);
  }
  const failed = report.results.filter(({ verdicts }) => isFailure(verdicts[report.judge].state)).map(({ id }) => id);
  if (failed.length === 0) throw new UsageError(`no vector failed in ${file}: there is nothing to run again`);
  return new Set(failed);
}

/** How many of the failures of an earlier run pass now, as a sentence. */
export function rerunText({ results, judge }: Report): string {
  const passed = results.filter(({ verdicts }) => isPass(verdicts[judge].state)).length;
  return `${passed} of the ${results.length} vectors that had failed pass now. Only a run of all vectors shows conformance.`;
}
