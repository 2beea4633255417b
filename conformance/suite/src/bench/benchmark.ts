/** Measures subjects workload by workload; the data of only one workload is on disk at a time. */
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { CannotRun } from '../errors.ts';
import { terminalLines } from '../report/escape.ts';
import { type Case, casesOf, isLimit, type Row } from './cases.ts';
import { missingSpace, storeModel } from './data.ts';
import type { Field, FieldRequest } from './field.ts';
import { makeKey } from './keys.ts';
import { formatMachine } from './machine.ts';
import type { Measurement } from './measurement.ts';
import { plot, ratioPanels, timePanels } from './ratio-plot.ts';
import { type Reached, type Report, reportText } from './report.ts';
import { type Failure, runCase, type Stage, writeRehearsal } from './rounds.ts';
import { type Curve, clearStage, LARGEST_SCALING, measureScaling } from './scaling.ts';
import { scalingPanels } from './scaling-plot.ts';
import type { Subject } from './subjects.ts';
import { SHORT_WORKLOADS, WORKLOADS, type Workload } from './workloads.ts';

/** What to measure and where to write the result. Paths are absolute. */
export interface Settings {
  readonly short: boolean;
  readonly cold: boolean;
  readonly scaling: boolean;
  readonly runs: number;
  /** Names of workloads. */
  readonly only: readonly string[];
  readonly json: string | null;
  readonly svg: string | null;
  readonly directory: string | null;
}

/** The subjects of a benchmark, and what it measures beside the cases that every implementation has. */
export interface Plan {
  gather(request: FieldRequest): Promise<Field>;
  readonly rows?: readonly Row[];
  /** Compares the measurements with targets. */
  reach?(measurements: readonly Measurement[]): readonly Reached[];
}

const SCALING_RUNS = 3;

function tell(text: string): void {
  process.stderr.write(`${terminalLines(text)}\n`);
}

/**
 * Measures, prints the report, and writes the files that were requested.
 * @returns whether every subject did its work in every case
 * @throws {CannotRun}
 */
export async function runBenchmark(settings: Settings, plan: Plan, signal: AbortSignal): Promise<boolean> {
  const report = await benchmark(settings, plan, signal);
  process.stdout.write(terminalLines(reportText(report, formatMachine(report.machine))));
  const { json, svg } = settings;
  if (json) writeFileSync(json, `${JSON.stringify(report, null, 2)}\n`);
  const { measurements, scaling } = report;
  if (svg)
    writeFileSync(svg, plot([...timePanels(measurements), ...ratioPanels(measurements), ...scalingPanels(scaling)]));
  return report.failures.length === 0;
}

/** Measures in a directory that is always removed at the end. */
async function benchmark(settings: Settings, plan: Plan, signal: AbortSignal): Promise<Report> {
  const { short, cold, runs } = settings;
  const directory = mkdtempSync(path.join(requireSpace(settings), 'model-signing-bench-'));
  try {
    const field = await plan.gather({ short, cold, directory, signal });
    const stage = {
      directory: path.join(directory, 'stage'),
      keys: makeKey(directory, 'P-256'),
      python: field.python,
      signal,
      tell,
    };
    mkdirSync(stage.directory);
    const { measurements, failures, curves } = await measureAll(settings, plan.rows, field, stage);
    return {
      schema: 'model-signing/benchmark/v1',
      date: new Date().toISOString().slice(0, 10),
      machine: field.machine,
      settings: { runs, short, cold },
      measurements,
      scaling: curves,
      reach: plan.reach?.(measurements) ?? [],
      skipped: field.skipped,
      failures: failures.map(({ reason: _, ...rest }) => rest),
    };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** The directory for the data, which must have room for the largest workload. */
function requireSpace(settings: Settings): string {
  const parent = settings.directory ?? os.tmpdir();
  if (!statSync(parent, { throwIfNoEntry: false })?.isDirectory()) throw new CannotRun('--directory is no directory');
  const missing = missingSpace(parent, [
    ...workloadsOf(settings),
    ...(settings.scaling && !settings.short ? [LARGEST_SCALING] : []),
  ]);
  if (missing) throw new CannotRun(`${missing}: name another directory with --directory`);
  return parent;
}

function workloadsOf({ short, only }: Settings): Workload[] {
  return (short ? SHORT_WORKLOADS : WORKLOADS).filter(({ name }) => only.includes(name));
}

interface Measured {
  readonly measurements: readonly Measurement[];
  readonly failures: readonly Failure[];
  readonly curves: readonly Curve[];
}

async function measureAll(
  settings: Settings,
  rows: readonly Row[] | undefined,
  { subjects, skipped }: Field,
  stage: Stage,
): Promise<Measured> {
  const { short, runs } = settings;
  const cold = settings.cold && !skipped.some(({ what }) => what === 'cold');
  const measurements: Measurement[] = [];
  const failures: Failure[] = [];
  for (const workload of workloadsOf(settings)) {
    tell(`${workload.title}: writing the data`);
    await storeModel(path.join(stage.directory, workload.name), workload, stage.signal);
    if (cold) await writeRehearsal(stage);
    const rounds = workload.runs?.(runs) ?? runs;
    const cases = casesOf([workload], { short, cold, ...(rows ? { rows } : {}) });
    for (const benchCase of cases.filter((each) => hasImplementation(each, subjects))) {
      const outcome = await runCase(benchCase, subjects, stage, { rounds, warmUp: !short });
      if (outcome.measurement) measurements.push(outcome.measurement);
      failures.push(...told(outcome.failures));
    }
    clearStage(stage);
  }
  if (!settings.scaling) return { measurements, failures, curves: [] };
  const scaling = await measureScaling(subjects, stage, { short, runs: Math.min(runs, SCALING_RUNS) });
  return { measurements, failures: [...failures, ...told(scaling.failures)], curves: scaling.curves };
}

/** The limits of the machine alone are not a result. */
function hasImplementation(benchCase: Case, subjects: readonly Subject[]): boolean {
  return subjects.some((each) => !isLimit(each.party) && each.takesPart(benchCase));
}

function told(failures: readonly Failure[]): readonly Failure[] {
  for (const { label, workload, what, reason } of failures) tell(`${label} failed (${workload}: ${what}): ${reason}`);
  return failures;
}
