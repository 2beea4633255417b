import { countingFaults } from '../run/faults.ts';
import { sentenceOf } from '../vectors/sentences.ts';
import type { RequirementId } from '../vectors/vector.ts';
import { type PerVerdict, perVerdict, type VerdictName, verdictNames } from '../vectors/verdicts.ts';
import { type Cause, groupFailures, isBreakdown } from './group.ts';
import type { CaseResult, Report } from './report.ts';
import { failuresOf } from './wording.ts';

/** The causes of the failures that each verdict is the first to count, those of most failures first. */
export function causesOf(results: readonly CaseResult[]): PerVerdict<readonly Cause[]> {
  return perVerdict((verdict) => {
    const failures = failuresOf(results, verdict).map((result) => ({
      ...result.verdicts[verdict],
      id: result.id,
      decidedBy: result.decidedBy,
      faults: countingFaults(result.faults, result, verdict),
    }));
    return groupFailures(failures).map(({ state, requirement, failures: alike }) => {
      return { state, requirement, vectors: alike.map(({ id }) => id) };
    });
  });
}

/** A cause with the result that represents it, and the ids of the others. */
export interface ShownCause extends Cause {
  readonly first: CaseResult;
  readonly others: readonly string[];
}

export function shownCauses({ causes, results }: Report, verdict: VerdictName): ShownCause[] {
  const byId = new Map(results.map((result) => [result.id, result]));
  return causes[verdict].flatMap((cause) => {
    const [first = '', ...others] = cause.vectors;
    const result = byId.get(first);
    return result ? [{ ...cause, first: result, others }] : [];
  });
}

/** The sentences of the specification that a cause breaks: none if the program gave no verdict to compare with them. */
export function brokenSentences({ state, requirement, first }: ShownCause): (readonly [RequirementId, string])[] {
  if (isBreakdown(state)) return [];
  const ids = requirement === null ? first.decidedBy : [requirement];
  return ids.map((id) => [id, sentenceOf(id, first.profile) ?? ''] as const);
}

/** The most vectors beside the first that are named for one cause; the JSON report names all of them. */
const MAX_OTHERS = 200;

/** The other vectors of a cause, as many as are shown, and how many more there are. */
export function otherVectors({ others }: ShownCause): { readonly named: readonly string[]; readonly more: number } {
  return { named: others.slice(0, MAX_OTHERS), more: Math.max(0, others.length - MAX_OTHERS) };
}

/** The most lines of a program's output that are shown for a cause. */
const MAX_LINES = 4;

/** The first lines that a program printed before it ended without a verdict; none for other causes. */
export function printedBefore({ state, first }: ShownCause): string[] {
  if (!isBreakdown(state)) return [];
  const lines = first.output.split('\n').filter((line) => line.trim() !== '');
  return lines.slice(0, MAX_LINES).map((line) => (line.length > 200 ? `${line.slice(0, 200)}…` : line));
}

/** What the causes of a report cannot be: each failure has one, in its own state, and nothing else has. */
export function contradictionInCauses({ causes, results }: Report): string | null {
  for (const verdict of verdictNames) {
    const states = new Map(failuresOf(results, verdict).map((one) => [one.id, one.verdicts[verdict].state]));
    const named = causes[verdict].flatMap(({ vectors, state }) => vectors.map((id) => [id, state] as const));
    const isRight = named.length === states.size && new Set(named.map(([id]) => id)).size === states.size;
    if (!isRight || named.some(([id, state]) => states.get(id) !== state)) {
      return `its causes by the verdict "${verdict}" are not those of its failures`;
    }
  }
  return null;
}
