// The process that tries inputs. It may hang or die at any of them, so everything it knows is reported as it goes.
import { openSync, writeSync } from 'node:fs';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { Worker as Thread } from 'node:worker_threads';
import { type Input, Inputs } from './inputs.ts';
import { emptyTally, type Failure, type Job, type Order, type Report, type Tally } from './messages.ts';
import type { Target, Verdict } from './target.ts';

/** How long one target is tried before the next one has its turn, in milliseconds. */
const TURN = 200;

const IDLE = '-';

/** A target in this process, and how far it is. */
interface Running {
  readonly target: Target;
  readonly inputs: Inputs;
  next: number;
  readonly end: number;
}

class Worker {
  readonly #order: Order;
  readonly #beat: number;
  #tried = 0;
  /** The input that is being tried, for errors that appear outside of its promise. */
  #current: { readonly target: Target; readonly input: Input } | null = null;

  constructor(order: Order) {
    this.#order = order;
    this.#beat = openSync(order.beat, 'w');
    this.#write(IDLE);
    const outside = (error: unknown) => {
      if (this.#current) report({ kind: 'failure', failure: failureOf(this.#current, error) });
      else throw error;
    };
    process.on('unhandledRejection', outside).on('uncaughtException', outside);
  }

  async run(): Promise<void> {
    const { registry, jobs } = this.#order;
    const { targets } = (await import(registry)) as { targets: Readonly<Record<string, () => Promise<Target>>> };
    const loaded = new Map<string, Target>();
    for (const { target } of jobs) {
      const load = targets[target];
      if (!load) throw new Error(`there is no target "${target}"`);
      loaded.set(target, await load());
    }
    for (const job of jobs) await this.#runOne(job, loaded.get(job.target) as Target);
    await this.#takeTurns(jobs.flatMap((job) => this.#running(job, loaded.get(job.target) as Target)));
    for (const target of loaded.values()) await target.close?.();
  }

  #running(job: Job, target: Target): Running[] {
    if (!('from' in job)) return [];
    const end = job.count === null ? Number.POSITIVE_INFINITY : job.from + job.count;
    return [{ target, inputs: new Inputs(target, this.#order.seed), next: job.from, end }];
  }

  /** Tries the one input of a job that names one. */
  async #runOne(job: Job, target: Target): Promise<void> {
    if ('from' in job) return;
    const input =
      'id' in job
        ? new Inputs(target, this.#order.seed).again(job.id)
        : { id: 'file', bytes: Buffer.from(job.bytes, 'base64') };
    if (input === null) throw new Error(`the target "${target.name}" has no input "${'id' in job ? job.id : 'file'}"`);
    report({ kind: 'input', bytes: Buffer.from(input.bytes).toString('base64') });
    const tally = emptyTally();
    await this.#try(target, input, tally);
    report({ kind: 'tally', target: target.name, tally, next: 0 });
  }

  /** Tries the targets in turn, so that each has the same time. */
  async #takeTurns(all: readonly Running[]): Promise<void> {
    const { until } = this.#order;
    const isOver = () => until !== null && Date.now() >= until;
    let left = all.filter(({ next, end }) => next < end);
    while (left.length > 0 && !isOver()) {
      for (const running of left) {
        await this.#turn(running);
        if (isOver()) break;
      }
      left = left.filter(({ next, end }) => next < end);
    }
  }

  async #turn(running: Running): Promise<void> {
    const { target, inputs } = running;
    const tally = emptyTally();
    const start = performance.now();
    do {
      const input = inputs.at(running.next);
      running.next++;
      const verdict = await this.#try(target, input, tally);
      if (verdict) inputs.keep(input, verdict.trait);
    } while (running.next < running.end && performance.now() - start < TURN);
    tally.milliseconds = performance.now() - start;
    report({ kind: 'tally', target: target.name, tally, next: running.next });
    this.#write(IDLE);
    await setImmediate();
  }

  async #try(target: Target, input: Input, tally: Tally): Promise<Verdict | null> {
    this.#current = { target, input };
    this.#write(`${target.name} ${input.id}`);
    tally.inputs++;
    let verdict: Verdict | null = null;
    try {
      verdict = await target.check(input.bytes);
      if (verdict.accepted) tally.accepted++;
      else tally.codes[verdict.code ?? 'refused'] = (tally.codes[verdict.code ?? 'refused'] ?? 0) + 1;
    } catch (error) {
      report({ kind: 'failure', failure: failureOf(this.#current, error) });
    }
    const bytes = process.resourceUsage().maxRSS * 1024;
    if (bytes > this.#order.memory) {
      report({ kind: 'memory', bytes });
      await new Promise(() => {}); // until this process is ended
    }
    return verdict;
  }

  #write(what: string): void {
    writeSync(this.#beat, `${this.#tried++} ${what}`.padEnd(255).concat('\n'), 0);
  }
}

function failureOf({ target, input }: { readonly target: Target; readonly input: Input }, error: unknown): Failure {
  const { name, stack } = error instanceof Error ? error : { name: 'not an error', stack: String(error) };
  const place = /\(?([\w./:-]+:\d+:\d+)\)?$/m.exec(stack ?? '')?.[1] ?? '';
  return {
    target: target.name,
    id: input.id,
    kind: name === 'WrongVerdict' ? 'wrong verdict' : 'untyped error',
    message: stack ?? name,
    trait: `${name} ${place}`,
    input: Buffer.from(input.bytes).toString('base64'),
  };
}

function report(message: Report): void {
  process.send?.(message);
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => {}); // the process that started this one decides when it ends
process.on('disconnect', () => process.exit(0));
process.once('message', (order: Order) => {
  const workerData = { parent: process.ppid, folder: path.dirname(order.beat) };
  new Thread(new URL('./watchdog.ts', import.meta.url), { workerData }).unref();
  new Worker(order)
    .run()
    .then(() => report({ kind: 'done' }))
    .catch((error: unknown) =>
      report({ kind: 'broken', message: error instanceof Error ? String(error.stack) : String(error) }),
    );
});
