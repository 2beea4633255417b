import { expect, it } from 'vitest';
import { casesOf } from '../../suite/src/bench/cases.ts';
import type { Run } from '../../suite/src/bench/measure.ts';
import { type Measurement, summarize } from '../../suite/src/bench/measurement.ts';
import { MiB, WORKLOADS } from '../../suite/src/bench/workloads.ts';
import { reachOf } from './targets.ts';

const run = (seconds: number, peakMemory: number): Run => ({
  seconds,
  userSeconds: 0,
  systemSeconds: 0,
  peakMemory,
  othersSeconds: 0,
});

/** All cases, with ours at one second and 100 MB and another party at these figures. */
function measure(party: 'peer' | 'empty-module', seconds: number, peakMemory = 300e6, ours = 100e6): Measurement[] {
  return casesOf(WORKLOADS, { short: false, cold: false }).map((benchCase) =>
    summarize(benchCase, [
      { party: 'ours', label: 'ours', runs: [run(1, ours)] },
      { party, label: party, runs: [run(seconds, peakMemory)] },
    ]),
  );
}

function row(measurements: readonly Measurement[], workload: string, target: RegExp) {
  const found = reachOf(measurements).filter((each) => each.workload === workload && target.test(each.target));
  return found[0];
}

it('a target is reached at its bound', () => {
  expect(row(measure('peer', 2.2), '1,000 × 4 MiB', /Python/)).toMatchObject({
    measured: '2.20 sign, 2.20 verify',
    reached: true,
  });
});

it('a target is missed below its bound', () => {
  expect(row(measure('peer', 2.19), '1,000 × 4 MiB', /Python/)?.reached).toBe(false);
});

it('a target is missed if one of two operations misses it', () => {
  const [good, bad] = [measure('peer', 3), measure('peer', 1)];
  const mixed = good.map((each, index) => (each.operation === 'verify' ? (bad[index] as Measurement) : each));
  expect(row(mixed, '1,000 × 4 MiB', /Python/)?.reached).toBe(false);
});

it('a target is neither reached nor missed if nothing was measured', () => {
  expect(row([], '1,000 × 4 MiB', /Python/)).toMatchObject({ measured: '–', reached: null });
  expect(row(measure('peer', 2), 'one 4 GiB file', /openssl/)?.reached).toBeNull();
});

it('a target for shards is about shards of one size', () => {
  const shards = measure('peer', 1).filter(({ shardSize }) => shardSize === 64 * MiB);
  const found = (measurements: readonly Measurement[], what: string) =>
    reachOf(measurements).find((each) => each.what === what && /Python/.test(each.target));
  expect(found(shards, 'sha256, shards of 64 MiB')?.reached).toBe(false);
  expect(found(shards, 'sha256, shards of 1 GB')?.reached).toBeNull();
  expect(found(measure('peer', 2.2), 'sha256, shards of 64 MiB')?.reached).toBe(true);
});

it('the memory for many small files has a bound of its own', () => {
  const found = (memory: number) =>
    reachOf(measure('peer', 1, 300e6, memory)).find(
      ({ workload, what }) => /200,000/.test(workload) && /memory/.test(what),
    );
  expect(found(300e6)).toMatchObject({ measured: '300 MB sign, 300 MB verify', reached: true });
  expect(found(301e6)?.reached).toBe(false);
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
