// Where each implementation is ahead of the others, by the recorded benchmark.
import type { Report as Benchmark } from '../../conformance/suite/src/bench/report.ts';
import { markdownCell } from '../../conformance/suite/src/report/escape.ts';

type Measurement = Benchmark['measurements'][number];
type Party = Measurement['contestants'][number]['party'];

/** Within this share, two figures are called the same. */
const SAME = 0.05;

const names = { peer: 'Python', 'peer-go': 'Go' } as const;

/** The lines of the section; none if nothing was recorded. */
export function aheadSection(benchmarks: readonly Benchmark[]): string[] {
  const measurements = benchmarks.flatMap((each) => each.measurements).filter(isShown);
  if (measurements.length === 0) return [];
  const wasGoMeasured = measurements.some((each) => figuresOf(each, 'peer-go'));
  return [
    '### Where each implementation is ahead',
    '',
    `- **This command** is faster than Python in ${countAhead(measurements)} of the ${measurements.length} cases above.`,
    `- **Python** ${againstOurs(measurements, 'peer')}.`,
    `- **Go** ${wasGoMeasured ? againstOurs(measurements, 'peer-go') : 'could not be measured: its module was not served where this was recorded. It is compiled into one program, which starts sooner and in less memory than Node does'}.`,
    ...startUp(benchmarks),
    '',
  ];
}

/** Signing or verifying a model in memory, compared with the Python implementation. */
function isShown({ operation, cache, contestants }: Measurement): boolean {
  const isCompared = contestants.some(({ party, ratio }) => party === 'peer' && ratio);
  return isCompared && cache === 'warm' && (operation === 'sign' || operation === 'verify');
}

function figuresOf({ contestants }: Measurement, wanted: Party) {
  return contestants.find(({ party }) => party === wanted);
}

function countAhead(measurements: readonly Measurement[]): number {
  return measurements.filter((each) => (figuresOf(each, 'peer')?.ratio?.median ?? 0) > 1 + SAME).length;
}

/** In which cases another implementation is faster than ours, or needs less memory. */
function againstOurs(measurements: readonly Measurement[], party: keyof typeof names): string {
  const faster = measurements.filter((each) => (figuresOf(each, party)?.ratio?.median ?? 1) < 1 - SAME);
  const smaller = measurements.filter((each) => {
    const [its, ours] = [figuresOf(each, party)?.peakMemory, figuresOf(each, 'ours')?.peakMemory];
    return its && ours && its.median < ours.median * (1 - SAME);
  });
  const parts = [
    faster.length > 0 ? `is faster for ${cases(faster)}` : 'is faster in none of them',
    smaller.length > 0 ? `needs less memory for ${cases(smaller)}` : 'needs less memory in none',
  ];
  return parts.join(', and ');
}

const hashes = { sha256: '', blake2b: ' with BLAKE2b', blake3: ' with BLAKE3' } as const;

/** Each model once, with the operations. */
function cases(measurements: readonly Measurement[]): string {
  const operations = new Map<string, string[]>();
  for (const { title, operation, hash, shardSize } of measurements) {
    const model = `${markdownCell(title)}${shardSize === null ? '' : ' in shards'}${hashes[hash]}`;
    operations.set(model, [...(operations.get(model) ?? []), operation]);
  }
  return [...operations].map(([model, those]) => `${model} (${those.join(' and ')})`).join('; ');
}

/** What is left of a tiny model is the start of Node, which no other implementation pays. */
function startUp(benchmarks: readonly Benchmark[]): string[] {
  for (const measurement of benchmarks.flatMap((each) => each.measurements)) {
    const { workload, operation, hash } = measurement;
    const [ours, empty] = [figuresOf(measurement, 'ours'), figuresOf(measurement, 'empty-module')];
    if (workload !== 'tiny' || operation !== 'verify' || hash !== 'sha256' || !ours || !empty) continue;
    const [all, node] = [ours, empty].map(({ seconds }) => `${Math.round(seconds.median * 1000)} ms`);
    return [
      `- **Start-up**: verifying a tiny model takes this command ${all}, of which Node takes ${node} to run an empty module.`,
    ];
  }
  return [];
}
