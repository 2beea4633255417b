import { indexOf } from './inputs.ts';
import { addTally, emptyTally, type Failure, type Job, type Report, type Tally } from './messages.ts';
import { type End, type Limits, runSession } from './session.ts';

/** What is to be tried. */
export interface Plan {
  /** The module that exports `targets`. */
  readonly registry: URL;
  readonly jobs: readonly Job[];
  readonly seed: string;
  /** Stop after this time; null if the counts of the jobs decide. */
  readonly minutes: number | null;
  readonly limits: Limits;
  readonly signal?: AbortSignal | undefined;
  /** Called with each failure. */
  readonly onFailure: (failure: Failure) => void;
}

export interface Outcome {
  readonly tallies: ReadonlyMap<string, Tally>;
  readonly failures: readonly Failure[];
  /** Inputs that seemed to hang or to take too much memory, and did not when they were tried again by themselves. */
  readonly unconfirmed: readonly string[];
}

export const usualLimits: Limits = { hang: 2000, memory: 512 * 2 ** 20 };

/**
 * Tries inputs until the plan is fulfilled. An input at which the process hangs, dies or takes too much memory is tried
 * again in a process of its own, and is a failure if the same happens again.
 * @throws {Error} if a target cannot be loaded
 */
export async function fuzz(plan: Plan): Promise<Outcome> {
  const run = new Run(plan);
  await run.toEnd();
  return run;
}

/** The most failures of a target after which it is not tried any further. */
const MAX_FAILURES = 1000;

class Run implements Outcome {
  readonly tallies = new Map<string, Tally>();
  readonly failures: Failure[] = [];
  readonly unconfirmed: string[] = [];
  readonly #plan: Plan;
  readonly #until: number | null;
  /** The number of the next input of each target. */
  readonly #next = new Map<string, number>();

  constructor(plan: Plan) {
    this.#plan = plan;
    this.#until = plan.minutes === null ? null : Date.now() + plan.minutes * 60_000;
    for (const { target } of plan.jobs) this.tallies.set(target, emptyTally());
  }

  async toEnd(): Promise<void> {
    for (let jobs = this.#plan.jobs; jobs.length > 0; jobs = this.#left()) {
      const end = await this.#session(jobs, (report) => this.#note(report));
      if (end.kind === 'broken') throw new Error(end.message);
      if (end.kind !== 'suspect') return;
      await this.#confirm(end);
      if (this.#plan.signal?.aborted) return;
    }
  }

  #session(jobs: readonly Job[], onReport: (report: Report) => void): Promise<End> {
    const { registry, seed, limits, signal } = this.#plan;
    return runSession({ registry: registry.href, seed, jobs, until: this.#until }, limits, onReport, signal);
  }

  #note(report: Report): void {
    if (report.kind === 'failure') this.#fail(report.failure);
    if (report.kind !== 'tally') return;
    addTally(this.#tallyOf(report.target), report.tally);
    this.#next.set(report.target, report.next);
  }

  #tallyOf(target: string): Tally {
    const tally = this.tallies.get(target) ?? emptyTally();
    this.tallies.set(target, tally);
    return tally;
  }

  #fail(failure: Failure): void {
    this.failures.push(failure);
    this.#plan.onFailure(failure);
  }

  /** Tries the input of a suspect again, by itself. */
  async #confirm({ target, id, reason, message }: End & { readonly kind: 'suspect' }): Promise<void> {
    this.#next.set(target, indexOf(id) + 1);
    this.#tallyOf(target).inputs++;
    const named = this.#plan.jobs.find((job) => job.target === target && 'bytes' in job);
    let input: string | null = null;
    const end = await this.#session([named ?? { target, id }], (report) => {
      if (report.kind === 'input') input = report.bytes;
    });
    if (end.kind === 'suspect') this.#fail({ target, id, kind: reason, message, trait: reason, input });
    else if (end.kind !== 'stopped') this.unconfirmed.push(`${target} ${id}: ${reason}`);
  }

  /** What is left to try after a process had to be ended. */
  #left(): Job[] {
    return this.#plan.jobs.flatMap((job) => {
      const failed = this.failures.filter(({ target }) => target === job.target).length;
      if (!('from' in job) || failed >= MAX_FAILURES) return [];
      const next = this.#next.get(job.target) ?? job.from;
      return [{ ...job, from: next, count: job.count === null ? null : job.count - (next - job.from) }];
    });
  }
}
