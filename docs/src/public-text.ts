// The page on what the public text should say: its defects, what each implementation does there, and proposed wordings.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { markdownCell } from '../../conformance/suite/src/report/escape.ts';
import { inCell } from './cells.ts';
import type { Conformance, ConformanceReport } from './comparison.ts';
import type { Page } from './pages.ts';

/** One defect of the public text, in docs/data/public-text.json. */
export interface TextDefect {
  /** Its anchor on the page. */
  readonly id: string;
  readonly title: string;
  /** Sections of the public text. */
  readonly sections: readonly string[];
  readonly defect: string;
  /** What follows from it, in one sentence. */
  readonly consequence: string;
  /** The wording that would repair it. */
  readonly proposed: string;
  /** Our requirements that decide it. */
  readonly requirements: readonly string[];
  /** Vectors that show what an implementation does there. */
  readonly shown: readonly {
    readonly vector: string;
    readonly case: string;
    /** What the Go implementation did in an earlier run, for when it is not among the recorded results. */
    readonly go?: 'accepts' | 'refuses';
  }[];
}

/** The defects, in the order of the page. */
export function readTextDefects(root: string): TextDefect[] {
  return JSON.parse(readFileSync(path.join(root, 'docs/data/public-text.json'), 'utf8'));
}

/** The page, with what each implementation of the recorded results does. */
export function publicTextPage(defects: readonly TextDefect[], conformance: Conformance | null): Page {
  const reports = conformance?.reports ?? [];
  const text = [
    '# What the public text should say',
    '',
    'The public text of OMS 1.0 has defects: places where two programs can both be right and not understand each other, or where',
    'a program that follows the letter is not safe. Each is here with its section, what follows from it, what the implementations',
    'do today, and a wording that would repair it. [This specification](./v1.0.md) decides each point for its readers; the',
    'conformance suite does not count such a decision as the public text.',
    '',
    ...(knowsGo(reports)
      ? []
      : [
          'The Go implementation could not be had where these results were recorded. What is said of it was seen in an earlier run of',
          'the suite, at its commit `1d81e7b`, and is left open where nothing was noted.',
          '',
        ]),
    ...defects.map(({ id, title, sections }) => `- [${title}](#${id}) (${sections.join(', ')})`),
    '',
    ...defects.flatMap((defect) => defectLines(defect, reports)),
  ];
  return { path: 'spec/public-text.md', text: `${text.join('\n')}\n`, source: null };
}

function defectLines(
  { id, title, sections, defect, consequence, proposed, requirements, shown }: TextDefect,
  reports: readonly ConformanceReport[],
): string[] {
  const decided = requirements.map((each) => `[${each}](./v1.0.md#${each.toLowerCase()})`).join(', ');
  return [
    `## ${title} {#${id}}`,
    '',
    `**Where.** Public text, ${sections.join(', ')}.`,
    '',
    `**Defect.** ${defect}`,
    '',
    `**Consequence.** ${consequence}`,
    '',
    ...(reports.length === 0 ? [] : behaviour(shown, reports)),
    '**Proposed wording.**',
    '',
    `> ${proposed}`,
    '',
    `Decided here by ${decided}.`,
    '',
  ];
}

function behaviour(shown: TextDefect['shown'], reports: readonly ConformanceReport[]): string[] {
  const earlier = !knowsGo(reports);
  const names = reports.map(({ implementation: { name } }) => markdownCell(name));
  const heading = ['case', ...names, ...(earlier ? ['Go (seen earlier)'] : [])];
  const rows = shown.map((each) => [
    inCell(each.case),
    ...reports.map((report) => answerIn(report, each.vector)),
    ...(earlier ? [each.go ?? 'not known'] : []),
  ]);
  return [heading, heading.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).concat('');
}

function knowsGo(reports: readonly ConformanceReport[]): boolean {
  return reports.some(({ implementation: { name } }) => name === 'Go');
}

const answers = { accept: 'accepts', reject: 'refuses' } as const;

/** What an implementation does with a vector, in one or two words. */
export function answerIn({ results }: ConformanceReport, vector: string): string {
  const result = results.find(({ id }) => id === vector);
  if (!result) return 'not known';
  if (result.answer !== null) return answers[result.answer];
  return result.verdicts.clarified.state === 'unsupported' ? 'not offered' : 'not known';
}
