import { styleText } from 'node:util';
import { isFailure, type State, stateNames, states } from '../run/states.ts';
import { sentenceOf } from '../vectors/sentences.ts';
import { terminalLine } from './escape.ts';
import { type CaseResult, isBlocking, type Report } from './report.ts';

type Style = Parameters<typeof styleText>[0];

const styleOf = (state: State): Style => (isFailure(state) ? 'red' : state.startsWith('pass') ? 'green' : 'yellow');

/** The text after a run: each failure with the sentences of the specification, and the counts. */
export function terminalText(report: Report, stream: NodeJS.WriteStream): string {
  const paint = (style: Style, text: string) => styleText(style, text, { stream });
  const failures = report.results.filter(({ state }) => isFailure(state));
  const lines = failures.flatMap((result) => [...failureLines(result, paint), '']);
  const counted = stateNames.filter((state) => report.counts[state] > 0);
  for (const state of counted) {
    lines.push(
      `${paint(styleOf(state), state.padEnd(18))}${String(report.counts[state]).padStart(5)}  ${states[state]}`,
    );
  }
  lines.push('', ...profileLines(report), '', verdictLine(report, paint));
  return `${lines.join('\n')}\n`;
}

function failureLines(result: CaseResult, paint: (style: Style, text: string) => string): string[] {
  const { id, state, level, title, detail, command, profile, requirements: ids } = result;
  const sentence = ids.map((one) => `  ${paint('dim', one)} ${sentenceOf(one, profile) ?? ''}`);
  return [
    `${paint('red', state)} ${paint('bold', terminalLine(id))}${level === 'MUST' ? '' : ` (${level})`}: ${terminalLine(title)}`,
    `  ${terminalLine(detail)}`,
    ...sentence,
    ...(command === null ? [] : [paint('dim', `  $ ${terminalLine(command)}`)]),
  ];
}

function profileLines({ profiles }: Report): string[] {
  return profiles.map(({ profile, role, pass, fail, unsupported, other }) => {
    const rest = [
      fail > 0 ? `${fail} failed` : '',
      unsupported > 0 ? `${unsupported} unsupported` : '',
      other > 0 ? `${other} not graded` : '',
    ].filter(Boolean);
    return `${`${profile}, ${role}`.padEnd(22)}${String(pass).padStart(4)} passed${rest.length > 0 ? `, ${rest.join(', ')}` : ''}`;
  });
}

function verdictLine(
  { implementation, conformant, results, suite }: Report,
  paint: (s: Style, t: string) => string,
): string {
  const blocking = results.filter((result) => isBlocking(result)).length;
  const who = terminalLine(`${implementation.name}${implementation.version ? ` ${implementation.version}` : ''}`);
  const what = conformant ? paint('green', 'conforms') : paint('red', 'does not conform');
  const how =
    blocking > 0 ? `: ${blocking} of ${results.length} vectors count against it` : ` (${results.length} vectors)`;
  return `${who} ${what} to ${formatOf(suite)} at protocol level ${implementation.protocolLevel}${how}`;
}

/** The versions of the format that an implementation was judged by, as text. */
export function formatOf({ spec, draft }: Report['suite']): string {
  return `OMS ${spec}${draft ? ` and the draft of ${draft.spec}` : ''}`;
}
