import { isFailure } from '../run/states.ts';
import { sentenceOf } from '../vectors/sentences.ts';
import { type CaseResult, type Report, roleOf } from './report.ts';

/** A report in the format of JUnit: one suite per profile and role; results that are neither pass nor fail are skipped. */
export function junit(report: Report): string {
  const { implementation, profiles, results } = report;
  const suites = profiles.map(({ profile, role }) => {
    const mine = results.filter((result) => result.profile === profile && roleOf(result) === role);
    return suiteXml(`${profile}, ${role}`, mine);
  });
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="${escapeXml(implementation.name)}" tests="${results.length}" failures="${failures(results)}">
${suites.join('\n')}
</testsuites>
`;
}

function suiteXml(name: string, results: readonly CaseResult[]): string {
  const skipped = results.filter(({ state }) => isSkipped(state)).length;
  const counts = `tests="${results.length}" failures="${failures(results)}" skipped="${skipped}"`;
  return `  <testsuite name="${escapeXml(name)}" ${counts}>\n${results.map(caseXml).join('\n')}\n  </testsuite>`;
}

function caseXml(result: CaseResult): string {
  const { id, profile, state, detail, seconds, requirements, output } = result;
  const open = `    <testcase classname="${profile}" name="${escapeXml(id)}" time="${seconds}"`;
  if (isFailure(state)) {
    const sentences = requirements.map((one) => `[${one}] ${sentenceOf(one, profile)}`).join('\n');
    return `${open}>
      <failure type="${state}" message="${escapeXml(detail)}">${escapeXml(`${sentences}\n${output}`)}</failure>
    </testcase>`;
  }
  if (isSkipped(state)) return `${open}><skipped message="${escapeXml(`${state}: ${detail}`)}"/></testcase>`;
  return `${open}/>`;
}

function isSkipped(state: CaseResult['state']): boolean {
  return state === 'unsupported' || state === 'observed' || state === 'xfail';
}

function failures(results: readonly CaseResult[]): number {
  return results.filter(({ state }) => isFailure(state)).length;
}

/** Escapes text for XML, and replaces the characters that XML does not allow. */
export function escapeXml(text: string): string {
  return (
    text
      .toWellFormed()
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these characters are removed
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '\ufffd')
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
      .replaceAll('"', '&quot;')
  );
}
