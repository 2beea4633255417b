import type { Judgement } from './judgement.ts';
import type { Defect } from './verifier-defects.ts';

/** The checks that refuse a case, and what is said of it once they are left out. */
export interface Collected {
  /** The fewest that have to be left out together, whatever the order of the checks. */
  readonly checks: readonly Defect[];
  /** An acceptance, or a refusal by which the rest is hidden. */
  readonly end: Judgement;
}

/** So many checks are left out at most: a vector has one fault. */
const MOST = 3;

/**
 * Collects every fault of a case: each check that refuses it is left out in turn, until it is accepted. A fault that
 * leaves nothing to go on with ends the search.
 */
export function collectFaults(judgeWithout: (checks: readonly Defect[]) => Judgement): Collected {
  let hidden: Collected | undefined;
  const queue: (readonly Defect[])[] = [[]];
  for (const checks of queue) {
    const end = judgeWithout(checks);
    if (end.outcome === 'accept') return { checks, end };
    const more = end.checks.filter((check) => !checks.includes(check));
    if (more.length === 0 || checks.length === MOST) hidden ??= { checks, end };
    else queue.push(...more.map((check) => [...checks, check]));
  }
  return hidden as Collected;
}
