import { type Cache, type Case, type Hash, isReference, type Operation, type Party } from './matrix.ts';
import type { Run } from './measure.ts';
import { knownSpread, pairwise, type Spread, spreadOf } from './statistics.ts';
import { bytesOf, filesOf } from './workloads.ts';

/** What a case came to. This is also the form in which a report holds it (README, "The report"). */
export interface Measurement {
  readonly workload: string;
  readonly title: string;
  readonly files: number;
  readonly bytes: number;
  readonly operation: Operation;
  readonly hash: Hash;
  readonly shardSize: number | null;
  readonly cache: Cache;
  readonly contestants: readonly Figures[];
}

/** The figures of one contestant. Times are seconds of the whole process, memory is bytes. */
export interface Figures {
  readonly party: Party;
  readonly label: string;
  /** One per round. */
  readonly runs: readonly number[];
  readonly seconds: Spread;
  /** Of all its threads and processes, in user mode and in the system. */
  readonly cpuSeconds: Spread | null;
  readonly peakMemory: Spread | null;
  /** Its time divided by that of the reference, round by round: above 1, the reference is faster. Null for that one. */
  readonly ratio: Spread | null;
  /** The time of the reference less its, round by round, in seconds. Null for that one. */
  readonly delay: Spread | null;
  /** How many processors were used by others meanwhile, on average. */
  readonly othersCores: number | null;
}

/** The runs of one contestant, in the order of the rounds. */
export interface Runs {
  readonly party: Party;
  readonly label: string;
  readonly runs: readonly Run[];
}

/** Sums up the rounds of a case. */
export function summarize(benchCase: Case, all: readonly Runs[]): Measurement {
  const { workload, operation, hash, shardSize, cache } = benchCase;
  const reference = all.find(({ party }) => isReference(party))?.runs.map(({ seconds }) => seconds) ?? null;
  return {
    workload: workload.name,
    title: workload.title,
    files: filesOf(workload),
    bytes: bytesOf(workload),
    operation,
    hash,
    shardSize,
    cache,
    contestants: all.map((each) => figuresOf(each, isReference(each.party) ? null : reference)),
  };
}

function figuresOf({ party, label, runs }: Runs, reference: readonly number[] | null): Figures {
  const seconds = runs.map((run) => run.seconds);
  return {
    party,
    label,
    runs: seconds,
    seconds: spreadOf(seconds),
    cpuSeconds: knownSpread(runs.map((run) => sum(run.userSeconds, run.systemSeconds))),
    peakMemory: knownSpread(runs.map(({ peakMemory }) => peakMemory)),
    ratio: reference && pairwise(seconds, reference, (its, own) => its / own),
    delay: reference && pairwise(seconds, reference, (its, own) => own - its),
    othersCores: othersCores(runs),
  };
}

function sum(left: number | null, right: number | null): number | null {
  return left === null || right === null ? null : left + right;
}

/** Over all runs together: the system counts in hundredths of a second, which is too coarse for a short one. */
function othersCores(runs: readonly Run[]): number | null {
  const known = runs.filter((run) => run.othersSeconds !== null);
  const wall = known.reduce((total, { seconds }) => total + seconds, 0);
  return wall === 0 ? null : known.reduce((total, { othersSeconds }) => total + (othersSeconds ?? 0), 0) / wall;
}

/** The figures of one contestant, if it took part. */
export function figures({ contestants }: Measurement, party: Party): Figures | null {
  return contestants.find((each) => each.party === party) ?? null;
}
