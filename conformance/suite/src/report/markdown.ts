import { type VerdictName, verdictNames } from '../vectors/verdicts.ts';
import { brokenSentences, otherVectors, printedBefore, type ShownCause, shownCauses } from './causes.ts';
import { markdownCell as cell, markdownCode as code } from './escape.ts';
import { SCHEMAS_TITLE, schemaRows, schemaSentence } from './public-schemas.ts';
import { type CaseResult, isBlocking, isUndeclared, type Report } from './report.ts';
import { basisTitles, gradedBy, headline, observedOf, passedBy, undeclaredText, verdictTitles } from './wording.ts';

/** The most causes of a verdict that are listed; more are counted. */
const MAX_LISTED = 100;

/** A summary for a pull request or a CI run, of one report or several. */
export function markdown(reports: readonly Report[]): string {
  return `${reports.map(section).join('\n')}`;
}

function section(report: Report): string {
  const { implementation, results, profiles } = report;
  const version = implementation.version ? ` ${implementation.version}` : '';
  const rows = profiles
    .filter((one) => !isUndeclared(one))
    .map(({ profile, role, verdicts }) => {
      const { public: first, clarified: second } = verdicts;
      const numbers = [first.pass, first.fail, second.pass, second.fail, second.unsupported, second.other];
      return `| ${profile} | ${role} | ${numbers.join(' | ')} |`;
    });
  const missing = undeclaredText(report);
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
    ...(missing === '' ? [] : [`${missing.slice(0, 1).toUpperCase()}${missing.slice(1)}.`, '']),
    ...verdictNames.flatMap((verdict) => causeTable(report, verdict)),
    ...observedLines(results),
    ...schemaSection(report),
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

function causeTable(report: Report, verdict: VerdictName): string[] {
  const causes = shownCauses(report, verdict);
  if (causes.length === 0) return [];
  const rest = causes.length - MAX_LISTED;
  return [
    `### ${verdictTitles[verdict]}${verdict === 'public' ? '' : ', and not by the public text'}`,
    '',
    '| vectors | state | what happened | requirement | rests on |',
    '|---|---|---|---|---|',
    ...causes.slice(0, MAX_LISTED).map((cause) => causeRow(cause, verdict, report.strict)),
    ...(rest > 0 ? ['', `and ${rest} more causes.`] : []),
    '',
  ];
}

function causeRow(cause: ShownCause, verdict: VerdictName, strict: boolean): string {
  const { id, title, level, basis } = cause.first;
  const { state, detail } = cause.first.verdicts[verdict];
  const { named, more } = otherVectors(cause);
  const others = named.length === 0 ? '' : `<br>and ${named.length + more} more: ${named.map(code).join(', ')}`;
  const broken = brokenSentences(cause);
  const sentences = broken.map(([one, sentence]) => `**${one}** ${sentence}`).join('<br>');
  const printed = printedBefore(cause).map((line) => `<br>${cell(line)}`);
  const weight = isBlocking(cause.first, verdict, strict) ? '' : ` (${level})`;
  const cells = [
    `${code(id)}: ${cell(title)}${others}${more === 0 ? '' : ', …'}`,
    `${state}${weight}`,
    `${cell(detail)}${printed.join('')}`,
    sentences.replaceAll('|', '\\|'),
    broken.length === 0 ? '' : basisTitles[basis],
  ];
  return `| ${cells.join(' | ')} |`;
}

function schemaSection({ publicSchemas }: Report): string[] {
  if (publicSchemas === undefined) return [];
  const { rows, more } = schemaRows(publicSchemas);
  const table = rows.map(({ vector, who, why }) => `| ${code(vector)} | ${who} | ${why.map(cell).join('<br>')} |`);
  return [
    `### ${SCHEMAS_TITLE}`,
    '',
    schemaSentence(publicSchemas),
    '',
    ...(rows.length === 0 ? [] : ['| signed bundle | judged | why |', '|---|---|---|', ...table, '']),
    ...(more > 0 ? [`and ${more} more bundles.`, ''] : []),
  ];
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
