import { describe, expect, it } from 'vitest';
import { casesOf } from './matrix.ts';
import type { Run } from './measure.ts';
import { type Measurement, summarize } from './measurement.ts';
import { reachOf } from './reach.ts';
import { WORKLOADS } from './workloads.ts';

const titles = new Map(WORKLOADS.map(({ name, title }) => [name, title]));

const run = (seconds: number, peakMemory: number): Run => ({
  seconds,
  userSeconds: 0,
  systemSeconds: 0,
  peakMemory,
  othersSeconds: 0,
});

/** Everything, with ours at one second and 100 MB; the other party as told. */
function measure(party: 'peer' | 'empty-module', seconds: number, peakMemory = 300e6): Measurement[] {
  return casesOf(WORKLOADS, { short: false, cold: false }).map((benchCase) =>
    summarize(benchCase, [
      { party: 'ours', label: 'ours', runs: [run(1, 100e6)] },
      { party, label: party, runs: [run(seconds, peakMemory)] },
    ]),
  );
}

function row(measurements: readonly Measurement[], workload: string, target: RegExp) {
  const found = reachOf(measurements, titles).filter((each) => each.workload === workload && target.test(each.target));
  return found[0];
}

describe('a target', () => {
  it('is reached at its bound', () => {
    expect(row(measure('peer', 1.06), '1,000 × 4 MiB', /Python/)).toMatchObject({
      measured: '1.06 sign, 1.06 verify',
      reached: true,
    });
  });

  it('is not reached below its bound', () => {
    expect(row(measure('peer', 1.05), '1,000 × 4 MiB', /Python/)?.reached).toBe(false);
  });

  it('is not reached where one of two operations misses it', () => {
    const [good, bad] = [measure('peer', 2), measure('peer', 1)];
    const mixed = good.map((each, index) => (each.operation === 'verify' ? (bad[index] as Measurement) : each));
    expect(row(mixed, '1,000 × 4 MiB', /Python/)?.reached).toBe(false);
  });

  it('is neither reached nor missed where nothing was measured', () => {
    expect(row([], '1,000 × 4 MiB', /Python/)).toMatchObject({ measured: '–', reached: null });
    expect(row(measure('peer', 2), '1,000 × 4 MiB', /openssl/)?.reached).toBeNull();
  });

  it('about memory holds the memory of both against each other', () => {
    const target = /less memory/;
    expect(row(measure('peer', 99, 200e6), '200,000 × 4 KiB', target)?.reached).toBe(true);
    expect(row(measure('peer', 99, 199e6), '200,000 × 4 KiB', target)?.reached).toBe(false);
  });

  it('about start-up is a number of milliseconds that may be added', () => {
    const target = /≤ 12 ms/;
    expect(row(measure('empty-module', 0.99), 'a tiny model', target)).toMatchObject({
      measured: '10.0 verify',
      reached: true,
    });
    expect(row(measure('empty-module', 0.98), 'a tiny model', target)?.reached).toBe(false);
  });
});

describe('the bound of memory', () => {
  const bound = (measurements: readonly Measurement[]) => row(measurements, 'every workload', /per resource/);

  it('is held by all cases, or shown with the worst', () => {
    expect(bound(measure('peer', 1))?.reached).toBe(true);
    const [first, ...others] = measure('peer', 1) as [Measurement, ...Measurement[]];
    const contestants = first.contestants.map((each) => ({ ...each, peakMemory: { median: 0, min: 0, max: 201e6 } }));
    expect(bound([{ ...first, contestants }, ...others])).toMatchObject({
      measured: '201 MB (one 4 GiB file)',
      reached: false,
    });
  });
});
