import { isFailure, type State } from '../run/states.ts';
import { type VerdictName, verdictNames } from '../vectors/verdicts.ts';
import { printable } from './escape.ts';
import type { CaseResult, Report } from './report.ts';
import { headline } from './wording.ts';

/** A report as the Test Anything Protocol, version 14: the verdict of the judge, with the other one beside each failure. */
export function tap(report: Report): string {
  const { results, judge } = report;
  const verdicts = verdictNames.map((verdict) => `# ${verdict}: ${printable(headline(report, verdict).text)}\n`);
  const cases = results.map((result, index) => line(result, index + 1, judge));
  return `TAP version 14\n# judged by: ${judge}\n${verdicts.join('')}1..${results.length}\n${cases.join('')}`;
}

function line(result: CaseResult, number: number, judge: VerdictName): string {
  const { id, title, requirements, basis, verdicts } = result;
  const { state, detail } = verdicts[judge];
  const name = printable(`${id}: ${title}`).replaceAll('\\', '\\\\').replaceAll('#', '\\#');
  const directive = state === 'xfail' ? ' # TODO expected failure' : isSkip(state) ? ` # SKIP ${state}` : '';
  const ok = isFailure(state) || state === 'xfail' ? 'not ok' : 'ok';
  if (!verdictNames.some((verdict) => isFailure(verdicts[verdict].state))) {
    return `${ok} ${number} - ${name}${directive}\n`;
  }
  return `${ok} ${number} - ${name}${directive}
  ---
  state: ${state}
  message: ${JSON.stringify(printable(detail))}
  public: ${verdicts.public.state}
  clarified: ${verdicts.clarified.state}
  basis: ${basis}
  requirements: [${requirements.join(', ')}]
  ...
`;
}

function isSkip(state: State): boolean {
  return state === 'unsupported' || state === 'observed';
}
