import { styleText } from 'node:util';
import { isFailure, type State, stateNames, states } from '../run/states.ts';
import { sentenceOf } from '../vectors/sentences.ts';
import { type VerdictName, verdictNames } from '../vectors/verdicts.ts';
import { terminalLine } from './escape.ts';
import { schemaLines } from './public-schemas.ts';
import type { CaseResult, Report, Tally } from './report.ts';
import { basisTitles, failuresOf, headline, observedOf, verdictTitles } from './wording.ts';

type Style = Parameters<typeof styleText>[0];
type Paint = (style: Style, text: string) => string;

const styleOf = (state: State): Style => (isFailure(state) ? 'red' : state.startsWith('pass') ? 'green' : 'yellow');

/** The text after a run: the failures of each verdict with the sentences of the specification, the counts, and the verdicts. */
export function terminalText(report: Report, stream: NodeJS.WriteStream): string {
  const paint: Paint = (style, text) => styleText(style, text, { stream });
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

function failureSection({ results }: Report, verdict: VerdictName, paint: Paint): string[] {
  const failures = failuresOf(results, verdict);
  if (failures.length === 0) return [];
  const title = verdict === 'public' ? verdictTitles.public : `${verdictTitles.clarified}, and not by the public text`;
  return [
    paint('bold', `== ${title}: ${failures.length} failed`),
    '',
    ...failures.flatMap((result) => [...failureLines(result, verdict, paint), '']),
  ];
}

function failureLines(result: CaseResult, verdict: VerdictName, paint: Paint): string[] {
  const { id, level, basis, title, command, profile, requirements: ids } = result;
  const { state, detail } = result.verdicts[verdict];
  const sentence = ids.map((one) => `  ${paint('dim', one)} ${sentenceOf(one, profile) ?? ''}`);
  return [
    `${paint('red', state)} ${paint('bold', terminalLine(id))}${level === 'MUST' ? '' : ` (${level})`}: ${terminalLine(title)}`,
    `  ${terminalLine(detail)}`,
    ...sentence,
    `  ${paint('dim', `rests on: ${basisTitles[basis]}`)}`,
    ...(command === null ? [] : [paint('dim', `  $ ${terminalLine(command)}`)]),
  ];
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

function profileLines({ profiles }: Report): string[] {
  return profiles.map(({ profile, role, verdicts }) => {
    const [first, second] = verdictNames.map((verdict) => tallyText(verdicts[verdict]));
    return `${`${profile}, ${role}`.padEnd(22)}${first}${first === second ? '' : `; clarified: ${second}`}`;
  });
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
