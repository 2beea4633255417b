import { type Cache, type Case, type Hash, isReference, type Operation, type Party } from './cases.ts';
import type { Run } from './measure.ts';
import { knownSpread, pairwise, type Spread, spreadOf } from './statistics.ts';
import { bytesOf, filesOf } from './workloads.ts';

/** The result of a case, in the form of reports (documented in the README of the benchmark). */
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

/** The figures of one subject: seconds of the whole process, and bytes. */
export interface Figures {
  readonly party: Party;
  readonly label: string;
  /** One per round. */
  readonly runs: readonly number[];
  readonly seconds: Spread;
  /** All its threads and processes, user and system time. */
  readonly cpuSeconds: Spread | null;
  readonly peakMemory: Spread | null;
  /** Its time divided by that of the reference, round by round: above 1, the reference is faster. Null for the reference. */
  readonly ratio: Spread | null;
  /** The time of the reference minus its own, round by round, in seconds. Null for the reference. */
  readonly delay: Spread | null;
  /** The average number of processors that other processes used meanwhile. */
  readonly othersCores: number | null;
}

/** The runs of one subject, in the order of the rounds. */
export interface Runs {
  readonly party: Party;
  readonly label: string;
  readonly runs: readonly Run[];
}

/** Summarises the rounds of a case. */
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

/** Over all runs together: the system counts hundredths of a second, which is too coarse for one short run. */
function othersCores(runs: readonly Run[]): number | null {
  const known = runs.filter((run) => run.othersSeconds !== null);
  const wall = known.reduce((total, { seconds }) => total + seconds, 0);
  return wall === 0 ? null : known.reduce((total, { othersSeconds }) => total + (othersSeconds ?? 0), 0) / wall;
}

/** The figures of one subject, if it took part. */
export function figures({ contestants }: Measurement, party: Party): Figures | null {
  return contestants.find((each) => each.party === party) ?? null;
}
