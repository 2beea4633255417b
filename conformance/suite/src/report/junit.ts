import { isFailure } from '../run/states.ts';
import { sentenceOf } from '../vectors/sentences.ts';
import { lines, type Markup, markup } from './markup.ts';
import { type CaseResult, type Report, roleOf } from './report.ts';

/** A report in the format of JUnit: one suite per profile and role; results that are neither pass nor fail are skipped. */
export function junit(report: Report): string {
  const { implementation, profiles, results } = report;
  const suites = profiles.map(({ profile, role }) => {
    const mine = results.filter((result) => result.profile === profile && roleOf(result) === role);
    return suiteXml(`${profile}, ${role}`, mine);
  });
  return markup`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="${implementation.name}" tests="${results.length}" failures="${failures(results)}">
${lines(suites)}
</testsuites>
`.toString();
}

function suiteXml(name: string, results: readonly CaseResult[]): Markup {
  const skipped = results.filter(({ state }) => isSkipped(state)).length;
  const counts = markup`tests="${results.length}" failures="${failures(results)}" skipped="${skipped}"`;
  return markup`  <testsuite name="${name}" ${counts}>
${lines(results.map(caseXml))}
  </testsuite>`;
}

function caseXml(result: CaseResult): Markup {
  const { id, profile, state, detail, seconds, requirements, output } = result;
  const open = markup`    <testcase classname="${profile}" name="${id}" time="${seconds}"`;
  if (isFailure(state)) {
    const sentences = requirements.map((one) => `[${one}] ${sentenceOf(one, profile)}`).join('\n');
    return markup`${open}>
      <failure type="${state}" message="${detail}">${`${sentences}\n${output}`}</failure>
    </testcase>`;
  }
  if (isSkipped(state)) return markup`${open}><skipped message="${`${state}: ${detail}`}"/></testcase>`;
  return markup`${open}/>`;
}

function isSkipped(state: CaseResult['state']): boolean {
  return state === 'unsupported' || state === 'observed' || state === 'xfail';
}

function failures(results: readonly CaseResult[]): number {
  return results.filter(({ state }) => isFailure(state)).length;
}
