import path from 'node:path';
import { expect, it } from 'vitest';
import { aheadSection } from './ahead.ts';
import { recordedData } from './comparison.ts';

const { benchmarks } = recordedData(path.resolve(import.meta.dirname, '../data'));

type Contestant = (typeof benchmarks)[number]['measurements'][number]['contestants'][number];

/** The recorded benchmark with other figures for each contestant. */
function changed(change: (contestant: Contestant) => Partial<Contestant>) {
  return benchmarks.map((benchmark) => ({
    ...benchmark,
    measurements: benchmark.measurements.map((measurement) => ({
      ...measurement,
      contestants: measurement.contestants.map((each) => ({ ...each, ...change(each) })),
    })),
  }));
}

const always = (value: number) => ({ median: value, min: value, max: value });

it('the page says with which models another implementation is faster', () => {
  const slow = changed(({ ratio }) => (ratio ? { ratio: always(0.5) } : {}));
  const text = aheadSection(slow).join('\n');
  expect(text).toContain('**This command** is faster than Python in 0 of');
  expect(text).toMatch(
    /\*\*Python\*\* is faster for one 4 GiB file \(sign and verify\); .*one 4 GiB file with BLAKE3 \(sign and verify\)/,
  );
});

it('the page says that another implementation is faster in none of the cases', () => {
  const fast = changed(({ ratio }) => (ratio ? { ratio: always(2) } : {}));
  expect(aheadSection(fast).join('\n')).toContain('**Python** is faster in none of them');
});

it('the page says with which models another implementation needs less memory', () => {
  const small = changed(({ party, peakMemory }) =>
    peakMemory ? { peakMemory: always(party === 'ours' ? 2e9 : 1) } : {},
  );
  expect(aheadSection(small).join('\n')).toContain('needs less memory for one 4 GiB file (sign and verify)');
});

it('the page says that the Go implementation was not measured, or else where it is ahead', () => {
  const without = changed(({ party }) => (party === 'peer-go' ? { party: 'earlier' } : {}));
  expect(aheadSection(without).join('\n')).toContain('**Go** could not be measured');
  const go = changed(({ party }) => (party === 'openssl-files' ? { party: 'peer-go', ratio: always(0.5) } : {}));
  expect(aheadSection(go).join('\n')).toMatch(/\*\*Go\*\* is faster for one 4 GiB file \(sign and verify\)/);
});

it('the page says what of the time for a tiny model is the start of Node', () => {
  expect(aheadSection(benchmarks).join('\n')).toMatch(/\*\*Start-up\*\*: .* \d+ ms, of which Node takes \d+ ms/);
});

it('nothing is said of a benchmark that was not recorded', () => {
  expect(aheadSection([])).toEqual([]);
});
