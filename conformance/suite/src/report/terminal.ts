import { styleText } from 'node:util';
import { isFailure, type State, stateNames, states } from '../run/states.ts';
import { type VerdictName, verdictNames } from '../vectors/verdicts.ts';
import { brokenSentences, otherVectors, printedBefore, type ShownCause, shownCauses } from './causes.ts';
import { terminalLine } from './escape.ts';
import { schemaLines } from './public-schemas.ts';
import { type CaseResult, isUndeclared, type Report, type Tally } from './report.ts';
import {
  basisTitles,
  failuresOf,
  headline,
  observedOf,
  recommendationText,
  undeclaredText,
  verdictTitles,
} from './wording.ts';

type Style = Parameters<typeof styleText>[0];
type Paint = (style: Style, text: string) => string;

const styleOf = (state: State): Style => (isFailure(state) ? 'red' : state.startsWith('pass') ? 'green' : 'yellow');

/** The text after a run: the failures of each verdict with the sentences of the specification, the counts, and the verdicts. */
export function terminalText(report: Report, stream: NodeJS.WriteStream): string {
  const paint: Paint = (style, text) => styleText(style, text, { stream });
  if (report.results.length === 0 && report.selection?.interrupted) {
    return `${terminalLine(report.implementation.name)}: the run ended before any vector was judged\n`;
  }
  const lines = [
    ...verdictNames.flatMap((verdict) => failureSection(report, verdict, paint)),
    ...countLines(report, paint),
    '',
    ...profileLines(report),
    '',
    ...verdictNames.map((verdict) => verdictLine(report, verdict, paint)),
    ...observedLines(report),
    ...schemaLines(report.publicSchemas),
    `Protocol level ${report.implementation.protocolLevel}`,
  ];
  return `${lines.join('\n')}\n`;
}

function failureSection(report: Report, verdict: VerdictName, paint: Paint): string[] {
  const failures = failuresOf(report.results, verdict);
  const causes = shownCauses(report, verdict);
  const note = recommendationText(report, verdict);
  if (failures.length === 0) return [];
  const title = verdict === 'public' ? verdictTitles.public : `${verdictTitles.clarified}, and not by the public text`;
  return [
    paint(
      'bold',
      `== ${title}: ${failures.length} failed, for ${countOf(causes.length, 'reason')}${note === '' ? '' : `; ${note}`}`,
    ),
    '',
    ...causes.flatMap((cause) => [...causeLines(cause, verdict, paint), '']),
  ];
}

function causeLines(cause: ShownCause, verdict: VerdictName, paint: Paint): string[] {
  const { id, level, basis, title, command } = cause.first;
  const { state, detail } = cause.first.verdicts[verdict];
  const { named, more } = otherVectors(cause);
  const count = named.length === 0 ? '' : `, ${cause.vectors.length} vectors, such as`;
  const sentences = brokenSentences(cause);
  return [
    `${paint('red', state)}${count} ${paint('bold', terminalLine(id))}${level === 'MUST' ? '' : ` (${level})`}: ${terminalLine(title)}`,
    `  ${terminalLine(detail)}`,
    ...printedBefore(cause).map((line) => `  | ${terminalLine(line)}`),
    ...sentences.map(([one, sentence]) => `  ${paint('dim', one)} ${sentence}`),
    ...(sentences.length === 0 ? [] : [`  ${paint('dim', `rests on: ${basisTitles[basis]}`)}`]),
    ...(command === null ? [] : [paint('dim', `  $ ${terminalLine(command)}`)]),
    ...(named.length === 0
      ? []
      : [`  also: ${named.map(terminalLine).join(', ')}${more === 0 ? '' : `, and ${more} more`}`]),
  ];
}

function countOf(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

const WIDTH = 13;

function countLines({ counts }: Report, paint: Paint): string[] {
  const counted = stateNames.filter((state) => verdictNames.some((verdict) => counts[verdict][state] > 0));
  return [
    `${''.padEnd(18)}${'public text'.padStart(WIDTH)}${'clarified'.padStart(WIDTH)}`,
    ...counted.map((state) => {
      const numbers = verdictNames.map((verdict) => String(counts[verdict][state]).padStart(WIDTH)).join('');
      return `${paint(styleOf(state), state.padEnd(18))}${numbers}  ${states[state]}`;
    }),
  ];
}

function profileLines(report: Report): string[] {
  const judged = report.profiles.filter((one) => !isUndeclared(one));
  const lines = judged.map(({ profile, role, verdicts }) => {
    const [first, second] = verdictNames.map((verdict) => tallyText(verdicts[verdict]));
    return `${`${profile}, ${role}`.padEnd(22)}${first}${first === second ? '' : `; clarified: ${second}`}`;
  });
  const missing = undeclaredText(report);
  return missing === '' ? lines : [...lines, missing];
}

function tallyText({ pass, fail, unsupported, other }: Tally): string {
  return [
    `${pass} passed`,
    fail > 0 ? `${fail} failed` : '',
    unsupported > 0 ? `${unsupported} unsupported` : '',
    other > 0 ? `${other} observed` : '',
  ]
    .filter(Boolean)
    .join(', ');
}

function verdictLine(report: Report, verdict: VerdictName, paint: Paint): string {
  const { implementation, judge } = report;
  const who = terminalLine(`${implementation.name}${implementation.version ? ` ${implementation.version}` : ''}`);
  const { isGood, text } = headline(report, verdict);
  const style = isGood === null ? 'yellow' : isGood ? 'green' : 'red';
  return `${who} ${paint(style, terminalLine(text))}${verdict === judge ? ' [decides the exit code]' : ''}`;
}

function observedLines({ results }: Report): string[] {
  const observed = observedOf(results);
  if (observed.length === 0) return [];
  const did = (answer: CaseResult['answer']) => observed.filter((result) => result.answer === answer).length;
  return [
    `Observed, because the public text does not decide it: ${did('accept')} accepted, ${did('reject')} refused, ${did(null)} without an answer`,
  ];
}
