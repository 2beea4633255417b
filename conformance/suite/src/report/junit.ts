import { isFailure, type State } from '../run/states.ts';
import { sentenceOf } from '../vectors/sentences.ts';
import { roleOf } from '../vectors/vector.ts';
import { type VerdictName, verdictNames } from '../vectors/verdicts.ts';
import { isBreakdown } from './group.ts';
import { lines, type Markup, markup } from './markup.ts';
import type { CaseResult, Report } from './report.ts';
import { basisTitles, headline } from './wording.ts';

/**
 * A report in the format of JUnit: one suite per verdict, profile and role. Only the verdict of the judge has failures; the
 * other one reports its own as skipped, so that a CI service does not count them.
 */
export function junit(report: Report): string {
  const { implementation, profiles, results, judge } = report;
  const suites = verdictNames.flatMap((verdict) =>
    profiles.map(({ profile, role }) => {
      const mine = results.filter((result) => result.profile === profile && roleOf(result) === role);
      return suiteXml(`${verdict}: ${profile}, ${role}`, mine, { verdict, judge });
    }),
  );
  const properties = verdictNames.map(
    (verdict) => markup`    <property name="verdict.${verdict}" value="${headline(report, verdict).text}"/>`,
  );
  return markup`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="${implementation.name}" tests="${results.length * verdictNames.length}" failures="${failures(results, judge)}">
  <properties>
    <property name="judge" value="${judge}"/>
${lines(properties)}
  </properties>
${lines(suites)}
</testsuites>
`.toString();
}

/** The verdict of a suite, and the one whose failures count. */
interface View {
  readonly verdict: VerdictName;
  readonly judge: VerdictName;
}

function suiteXml(name: string, results: readonly CaseResult[], view: View): Markup {
  const states = results.map(({ verdicts }) => verdicts[view.verdict].state);
  const failed = view.verdict === view.judge ? failures(results, view.judge) : 0;
  const skipped = states.filter((state) => isSkipped(state, view)).length;
  const counts = markup`tests="${results.length}" failures="${failed}" skipped="${skipped}"`;
  return markup`  <testsuite name="${name}" ${counts}>
${lines(results.map((result) => caseXml(result, view)))}
  </testsuite>`;
}

function caseXml(result: CaseResult, view: View): Markup {
  const { id, profile, seconds, requirements, output, basis } = result;
  const { state, detail } = result.verdicts[view.verdict];
  const open = markup`    <testcase classname="${view.verdict}.${profile}" name="${id}" time="${seconds}"`;
  if (isSkipped(state, view)) return markup`${open}><skipped message="${`${state}: ${detail}`}"/></testcase>`;
  if (!isFailure(state)) return markup`${open}/>`;
  const sentences = requirements.map((one) => `[${one}] ${sentenceOf(one, profile)}`).join('\n');
  // A program that gave no verdict broke none of these.
  const text = isBreakdown(state) ? output : `${sentences}\nRests on: ${basisTitles[basis]}\n${output}`;
  return markup`${open}>
      <failure type="${state}" message="${detail}">${text}</failure>
    </testcase>`;
}

function isSkipped(state: State, { verdict, judge }: View): boolean {
  return (
    state === 'unsupported' || state === 'observed' || state === 'xfail' || (isFailure(state) && verdict !== judge)
  );
}

function failures(results: readonly CaseResult[], judge: VerdictName): number {
  return results.filter(({ verdicts }) => isFailure(verdicts[judge].state)).length;
}
