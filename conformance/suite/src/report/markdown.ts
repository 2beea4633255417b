import { sentenceOf } from '../vectors/sentences.ts';
import { type VerdictName, verdictNames } from '../vectors/verdicts.ts';
import { markdownCell as cell, markdownCode as code } from './escape.ts';
import { type CaseResult, isBlocking, type Report } from './report.ts';
import { basisTitles, failuresOf, gradedBy, headline, observedOf, passedBy, verdictTitles } from './wording.ts';

/** The most failures of a verdict that are listed; more are counted. */
const MAX_LISTED = 100;

/** A summary for a pull request or a CI run, of one report or several. */
export function markdown(reports: readonly Report[]): string {
  return `${reports.map(section).join('\n')}`;
}

function section(report: Report): string {
  const { implementation, results, profiles } = report;
  const version = implementation.version ? ` ${implementation.version}` : '';
  const rows = profiles.map(({ profile, role, verdicts }) => {
    const { public: first, clarified: second } = verdicts;
    const numbers = [first.pass, first.fail, second.pass, second.fail, second.unsupported, second.other];
    return `| ${profile} | ${role} | ${numbers.join(' | ')} |`;
  });
  return [
    `## ${cell(implementation.name)}${cell(version)}`,
    '',
    ...verdictNames.map((verdict) => verdictLine(report, verdict)),
    '',
    `Protocol level ${implementation.protocolLevel}.`,
    '',
    '| profile | role | public: passed | failed | clarified: passed | failed | unsupported | not graded |',
    '|---|---|---:|---:|---:|---:|---:|---:|',
    ...rows,
    '',
    ...verdictNames.flatMap((verdict) => failureTable(report, verdict)),
    ...observedLines(results),
  ].join('\n');
}

function verdictLine(report: Report, verdict: VerdictName): string {
  const { isGood, text } = headline(report, verdict);
  const decides = verdict === report.judge ? ' This verdict decides the exit code.' : '';
  const mark = isGood === null ? '' : isGood ? '✅ ' : '❌ ';
  const [passed, graded] = [passedBy, gradedBy].map((those) => those(report.results, verdict).length);
  const count = `${passed} of ${graded} graded vectors passed.`;
  return `- ${mark}It ${cell(text)}. ${count}${decides}`;
}

function failureTable({ results, strict }: Report, verdict: VerdictName): string[] {
  const failures = failuresOf(results, verdict);
  if (failures.length === 0) return [];
  const rest = failures.length - MAX_LISTED;
  return [
    `### ${verdictTitles[verdict]}${verdict === 'public' ? '' : ', and not by the public text'}`,
    '',
    '| vector | state | what happened | requirement | rests on |',
    '|---|---|---|---|---|',
    ...failures.slice(0, MAX_LISTED).map((result) => failureRow(result, verdict, strict)),
    ...(rest > 0 ? ['', `and ${rest} more.`] : []),
    '',
  ];
}

function failureRow(result: CaseResult, verdict: VerdictName, strict: boolean): string {
  const { id, title, requirements, level, profile, basis } = result;
  const { state, detail } = result.verdicts[verdict];
  const sentences = requirements.map((one) => `**${one}** ${sentenceOf(one, profile) ?? ''}`).join('<br>');
  const weight = isBlocking(result, verdict, strict) ? '' : ` (${level})`;
  return `| ${code(id)}: ${cell(title)} | ${state}${weight} | ${cell(detail)} | ${sentences.replaceAll('|', '\\|')} | ${basisTitles[basis]} |`;
}

function observedLines(results: readonly CaseResult[]): string[] {
  const observed = observedOf(results);
  if (observed.length === 0) return [];
  const did = (answer: CaseResult['answer']) => observed.filter((result) => result.answer === answer).length;
  return [
    '### Observed',
    '',
    `What the public text does not decide: ${did('accept')} accepted, ${did('reject')} refused, ${did(null)} without an answer.`,
    '',
  ];
}
