import { isFailure, isPass } from '../run/states.ts';
import { sentenceOf } from '../vectors/sentences.ts';
import { markdownCell as cell, markdownCode as code } from './escape.ts';
import { type CaseResult, isBlocking, type Report } from './report.ts';
import { formatOf } from './terminal.ts';

/** The most failures that are listed; more are counted. */
const MAX_LISTED = 100;

/** A summary for a pull request or a CI run, of one report or several. */
export function markdown(reports: readonly Report[]): string {
  return `${reports.map(section).join('\n')}`;
}

function section(report: Report): string {
  const { implementation, suite, conformant, results, profiles } = report;
  const passed = results.filter(({ state }) => isPass(state)).length;
  const failures = results.filter(({ state }) => isFailure(state));
  const version = implementation.version ? ` ${implementation.version}` : '';
  const rows = profiles.map(
    ({ profile, role, pass, fail, unsupported, other }) =>
      `| ${profile} | ${role} | ${pass} | ${fail} | ${unsupported} | ${other} |`,
  );
  return [
    `## ${cell(implementation.name)}${cell(version)} ${conformant ? 'conforms' : 'does not conform'} to ${formatOf(suite)}`,
    '',
    `${passed} of ${results.length} vectors passed, at protocol level ${implementation.protocolLevel}.`,
    '',
    '| profile | role | passed | failed | unsupported | not graded |',
    '|---|---|---:|---:|---:|---:|',
    ...rows,
    ...(failures.length === 0 ? [''] : ['', '| vector | state | what happened | requirement |', '|---|---|---|---|']),
    ...failures.slice(0, MAX_LISTED).map(failureRow),
    ...(failures.length > MAX_LISTED ? ['', `and ${failures.length - MAX_LISTED} more.`] : []),
    '',
  ].join('\n');
}

function failureRow(result: CaseResult): string {
  const { id, title, state, detail, requirements, level, profile } = result;
  const sentences = requirements.map((one) => `**${one}** ${sentenceOf(one, profile) ?? ''}`).join('<br>');
  const weight = isBlocking(result) ? '' : ` (${level})`;
  return `| ${code(id)}: ${cell(title)} | ${state}${weight} | ${cell(detail)} | ${sentences.replaceAll('|', '\\|')} |`;
}
