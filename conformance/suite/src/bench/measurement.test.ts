import { expect, it } from 'vitest';
import { type Case, casesOf } from './cases.ts';
import { cleanEnvironment, type Run } from './measure.ts';
import { figures, summarize } from './measurement.ts';
import { WORKLOADS } from './workloads.ts';

const [benchCase] = casesOf(WORKLOADS, { short: false, cold: false }) as [Case];

const run = (seconds: number): Run => ({
  seconds,
  userSeconds: seconds / 2,
  systemSeconds: seconds / 4,
  peakMemory: seconds * 1000,
  othersSeconds: seconds / 10,
});

const limit = { ...run(1), userSeconds: null, systemSeconds: null, peakMemory: null, othersSeconds: null };
const measurement = summarize(benchCase, [
  { party: 'ours', label: 'ours', runs: [2, 4, 8].map(run) },
  { party: 'peer', label: 'Python command', runs: [4, 12, 8].map(run) },
  { party: 'openssl-one', label: 'openssl speed × 1', runs: [limit, limit, limit] },
]);

it('the benchmark compares the time of each subject with ours, round by round', () => {
  expect(figures(measurement, 'peer')?.ratio).toEqual({ median: 2, min: 1, max: 3 });
  expect(figures(measurement, 'peer')?.delay).toEqual({ median: -2, min: -8, max: 0 });
  expect(figures(measurement, 'ours')).toMatchObject({ ratio: null, delay: null });
});

it('the benchmark adds up the user and system time of a subject', () => {
  expect(figures(measurement, 'ours')?.cpuSeconds).toEqual({ median: 3, min: 1.5, max: 6 });
});

it('the benchmark says how many processors other processes used', () => {
  expect(figures(measurement, 'ours')?.othersCores).toBeCloseTo(0.1);
});

it('the benchmark has no processor time or memory for a limit that does not report them', () => {
  expect(figures(measurement, 'openssl-one')).toMatchObject({
    cpuSeconds: null,
    peakMemory: null,
    othersCores: null,
  });
});

it('the benchmark compares no subject with ours if ours did not run', () => {
  const alone = summarize(benchCase, [{ party: 'peer', label: 'Python command', runs: [run(1)] }]);
  expect(figures(alone, 'peer')?.ratio).toBeNull();
  expect(figures(alone, 'ours')).toBeNull();
});

it('the benchmark records the number of files and bytes of the model', () => {
  expect(measurement).toMatchObject({ workload: 'one-file', files: 1, bytes: 4 * 1024 ** 3 });
});

it('the benchmark orders the cases so that a workload is signed before it is verified', () => {
  const cases = casesOf(WORKLOADS, { short: false, cold: true });
  for (const [index, { operation, ...rest }] of cases.entries()) {
    const { operation: before, ...same } = cases[index - 1] ?? { operation: null };
    if (operation === 'verify') expect([before, same]).toEqual(['sign', rest]);
  }
});

it('the benchmark includes cases with cold caches only on request', () => {
  const caches = (cold: boolean) => new Set(casesOf(WORKLOADS, { short: true, cold }).map(({ cache }) => cache));
  expect(caches(false)).toEqual(new Set(['warm']));
  expect(caches(true)).toEqual(new Set(['warm', 'cold']));
});

it('the benchmark removes the variables that would slow one subject', () => {
  const environment = {
    PATH: '/bin',
    NODE_EXTRA_CA_CERTS: 'ca.pem',
    NODE_OPTIONS: '-v',
    PYTHONPATH: '.',
    LD_PRELOAD: 'x',
  };
  expect(cleanEnvironment(environment)).toEqual({ PATH: '/bin' });
});
