import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Conformance, recordedData, withComparison } from './comparison.ts';

const docs = path.resolve(import.meta.dirname, '..');
const landing = readFileSync(path.join(docs, 'index.md'), 'utf8');
const recorded = recordedData(path.join(docs, 'data'));

describe('the landing page', () => {
  it('the landing page shows the recorded speed with its date', () => {
    const text = withComparison(landing, recorded);
    const warm = recorded.benchmarks
      .flatMap(({ measurements }) => measurements)
      .filter(({ cache, operation }) => cache === 'warm' && (operation === 'sign' || operation === 'verify'));
    expect(warm.length).toBeGreaterThan(0);
    for (const { title, operation, contestants } of warm) {
      const row = contestants.find(({ party }) => party === 'peer');
      const seconds = row?.seconds.median ?? Number.NaN;
      const figure = seconds < 1 ? seconds.toFixed(3) : seconds.toFixed(2);
      expect(text).toMatch(new RegExp(`^\\| ${title} \\| ${operation}, .* \\| ${figure} s \\|$`, 'm'));
    }
    for (const { date, settings } of recorded.benchmarks) {
      expect(text).toContain(date);
      expect(settings.short).toBe(false);
    }
  });

  it('the landing page says "slower" if the ratio is below 1', () => {
    const [first] = recorded.benchmarks;
    const [measurement] = first?.measurements ?? [];
    if (!first || !measurement) throw new Error('no benchmark is recorded');
    const contestants = measurement.contestants.map((each) =>
      each.ratio ? { ...each, ratio: { min: 0.5, median: 0.5, max: 0.5 } } : each,
    );
    const benchmarks = [{ ...first, measurements: [{ ...measurement, contestants }] }];
    expect(withComparison(landing, { ...recorded, benchmarks, conformance: null })).toContain('2.0× slower');
  });

  it('the landing page has no figure for speed if any ratio is below 1', () => {
    expect(withComparison(landing, recorded)).toMatch(/<b>\d+\.\d to \d+\.\d times as fast<\/b>/);
    const slower = recorded.benchmarks.map((benchmark) => ({
      ...benchmark,
      measurements: benchmark.measurements.map((measurement) => ({
        ...measurement,
        contestants: measurement.contestants.map((each) =>
          each.ratio ? { ...each, ratio: { min: 0.5, median: 0.5, max: 0.5 } } : each,
        ),
      })),
    }));
    expect(withComparison(landing, { ...recorded, benchmarks: slower })).not.toContain('as fast</b>');
  });

  it('a landing page without a marker for the comparison is refused', () => {
    expect(() => withComparison('# Landing', recorded)).toThrow('lacks');
  });
});

describe('the conformance table', () => {
  const result = (profile: string, ...states: string[]) =>
    states.map((state, index) => {
      const judged = { state, detail: '' };
      // With the clarifications of this specification, what the public text leaves open is graded too.
      const clarified = state === 'observed' ? { state: 'pass', detail: '' } : judged;
      return {
        id: `${profile}-${index}`,
        profile,
        answer: null,
        verdicts: { public: judged, clarified },
        command: null,
      };
    });
  const suite = { spec: '1.0', vectors: 7, vectorsDigest: '0'.repeat(64) };
  const conformance: Conformance = {
    date: '2026-01-02',
    features: { ours: ['Sign with a key'], python: [] },
    reports: [
      {
        suite,
        implementation: { name: 'Ours', version: '1.2.0' },
        conformant: { public: true, clarified: true },
        results: [...result('core', 'pass', 'pass-unclassified', 'observed'), ...result('shards', 'pass', 'pass')],
      },
      {
        suite,
        implementation: { name: 'Other', version: null },
        conformant: { public: false, clarified: null },
        results: [
          ...result('core', 'pass', 'fail-accepted', 'inconclusive', 'unsupported'),
          ...result('shards', 'unsupported', 'unsupported'),
        ],
      },
    ],
  };
  const text = withComparison('<!-- comparison -->', { ...recorded, benchmarks: [], conformance });

  it('the conformance table counts passing vectors, and separately those that are not graded', () => {
    expect(text).toContain('| vectors that pass | Ours 1.2.0 | Other |');
    expect(text).toContain(
      '| Keys, and rules common to all methods | 2 of 2, 1 observed | 1 of 2, 1 inconclusive, 1 not offered |',
    );
    expect(text).toContain(
      '| Keys, and rules common to all methods | 3 of 3 | 1 of 2, 1 inconclusive, 1 not offered |',
    );
    expect(text).toContain('| Shards of large files | 2 of 2 | 2 not offered |');
    expect(text).toContain('| **Conforms** | **yes** | no |');
  });

  it('the conformance table states the number of vectors and the date', () => {
    expect(text).toContain('Of 7 vectors for OMS 1.0, run on 2026-01-02.');
  });

  it('the feature table shows the answers of each command and links to the source for Go', () => {
    expect(text).toMatch(/^\| Sign with a key \| .*>yes<.* \| .*>no<.* \| \[.*>yes<.*\]\(https:.*README\.md\) \|$/m);
  });
});
