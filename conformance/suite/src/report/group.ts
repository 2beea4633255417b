import type { State } from '../run/states.ts';
import type { RequirementId } from '../vectors/vector.ts';
import { messageShape } from './message-shape.ts';

/** What decides to which cause a failure belongs. */
export interface Failure {
  readonly id: string;
  readonly state: State;
  readonly detail: string;
  /** The requirement that demands the outcome. */
  readonly decidedBy: readonly RequirementId[];
  /** What is wrong with the signature that was made, as far as it counts. */
  readonly faults: readonly { readonly requirement: RequirementId | null; readonly detail: string }[];
}

/** Failures of one cause, in the order of the vectors; the first one represents them. */
export interface FailureGroup<T extends Failure> {
  readonly state: State;
  /** The requirement that all of them break; null if the program gave no verdict, or the message is the cause. */
  readonly requirement: RequirementId | null;
  readonly failures: readonly [T, ...T[]];
}

/** Vectors that fail for one reason, as a report names them; the first one represents the others. */
export interface Cause {
  readonly state: State;
  /** The requirement that all of them break, if that is the reason. */
  readonly requirement: RequirementId | null;
  readonly vectors: readonly string[];
}

/** States in which a program gives no verdict: no requirement of a vector is to blame for them. */
const breakdowns: ReadonlySet<State> = new Set(['crash', 'timeout', 'resource', 'protocol']);

export function isBreakdown(state: State): boolean {
  return breakdowns.has(state);
}

/** Failures by cause, the cause of most failures first. */
export function groupFailures<T extends Failure>(failures: readonly T[]): FailureGroup<T>[] {
  const frequency = faultFrequency(failures);
  const groups = new Map<string, { requirement: RequirementId | null; failures: [T, ...T[]] }>();
  for (const failure of failures) {
    const { key, requirement } = causeOf(failure, frequency);
    const group = groups.get(key);
    if (group) group.failures.push(failure);
    else groups.set(key, { requirement, failures: [failure] });
  }
  return [...groups.values()]
    .map((group) => ({ ...group, state: group.failures[0].state }))
    .sort((a, b) => b.failures.length - a.failures.length);
}

interface Reason {
  readonly key: string;
  readonly requirement: RequirementId | null;
}

function causeOf({ state, detail, decidedBy, faults }: Failure, frequency: ReadonlyMap<string, number>): Reason {
  if (isBreakdown(state)) return { key: `${state} ${messageShape(detail)}`, requirement: null };
  // A signature with several faults belongs to the one that most signatures have.
  const [fault] = faults.toSorted((a, b) => (frequency.get(faultKey(b)) ?? 0) - (frequency.get(faultKey(a)) ?? 0));
  if (fault) return { key: `${state} fault ${faultKey(fault)}`, requirement: fault.requirement };
  const [requirement = null] = decidedBy;
  if (state === 'fail-accepted' || state === 'xpass') return { key: `${state} ${requirement}`, requirement };
  return { key: `${state} ${messageShape(detail)}`, requirement: null };
}

type FaultText = Failure['faults'][number];

function faultKey({ requirement, detail }: FaultText): string {
  return requirement ?? messageShape(detail);
}

function faultFrequency(failures: readonly Failure[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { faults } of failures) {
    for (const key of new Set(faults.map(faultKey))) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return counts;
}
