import { expect, it } from 'vitest';
import { casesOf } from '../../suite/src/bench/cases.ts';
import type { Run } from '../../suite/src/bench/measure.ts';
import { type Measurement, summarize } from '../../suite/src/bench/measurement.ts';
import { WORKLOADS } from '../../suite/src/bench/workloads.ts';
import { reachOf } from './targets.ts';

const run = (seconds: number, peakMemory: number): Run => ({
  seconds,
  userSeconds: 0,
  systemSeconds: 0,
  peakMemory,
  othersSeconds: 0,
});

/** All cases, with ours at one second and 100 MB and another party at these figures. */
function measure(party: 'peer' | 'empty-module', seconds: number, peakMemory = 300e6): Measurement[] {
  return casesOf(WORKLOADS, { short: false, cold: false }).map((benchCase) =>
    summarize(benchCase, [
      { party: 'ours', label: 'ours', runs: [run(1, 100e6)] },
      { party, label: party, runs: [run(seconds, peakMemory)] },
    ]),
  );
}

function row(measurements: readonly Measurement[], workload: string, target: RegExp) {
  const found = reachOf(measurements).filter((each) => each.workload === workload && target.test(each.target));
  return found[0];
}

it('a target is reached at its bound', () => {
  expect(row(measure('peer', 1.06), '1,000 × 4 MiB', /Python/)).toMatchObject({
    measured: '1.06 sign, 1.06 verify',
    reached: true,
  });
});

it('a target is missed below its bound', () => {
  expect(row(measure('peer', 1.05), '1,000 × 4 MiB', /Python/)?.reached).toBe(false);
});

it('a target is missed if one of two operations misses it', () => {
  const [good, bad] = [measure('peer', 2), measure('peer', 1)];
  const mixed = good.map((each, index) => (each.operation === 'verify' ? (bad[index] as Measurement) : each));
  expect(row(mixed, '1,000 × 4 MiB', /Python/)?.reached).toBe(false);
});

it('a target is neither reached nor missed if nothing was measured', () => {
  expect(row([], '1,000 × 4 MiB', /Python/)).toMatchObject({ measured: '–', reached: null });
  expect(row(measure('peer', 2), '1,000 × 4 MiB', /openssl/)?.reached).toBeNull();
});

it('a target for memory compares the memory of both programs', () => {
  const target = /less memory/;
  expect(row(measure('peer', 99, 200e6), '200,000 × 4 KiB', target)?.reached).toBe(true);
  expect(row(measure('peer', 99, 199e6), '200,000 × 4 KiB', target)?.reached).toBe(false);
});

it('a target for start-up allows a number of milliseconds', () => {
  const target = /≤ 12 ms/;
  expect(row(measure('empty-module', 0.99), 'a tiny model', target)).toMatchObject({
    measured: '10.0 verify',
    reached: true,
  });
  expect(row(measure('empty-module', 0.98), 'a tiny model', target)?.reached).toBe(false);
});

const bound = (measurements: readonly Measurement[]) => row(measurements, 'every workload', /per resource/);

it('a target for memory shows the case with the most memory for its number of files', () => {
  expect(bound(measure('peer', 1))?.reached).toBe(true);
  const [first, ...others] = measure('peer', 1) as [Measurement, ...Measurement[]];
  const contestants = first.contestants.map((each) => ({ ...each, peakMemory: { median: 0, min: 0, max: 201e6 } }));
  expect(bound([{ ...first, contestants }, ...others])).toMatchObject({
    measured: '201 MB (one 4 GiB file)',
    reached: false,
  });
});
