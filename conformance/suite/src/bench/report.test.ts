import { expect, it } from 'vitest';
import { casesOf } from './cases.ts';
import { parseSpeed } from './limits.ts';
import type { Run } from './measure.ts';
import { summarize } from './measurement.ts';
import { plot, ratioPanels } from './ratio-plot.ts';
import { type Report, reportText } from './report.ts';
import type { Curve } from './scaling.ts';
import { scalingPanels } from './scaling-plot.ts';
import { formatTable } from './table.ts';
import { WORKLOADS } from './workloads.ts';

const run = (seconds: number, othersSeconds = 0): Run => ({
  seconds,
  userSeconds: 1,
  systemSeconds: 1,
  peakMemory: 1e8,
  othersSeconds,
});

const measurements = casesOf(WORKLOADS, { short: false, cold: true }).map((benchCase) =>
  summarize(benchCase, [
    { party: 'ours', label: 'ours', runs: [run(2), run(2.2), run(2.1)] },
    { party: 'peer', label: 'Python <command>', runs: [run(8), run(1.1), run(4.2)] },
  ]),
);

const curve = (axis: Curve['axis'], xs: number[]): Curve => ({
  axis,
  party: 'ours',
  label: 'ours',
  points: xs.map((x) => ({ x, seconds: { median: x / 1e6, min: x / 2e6, max: x / 1e6 } })),
});

const report: Report = {
  schema: 'model-signing/benchmark/v1',
  date: '2026-01-31',
  machine: {
    processor: 'Processor',
    cores: 2,
    memory: 8e9,
    system: 'linux x64',
    versions: { node: '26.10.0', python: '3.11.7', peer: null, openssl: null, b3sum: null },
  },
  settings: { runs: 3, short: false, cold: true },
  measurements,
  scaling: [curve('bytes', [2 ** 20, 2 ** 24]), curve('files', [10, 1000])],
  reach: [{ workload: 'tiny', what: 'verify', target: '≥ 10 × Python', measured: '2.00 verify', reached: false }],
  skipped: [{ what: 'b3sum', reason: 'it is not installed' }],
  failures: [{ party: 'peer', label: 'Python library', workload: 'tiny', what: 'sign, blake3' }],
};

it('the report aligns the columns of a table, numbers to the right', () => {
  expect(
    formatTable(
      ['name', 'time'],
      [
        ['a', '1 s'],
        ['longer', '10.5 s'],
      ],
    ),
  ).toBe(['name      time', '──────  ──────', 'a          1 s', 'longer  10.5 s', ''].join('\n'));
});

const text = reportText(report, 'machine');

it('the report prints a line for each subject, with its median, spread and ratio', () => {
  expect(text).toMatch(/one 4 GiB file +sign, sha256 +ours +2\.10 s +2\.00 s – 2\.20 s +2\.00 s +2\.05 +100 MB\n/);
  expect(text).toMatch(/Python <command> .* 2\.00 × \(0\.50–4\.00\)\n/);
});

it('the report prints the growth of each curve', () => {
  expect(text).toMatch(/ours +1 MiB +1\.05 s\n +16 MiB +16\.8 s +1\.00\n/);
});

it('the report prints what was skipped and what failed', () => {
  expect(text).toContain('Skipped: b3sum: it is not installed.\n');
  expect(text).toContain('FAILED: Python library: tiny: sign, blake3.\n');
});

it('the report marks figures from a busy machine as not reliable', () => {
  expect(text).not.toContain('not reliable');
  const [benchCase] = casesOf(WORKLOADS, { short: false, cold: false });
  if (!benchCase) throw new Error('there are no cases');
  const busy = summarize(benchCase, [{ party: 'ours', label: 'ours', runs: [run(2, 1)] }]);
  expect(reportText({ ...report, measurements: [busy] }, 'machine')).toMatch(/ours \* .*not reliable/s);
});

const svg = plot([...ratioPanels(measurements), ...scalingPanels(report.scaling)]);

it('the report plots a bar for each case with the peer, and names each workload', () => {
  const both = measurements.filter(({ operation }) => operation === 'sign' || operation === 'verify');
  // Cases that only print something have bars too, because the peer takes part in every case here.
  const legend = 2;
  expect(svg.match(/<rect class="(sign|verify)"/g)).toHaveLength(measurements.length + legend);
  for (const { title } of both) expect(svg).toContain(title);
});

it('the report plots a line for each curve', () => {
  expect(svg.match(/<polyline class="line ours"/g)).toHaveLength(2);
});

it('the report plots only numbers', () => {
  expect(svg).not.toMatch(/NaN|Infinity|undefined|null/);
});

it('the report makes an empty but valid plot if there are no figures', () => {
  expect(plot([])).toMatch(/^<svg .*<\/svg>\n$/s);
  expect(scalingPanels([])).toEqual([]);
  expect(ratioPanels([])).toEqual([]);
});

it('the report reads the speed of one process from openssl speed', () => {
  expect(parseSpeed('+H:1048576\n+F:25:sha256:1760923826.09\n')).toBe(1760923826.09);
});

it('the report reads the sum of several processes from openssl speed', () => {
  const parts = 'Got: +F:25:blake2b512:334172351.40 from 0\nGot: +F:25:blake2b512:270473809.35 from 1\n';
  expect(parseSpeed(`${parts}+F:25:blake2b512:604646160.75\n`)).toBe(604646160.75);
});

it('the report reads no speed from openssl speed if openssl does not know the digest', () => {
  expect(parseSpeed('')).toBeNull();
});
