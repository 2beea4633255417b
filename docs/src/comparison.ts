// How this implementation compares with the Python one: what the benchmark and the conformance suite said, on which day.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Report as Benchmark } from '../../conformance/src/bench/report.ts';

type Measurement = Benchmark['measurements'][number];

/** What is read of a report by the conformance suite. */
export interface ConformanceReport {
  readonly suite: { readonly spec: string; readonly vectors: number };
  readonly implementation: { readonly name: string; readonly version: string | null };
  readonly conformant: boolean;
  readonly results: readonly { readonly profile: string; readonly state: string }[];
}

/** Results of several implementations under the same vectors; ours is the first. */
export interface Conformance {
  /** ISO 8601, to the day. */
  readonly date: string;
  readonly reports: readonly ConformanceReport[];
}

/** The data that was recorded, as far as it was. */
export interface Recorded {
  readonly benchmarks: readonly Benchmark[];
  readonly conformance: Conformance | null;
}

const MARKER = '<!-- comparison -->';

/** Reads what `npm run bench` and `npm run docs:results` recorded. */
export function recordedData(data: string): Recorded {
  const read = (name: string) => {
    const file = path.join(data, name);
    return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null;
  };
  const benchmarks: (Benchmark | null)[] = [read('benchmark.json'), read('benchmark-large.json')];
  return { benchmarks: benchmarks.filter((each) => each !== null), conformance: read('conformance.json') };
}

/**
 * Puts the comparison where a page marks its place.
 * @throws {Error} where the page has no mark
 */
export function withComparison(markdown: string, recorded: Recorded): string {
  if (!markdown.includes(MARKER)) throw new Error(`the landing page lacks ${MARKER}`);
  const text = [...conformanceSection(recorded.conformance), ...speedSection(recorded.benchmarks)].join('\n');
  return markdown.replace(MARKER, () => text);
}

function conformanceSection(conformance: Conformance | null): string[] {
  if (!conformance) return [];
  const { date, reports } = conformance;
  const [first] = reports;
  return [
    '## What each implementation does',
    '',
    ...profileTable(reports),
    '',
    `Of ${first?.suite.vectors} vectors for OMS ${first?.suite.spec}, run on ${date}. [Each requirement, each vector](conformance/results.md)`,
    '',
  ];
}

/** What the vectors of each profile came to, a column for each implementation. */
export function profileTable(reports: readonly ConformanceReport[]): string[] {
  const found = new Set(reports.flatMap(({ results }) => results.map(({ profile }) => profile)));
  const names = [...new Set([...Object.keys(profileTitles), ...found])].filter((name) => found.has(name));
  const heading = reports.map(({ implementation: { name, version } }) => `${name} ${version ?? ''}`.trim());
  return [
    `| vectors that pass | ${heading.join(' | ')} |`,
    `|---|${reports.map(() => '---|').join('')}`,
    ...names.map((name) => `| ${titleOf(name)} | ${reports.map((report) => tallyOf(report, name)).join(' | ')} |`),
    `| **Conforms** | ${reports.map(({ conformant }) => (conformant ? '**yes**' : 'no')).join(' | ')} |`,
  ];
}

const profileTitles: Readonly<Record<string, string>> = {
  core: 'Keys, and what all methods share',
  certificate: 'Certificates and timestamps',
  sigstore: 'Sigstore',
  shards: 'Shards of large files',
  blake2b: 'BLAKE2b',
  blake3: 'BLAKE3',
  symlinks: 'Symbolic links',
  historical: 'Signatures of earlier releases',
  draft: 'The draft of the next version',
};

function titleOf(profile: string): string {
  return profileTitles[profile] ?? profile;
}

/**
 * What an implementation did with the vectors of a profile. A refusal whose faultless twin is refused too says nothing about
 * the fault: it is counted apart, neither for nor against.
 */
function tallyOf({ results }: ConformanceReport, name: string): string {
  const states = results.filter(({ profile }) => profile === name).map(({ state }) => state);
  const count = (...these: string[]) => states.filter((state) => these.includes(state)).length;
  const passed = count('pass', 'pass-unclassified');
  const graded = states.length - count('unsupported', 'observed', 'inconclusive');
  const notes = [
    [count('inconclusive'), 'inconclusive'],
    [count('unsupported'), 'not offered'],
  ] as const;
  const rest = notes.filter(([number]) => number > 0).map(([number, what]) => `${number} ${what}`);
  if (graded === 0) return rest.length > 0 ? 'not offered' : 'no vector';
  return [`${passed} of ${graded}`, ...rest].join(', ');
}

function speedSection(benchmarks: readonly Benchmark[]): string[] {
  const [first] = benchmarks;
  if (!first) return [];
  const { processor, cores } = first.machine;
  const dates = [...new Set(benchmarks.map(({ date }) => date))].join(' and ');
  return [
    '## How long it takes',
    '',
    '| model | operation | this command | Python | this command is |',
    '|---|---|--:|--:|--:|',
    ...benchmarks.flatMap(({ measurements }) => measurements).flatMap(speedRow),
    '',
    `Whole processes from start to end, medians; the model is in memory. Measured on ${dates}, on ${cores} cores of ${processor}, by \`npm run bench\`.${busyNote(benchmarks)}`,
    '',
  ];
}

/** From this share of a processor used by others on, a page has to say so. */
const BUSY = 0.15;

function busyNote(benchmarks: readonly Benchmark[]): string {
  const contestants = benchmarks.flatMap(({ measurements }) => measurements.flatMap((each) => each.contestants));
  const others = Math.max(0, ...contestants.map(({ othersCores }) => othersCores ?? 0));
  if (others <= BUSY) return '';
  return ` Others used up to ${others.toFixed(1)} cores meanwhile. Both sides ran in turns, so that the times say less than how they compare.`;
}

function speedRow(measurement: Measurement): string[] {
  const { title, operation, hash, shardSize, cache, contestants } = measurement;
  const ours = contestants.find(({ party }) => party === 'ours');
  const peer = contestants.find(({ party }) => party === 'peer');
  if (!ours || !peer?.ratio || cache !== 'warm' || (operation !== 'sign' && operation !== 'verify')) return [];
  const how = `${operation}, ${hashTitles[hash]}${shardSize === null ? '' : ' shards'}`;
  return [
    `| ${title} | ${how} | ${inSeconds(ours.seconds.median)} | ${inSeconds(peer.seconds.median)} | **${inWords(peer.ratio.median)}** |`,
  ];
}

const hashTitles = { sha256: 'SHA-256', blake2b: 'BLAKE2b', blake3: 'BLAKE3' } as const;

function inSeconds(seconds: number): string {
  return `${seconds < 1 ? seconds.toFixed(3) : seconds.toFixed(2)} s`;
}

function inWords(ratio: number): string {
  return ratio >= 1 ? `${ratio.toFixed(1)}× faster` : `${(1 / ratio).toFixed(1)}× slower`;
}
