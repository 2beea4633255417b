import type { Answer } from '../adapter/answer.ts';
import { described } from '../run/judge.ts';
import type { Attempt } from '../run/smoke.ts';

/** The most lines of a program's output that are shown for one call. */
const MAX_LINES = 5;

/** The most calls that are shown; others are named. */
const MAX_CALLS = 3;

const nameOf = ({ loaded }: Attempt) => loaded.vector.id;

/** Why a run was stopped after its first calls: each call, what came back, how it was read, and what to do. */
export function stoppedText(attempts: readonly Attempt[], introduction: string, vectors: number): string {
  return [
    `stopped: nothing worked that was tried first, so the ${vectors} vectors were not run`,
    '',
    `Asked for its capabilities: ${introduction}.`,
    ...attempts.slice(0, MAX_CALLS).flatMap(attemptLines),
    ...(attempts.length > MAX_CALLS ? ['', `Nor did ${attempts.slice(MAX_CALLS).map(nameOf).join(', ')} work.`] : []),
    '',
    `What to do: ${adviceFor(attempts)}`,
    'PROTOCOL.md describes what an adapter is sent and has to answer. --no-smoke runs all vectors regardless.',
  ].join('\n');
}

function attemptLines({ loaded: { vector, bundle }, execution, observation }: Attempt): string[] {
  const what = bundle === null ? 'signed' : vector.expect.outcome === 'accept' ? 'accepted' : 'refused';
  const { answer, command, output, ended } = observation;
  const { judgement } = execution.verdicts.public;
  const read = judgement.state === 'protocol' ? judgement.detail : described(answer);
  return [
    '',
    `${vector.id}, which has to be ${what}:`,
    `  $ ${command}`,
    `  came back: ${[ended, printed(output)].filter(Boolean).join(', ')}`,
    ...outputLines(output).map((line) => `    ${line}`),
    `  read as:   ${read}`,
  ];
}

function printed(output: string): string {
  return output.trim() === '' ? 'nothing printed' : 'and printed:';
}

function outputLines(output: string): string[] {
  const lines = output
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => (line.length > 200 ? `${line.slice(0, 200)}…` : line));
  // An error is usually at the end.
  return lines.length > MAX_LINES ? ['…', ...lines.slice(-MAX_LINES)] : lines;
}

/** What most often causes such answers. */
function adviceFor(attempts: readonly Attempt[]): string {
  const answers = attempts.map(({ observation }) => observation.answer);
  const all = (...kinds: readonly Answer['kind'][]) => answers.every(({ kind }) => kinds.includes(kind));
  const codes = new Set(attempts.map(({ observation }) => observation.ended));
  if (codes.has('exit code 127')) {
    return 'exit code 127 says that a shell or "env" did not find a program: install what the adapter needs, or name its interpreter.';
  }
  if (codes.has('exit code 126')) {
    return 'exit code 126 says that a shell found a program that it cannot run: is it executable, and made for this system?';
  }
  if (answers.some(({ kind }) => kind === 'timeout')) {
    return 'the adapter hangs. It gets no input and must not wait for any, nor for a network; --timeout gives it longer.';
  }
  if (all('crash')) return 'the adapter crashes in every call; its output says where.';
  if (all('usage')) {
    return 'the adapter takes every call for a wrong command line (exit code 2); it has to take every flag of level 0, shown above.';
  }
  if (all('unsupported'))
    return 'the adapter supports none of this; let it declare its roles and profiles in "capabilities".';
  if (all('reject')) {
    return 'the adapter refuses everything, also what has to be accepted (exit code 1). Its output may show an error that is no refusal: for a wrong command line an adapter exits with 2.';
  }
  if (all('accept')) {
    return 'the adapter exits with 0 whatever it is asked: it accepted a model that was changed, and wrote no signature. It has to exit with 1 for a refusal.';
  }
  return 'make the adapter accept the first signature and refuse the second, or write a signature; then run it again.';
}
