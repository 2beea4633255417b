// What each implementation can do. Ours and the Python one are asked, by their `--help`; the Go one is read.
import { readFileSync } from 'node:fs';
import path from 'node:path';

/** A question to a command: does the help of this subcommand list this flag or subcommand? */
interface Question {
  /** The subcommand, without the name of the program. */
  readonly help: string;
  readonly lists: string;
}

interface Feature {
  readonly title: string;
  readonly ours: Question;
  readonly python: Question;
  /** What stands in the source, and in which file of it. */
  readonly go: { readonly answer: string; readonly source: string };
}

export interface Features {
  readonly go: { readonly tree: string; readonly asOf: string };
  readonly features: readonly Feature[];
}

/** What was answered: for each implementation that can be run, the titles of the features that it has. */
export interface Answers {
  readonly ours: readonly string[];
  readonly python: readonly string[];
}

/** Prints what a command says to these arguments. */
type Help = (args: readonly string[]) => string;

export function readFeatures(data: string): Features {
  return JSON.parse(readFileSync(path.join(data, 'features.json'), 'utf8'));
}

/** Whether a help text has a line that begins with this flag or subcommand; `_` and `-` are one to all implementations. */
export function helpLists(text: string, name: string): boolean {
  return text.split('\n').some((line) => {
    const [term = ''] = line.trim().split(/ {2,}|[ ,=]/);
    return /^\s/.test(line) && term.replaceAll('_', '-') === name;
  });
}

/** Asks the commands that can be run. */
export function askFeatures({ features }: Features, commands: { readonly ours: Help; readonly python: Help }): Answers {
  const ask = (party: 'ours' | 'python') =>
    features
      .filter((feature) => {
        const { help, lists } = feature[party];
        return helpLists(commands[party]([...help.split(' ').filter(Boolean), '--help']), lists);
      })
      .map(({ title }) => title);
  return { ours: ask('ours'), python: ask('python') };
}

/** The answers as a table: ours and the Python one as they answered, the Go one with the file that says so. */
export function featureTable({ features, go }: Features, answers: Answers): string[] {
  const yesOrNo = (party: 'ours' | 'python', title: string) => mark(answers[party].includes(title) ? 'yes' : 'no');
  return [
    '| feature | this one | Python | Go |',
    '|---|---|---|---|',
    ...features.map(
      ({ title, go: { answer, source } }) =>
        `| ${title} | ${yesOrNo('ours', title)} | ${yesOrNo('python', title)} | [${mark(answer)}](${go.tree}${source}) |`,
    ),
  ];
}

/** How many of the features each has, in the order of the table. */
export function featureCounts({ features }: Features, answers: Answers): [ours: number, python: number, go: number] {
  return [answers.ours.length, answers.python.length, features.filter(({ go }) => go.answer !== 'no').length];
}

function mark(answer: string): string {
  return answer === 'no' ? '<span class="no">no</span>' : `<span class="yes">${answer}</span>`;
}
