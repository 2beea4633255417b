// The features of each implementation: ours and Python's from their `--help`, Go's from its source.
import { readFileSync } from 'node:fs';
import path from 'node:path';

/** A question to a command: does the help of this subcommand list this flag or subcommand? */
interface Question {
  /** The subcommand, without the name of the program. */
  readonly help: string;
  readonly lists: string;
}

/** What no command can be asked, because it is no command that has it. */
interface Known {
  readonly answer: 'yes' | 'no';
}

interface Feature {
  readonly title: string;
  readonly ours: Question | Known;
  readonly python: Question | Known;
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
        const asked = feature[party];
        if ('answer' in asked) return false;
        const { help, lists } = asked;
        return helpLists(commands[party]([...help.split(' ').filter(Boolean), '--help']), lists);
      })
      .map(({ title }) => title);
  return { ours: ask('ours'), python: ask('python') };
}

/** The answers as a table; those for Go link to the source file. */
export function featureTable({ features, go }: Features, answers: Answers): string[] {
  const yesOrNo = (party: 'ours' | 'python', feature: Feature) => mark(has(party, feature, answers) ? 'yes' : 'no');
  return [
    '| feature | this one | Python | Go |',
    '|---|---|---|---|',
    ...features.map((feature) => {
      const { answer, source } = feature.go;
      const own = `${yesOrNo('ours', feature)} | ${yesOrNo('python', feature)}`;
      return `| ${feature.title} | ${own} | [${mark(answer)}](${go.tree}${source}) |`;
    }),
  ];
}

/** How many of the features each has, in the order of the table. */
export function featureCounts({ features }: Features, answers: Answers): [ours: number, python: number, go: number] {
  const count = (party: 'ours' | 'python') => features.filter((feature) => has(party, feature, answers)).length;
  return [count('ours'), count('python'), features.filter(({ go }) => go.answer !== 'no').length];
}

function has(party: 'ours' | 'python', feature: Feature, answers: Answers): boolean {
  const asked = feature[party];
  return 'answer' in asked ? asked.answer === 'yes' : answers[party].includes(feature.title);
}

function mark(answer: string): string {
  return answer === 'no' ? '<span class="no">no</span>' : `<span class="yes">${answer}</span>`;
}
