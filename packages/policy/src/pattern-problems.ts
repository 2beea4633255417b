import { quote } from '@model-signing/core';
import { wildcardsIn } from './glob.ts';
import { type NamePattern, patternCovers, readNamePattern } from './name-pattern.ts';
import type { Policy } from './policy.ts';
import type { PolicyProblem } from './problem.ts';

/** A pattern, and where it is. */
interface PlacedPattern {
  readonly text: string;
  readonly pattern: NamePattern;
  readonly rule: number;
  readonly pointer: string;
}

/** What is wrong with the patterns for names. */
export function patternProblems(policy: Policy): PolicyProblem[] {
  const placed = policy.rules.flatMap((rule, i) =>
    rule.match.flatMap((text, j) => {
      const pattern = readNamePattern(text);
      return typeof pattern === 'string' ? [] : [{ text, pattern, rule: i, pointer: `/models/${i}/match/${j}` }];
    }),
  );
  return [
    ...unreachable(placed),
    ...placed.flatMap((each) => ownProblems(each, policy.rules[each.rule]?.reject === true)),
  ];
}

/** A rule is named once, and not by each of its patterns, if none of them is reached. */
function unreachable(placed: readonly PlacedPattern[]): PolicyProblem[] {
  const earlier = new EarlierPatterns();
  const problems: PolicyProblem[] = [];
  for (const [rule, patterns] of Map.groupBy(placed, (each) => each.rule)) {
    const hidden = patterns.flatMap((each) => {
      const by = earlier.covering(each.pattern);
      earlier.add(each);
      return by === undefined ? [] : [{ each, by }];
    });
    const [first] = hidden;
    if (first !== undefined && hidden.length === patterns.length && hidden.every(({ by }) => by.rule < rule)) {
      const message = `no model reaches this rule: ${matchedBefore(first.each, first.by)}`;
      problems.push({ code: 'unreachable-rule', severity: 'error', pointer: `/models/${rule}`, message });
      continue;
    }
    for (const { each, by } of hidden) {
      const severity = by.rule < rule ? 'error' : 'warning';
      const message = `no model reaches this pattern: ${matchedBefore(each, by)}`;
      problems.push({ code: 'unreachable-pattern', severity, pointer: each.pointer, message });
    }
  }
  return earlier.isExhausted ? [...problems, NOT_COMPARED] : problems;
}

const NOT_COMPARED: PolicyProblem = {
  code: 'not-compared',
  severity: 'warning',
  pointer: '/models',
  message:
    'there are so many patterns with wildcards that not all were compared: rules that no model reaches may be missing here',
};

function matchedBefore(each: PlacedPattern, by: PlacedPattern): string {
  return `${quote(by.text)} at ${by.pointer} comes first, and matches all that ${quote(each.text)} matches`;
}

/** How many characters are looked at: more takes longer than a user waits, and needs thousands of patterns that begin alike. */
const MAX_WORK = 30_000_000;

/** Finds an earlier pattern that covers a later one, which begins with all that is before the first wildcard of the earlier one. */
class EarlierPatterns {
  readonly #byStart = new Map<string, PlacedPattern[]>();
  #left = MAX_WORK;

  get isExhausted(): boolean {
    return this.#left <= 0;
  }

  covering(pattern: NamePattern): PlacedPattern | undefined {
    for (let end = 0; end <= pattern.base.length; end++) {
      const found = this.#byStart
        .get(pattern.base.slice(0, end))
        ?.find((other) => this.#isCovered(pattern, other.pattern));
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #isCovered(pattern: NamePattern, by: NamePattern): boolean {
    if (this.isExhausted) return false;
    this.#left -= pattern.base.length * (1 + wildcardsIn(by.base));
    return patternCovers(by, pattern);
  }

  add(placed: PlacedPattern): void {
    const [start = ''] = placed.pattern.base.split('*', 1);
    const alike = this.#byStart.get(start);
    if (alike === undefined) this.#byStart.set(start, [placed]);
    else alike.push(placed);
  }
}

/** Patterns that match no less than one of these match all of a kind. */
const EVERYTHING = [
  ['**', 'every name'],
  ['/**/*', 'every path'],
  ['/*/**', 'every path'],
  ['hf://*/*', 'every model on a hub'],
  ['oci://*/**', 'every model in a registry'],
] as const;

function ownProblems({ text, pattern, pointer }: PlacedPattern, rejects: boolean): PolicyProblem[] {
  const problems: PolicyProblem[] = [];
  const all = EVERYTHING.find(([widest]) => patternCovers(pattern, readNamePattern(widest) as NamePattern));
  if (all !== undefined && !rejects) {
    const message = `the pattern ${quote(text)} matches ${all[1]}, so the signers of the rule may sign all of them`;
    problems.push({ code: 'matches-everything', severity: 'error', pointer, message });
  }
  if (!/^(?:\*\*|\/|[A-Za-z]:\/|[a-z][a-z0-9+.-]*:\/\/)/i.test(pattern.base)) {
    const message = `the pattern ${quote(text)} matches no path, which begins with "/", and no model in a store, which begins with hf:// or oci://; only a name that the caller chose can match`;
    problems.push({ code: 'chosen-names-only', severity: 'warning', pointer, message });
  }
  if (rejects && pattern.revision !== null) {
    const message = `the pattern ${quote(text)} rejects one revision, and the same model can have other names: a pattern without the revision rejects every one`;
    problems.push({ code: 'rejects-one-revision', severity: 'warning', pointer, message });
  }
  return problems;
}
