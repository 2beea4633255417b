/** Measures adapters, or this repository's command and the Python peer, against the machine; see --help. */
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { makeKeys } from '../../interop/src/peer/keys.ts';
import { UsageError } from '../../suite/src/command/usage.ts';
import type { Contestant } from './contestants.ts';
import { missingSpace, writeModel } from './data.ts';
import { type Field, gatherAdapters, gatherField, Impossible } from './field.ts';
import { formatMachine } from './machine.ts';
import { type Case, casesOf, isLimit } from './matrix.ts';
import type { Measurement } from './measurement.ts';
import { helpText, type Options, parseOptions } from './options.ts';
import { plot, ratioPanels, timePanels } from './ratio-plot.ts';
import { reachOf } from './reach.ts';
import { type Report, reportText } from './report.ts';
import { type Failure, runCase, type Stage, writeRehearsal } from './rounds.ts';
import { clearStage, LARGEST_SCALING, measureScaling } from './scaling.ts';
import { scalingPanels } from './scaling-plot.ts';
import { SHORT_WORKLOADS, WORKLOADS, type Workload } from './workloads.ts';

const EXIT = { done: 0, failed: 1, usage: 2, impossible: 3, interrupted: 130 } as const;

const SCALING_RUNS = 3;

function tell(text: string): void {
  process.stderr.write(`${text}\n`);
}

function workloadsOf({ short, only }: Options): Workload[] {
  return (short ? SHORT_WORKLOADS : WORKLOADS).filter(({ name }) => only.includes(name));
}

/** Limits of the machine say nothing where there is no implementation to hold against them. */
function concernsAnybody(benchCase: Case, contestants: readonly Contestant[]): boolean {
  return contestants.some((each) => !isLimit(each.party) && each.takesPart(benchCase));
}

/** Measures workload after workload: the data of only one is on disk at a time. */
async function measureAll(options: Options, { contestants, skipped }: Field, stage: Stage) {
  const { short, runs } = options;
  const cold = options.cold && !skipped.some(({ what }) => what === 'cold');
  const measurements: Measurement[] = [];
  const failures: Failure[] = [];
  const note = (failure: Failure) => {
    tell(`${failure.label} failed (${failure.workload}: ${failure.what}): ${failure.reason}`);
    failures.push(failure);
  };

  for (const workload of workloadsOf(options)) {
    tell(`${workload.title}: writing the data`);
    await writeModel(path.join(stage.directory, workload.name), workload, stage.signal);
    if (cold) await writeRehearsal(stage);
    const rounds = workload.runs?.(runs) ?? runs;
    const cases = casesOf([workload], { short, cold, keyless: stage.keyless !== null });
    for (const benchCase of cases.filter((each) => concernsAnybody(each, contestants))) {
      const outcome = await runCase(benchCase, contestants, stage, { rounds, warmUp: !short });
      if (outcome.measurement) measurements.push(outcome.measurement);
      for (const failure of outcome.failures) note(failure);
    }
    clearStage(stage);
  }
  if (!options.scaling) return { measurements, failures, curves: [] };
  const scaling = await measureScaling(contestants, stage, { short, runs: Math.min(runs, SCALING_RUNS) });
  for (const failure of scaling.failures) note(failure);
  return { measurements, failures, curves: scaling.curves };
}

/** Measures everything below a directory that is removed in any case. */
async function benchmark(options: Options, signal: AbortSignal): Promise<Report> {
  const parent = options.directory ?? os.tmpdir();
  if (!statSync(parent, { throwIfNoEntry: false })?.isDirectory()) throw new Impossible('--directory is no directory');
  const missing = missingSpace(parent, [
    ...workloadsOf(options),
    ...(options.scaling && !options.short ? [LARGEST_SCALING] : []),
  ]);
  if (missing) throw new Impossible(`${missing}: name another directory with --directory`);

  const directory = mkdtempSync(path.join(parent, 'model-signing-bench-'));
  try {
    const field = await (options.adapters.length > 0
      ? gatherAdapters(options, { directory, signal })
      : gatherField(options, directory));
    const stage = {
      directory: path.join(directory, 'stage'),
      keys: makeKeys(directory)['P-256'],
      keyless: field.keyless,
      python: field.python,
      signal,
      tell,
    };
    mkdirSync(stage.directory);
    const { measurements, failures, curves } = await measureAll(options, field, stage);
    const titles = new Map(WORKLOADS.map(({ name, title }) => [name, title]));
    return {
      schema: 1,
      date: new Date().toISOString().slice(0, 10),
      machine: field.machine,
      settings: { runs: options.runs, short: options.short, cold: options.cold },
      measurements,
      scaling: curves,
      reach: options.reach ? reachOf(measurements, titles) : [],
      skipped: field.skipped,
      failures: failures.map(({ reason: _, ...rest }) => rest),
    };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function publish(report: Report, { json, svg }: Options): void {
  process.stdout.write(reportText(report, formatMachine(report.machine)));
  if (json) writeFileSync(json, `${JSON.stringify(report, null, 2)}\n`);
  const panels = [
    ...timePanels(report.measurements),
    ...ratioPanels(report.measurements),
    ...scalingPanels(report.scaling),
  ];
  if (svg) writeFileSync(svg, plot(panels));
}

/** `bench`: answers with its exit code. */
export async function bench(args: readonly string[]): Promise<number> {
  const interruption = new AbortController();
  const interrupt = () => interruption.abort();
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  try {
    // npm changes the directory, and remembers where it was called.
    const options = parseOptions(args, process.env.INIT_CWD ?? process.cwd());
    if (options.help) {
      process.stdout.write(helpText());
      return EXIT.done;
    }
    const report = await benchmark(options, interruption.signal);
    publish(report, options);
    return report.failures.length > 0 ? EXIT.failed : EXIT.done;
  } catch (error) {
    if (interruption.signal.aborted) return EXIT.interrupted;
    if (!(error instanceof UsageError) && !(error instanceof Impossible)) throw error;
    tell(`bench: ${error.message}`);
    return error instanceof UsageError ? EXIT.usage : EXIT.impossible;
  } finally {
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
}
