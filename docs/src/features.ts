// The features of each implementation: ours and Python's from their `--help`, Go's from its source.
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
  /** The answer found in the source, and the file it is in. */
  readonly go: { readonly answer: string; readonly source: string };
}

export interface Features {
  readonly go: { readonly tree: string; readonly asOf: string };
  readonly features: readonly Feature[];
}

/** For each implementation that can be run, the titles of the features that it has. */
export interface Answers {
  readonly ours: readonly string[];
  readonly python: readonly string[];
}

/** Returns what a command prints for these arguments. */
type Help = (args: readonly string[]) => string;

export function readFeatures(data: string): Features {
  return JSON.parse(readFileSync(path.join(data, 'features.json'), 'utf8'));
}

/** Whether a line of a help text begins with this flag or subcommand; all implementations take `_` and `-` alike. */
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

/** The answers as a table; those for Go link to the source file. */
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
