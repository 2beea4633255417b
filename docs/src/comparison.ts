// How this implementation compares with the Python one: what the benchmark and the conformance suite said, on which day.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Report as Benchmark } from '../../conformance/suite/src/bench/report.ts';
import { type Answers, type Features, featureCounts, featureTable, readFeatures } from './features.ts';

type Measurement = Benchmark['measurements'][number];

/** What is read of a report by the conformance suite. */
export interface ConformanceReport {
  readonly suite: { readonly spec: string; readonly vectors: number; readonly vectorsDigest: string };
  readonly implementation: { readonly name: string; readonly version: string | null };
  readonly conformant: boolean;
  readonly results: readonly CaseResult[];
}

interface CaseResult {
  readonly id: string;
  readonly profile: string;
  readonly state: string;
  readonly command: string | null;
}

/** Results of several implementations under the same vectors; ours is the first. */
export interface Conformance {
  /** ISO 8601, to the day. */
  readonly date: string;
  readonly features: Answers;
  readonly reports: readonly ConformanceReport[];
}

/** The data that was recorded, as far as it was. */
export interface Recorded {
  readonly benchmarks: readonly Benchmark[];
  readonly conformance: Conformance | null;
  readonly features: Features;
}

const MARKER = '<!-- comparison -->';

/** Reads what `npm run bench` and `npm run docs:results` recorded. */
export function recordedData(data: string): Recorded {
  const read = (name: string) => {
    const file = path.join(data, name);
    return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : null;
  };
  const benchmarks: (Benchmark | null)[] = [read('benchmark.json'), read('benchmark-large.json')];
  return {
    benchmarks: benchmarks.filter((each) => each !== null),
    conformance: read('conformance.json'),
    features: readFeatures(data),
  };
}

/**
 * Puts the comparison where a page marks its place.
 * @throws {Error} where the page has no mark
 */
export function withComparison(markdown: string, recorded: Recorded): string {
  if (!markdown.includes(MARKER)) throw new Error(`the landing page lacks ${MARKER}`);
  const { features, conformance, benchmarks } = recorded;
  const sections = [
    ...figures(recorded),
    ...speedSection(benchmarks),
    ...conformanceSection(conformance),
    ...featureSection(features, conformance),
  ];
  return markdown.replace(MARKER, () => sections.join('\n'));
}

/** What a reader takes along who reads nothing else. */
function figures({ benchmarks, conformance, features }: Recorded): string[] {
  const ratios = benchmarks
    .flatMap(({ measurements }) => measurements)
    .filter(({ hash }) => hash === DEFAULT_HASH)
    .flatMap((each) => comparedWithPeer(each)?.peer.ratio?.median ?? []);
  const faster = ratios.length > 0 && Math.min(...ratios) > 1;
  const [ours, peer] = conformance?.reports.map(({ results }) => passing(results)) ?? [];
  const all = features.features.length;
  const [mine = 0, python = 0, go = 0] = conformance ? featureCounts(features, conformance.features) : [];
  return [
    '<div class="figures">',
    ...(faster
      ? [
          `<p><b>${range(ratios)} as fast</b> as the Python implementation, from start to end, with ${hashTitles[DEFAULT_HASH]}</p>`,
        ]
      : []),
    ...(ours && peer
      ? [
          `<p><b>${ours.passed} of ${ours.graded} vectors</b> of the conformance suite pass; of the Python one ${peer.passed} of ${peer.graded}</p>`,
        ]
      : []),
    ...(conformance
      ? [
          `<p><b>${mine} of ${all} features</b> that we looked for; the Python command has ${python}, the Go one ${go}</p>`,
        ]
      : []),
    '</div>',
    '',
  ];
}

/** What both commands hash with unless they are told otherwise. */
const DEFAULT_HASH = 'sha256';

function range(ratios: readonly number[]): string {
  return `${Math.min(...ratios).toFixed(1)} to ${Math.max(...ratios).toFixed(1)} times`;
}

/** What passes of what has to: neither what is only observed nor what a command line does not offer. */
function passing(results: readonly CaseResult[]): { readonly passed: number; readonly graded: number } {
  const graded = results.filter(({ state }) => !['unsupported', 'observed'].includes(state));
  return { passed: graded.filter(({ state }) => state.startsWith('pass')).length, graded: graded.length };
}

function featureSection(features: Features, conformance: Conformance | null): string[] {
  if (!conformance) return [];
  const { date, features: answers } = conformance;
  return [
    '## What the commands offer',
    '',
    ...featureTable(features, answers),
    '',
    `This command and the Python one were asked by their \`--help\` on ${date}. The Go one was read, as of ${features.go.asOf}, and each of its answers leads to the file; it was not run, so that nothing is said of its speed and of the vectors.`,
    '',
  ];
}

function conformanceSection(conformance: Conformance | null): string[] {
  if (!conformance) return [];
  const { date, reports } = conformance;
  const [first] = reports;
  return [
    '## How they keep to the format',
    '',
    ...profileTable(reports),
    '',
    `Of ${first?.suite.vectors.toLocaleString('en')} vectors for OMS ${first?.suite.spec}, run on ${date}. [Each requirement, each vector](conformance/results.md).`,
    '',
  ];
}

/** What the vectors of each profile came to, a column for each implementation. */
export function profileTable(reports: readonly ConformanceReport[]): string[] {
  const found = new Set(reports.flatMap(({ results }) => results.map(({ profile }) => profile)));
  const names = [...new Set([...Object.keys(profileTitles), ...found])].filter((name) => found.has(name));
  // What was never published has no version to speak of.
  const versionOf = (version: string | null) => (version === '0.0.0' ? '' : (version ?? ''));
  const heading = reports.map(({ implementation: { name, version } }) => `${name} ${versionOf(version)}`.trim());
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
    '## How fast it is',
    '',
    '| model | operation | this command is | its time | Python |',
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

/** Both sides of a measurement that is shown: a model that is in memory, signed or verified by both. */
function comparedWithPeer({ operation, cache, contestants }: Measurement) {
  const ours = contestants.find(({ party }) => party === 'ours');
  const peer = contestants.find(({ party }) => party === 'peer');
  if (!ours || !peer?.ratio || cache !== 'warm' || (operation !== 'sign' && operation !== 'verify')) return null;
  return { ours, peer };
}

function speedRow(measurement: Measurement): string[] {
  const { title, operation, hash, shardSize } = measurement;
  const compared = comparedWithPeer(measurement);
  if (!compared?.peer.ratio) return [];
  const { ours, peer } = compared;
  const how = `${operation}, ${hashTitles[hash]}${shardSize === null ? '' : ' shards'}`;
  return [
    `| ${title} | ${how} | **${inWords(compared.peer.ratio.median)}** | ${inSeconds(ours.seconds.median)} | ${inSeconds(peer.seconds.median)} |`,
  ];
}

const hashTitles = { sha256: 'SHA-256', blake2b: 'BLAKE2b', blake3: 'BLAKE3' } as const;

function inSeconds(seconds: number): string {
  return `${seconds < 1 ? seconds.toFixed(3) : seconds.toFixed(2)} s`;
}

function inWords(ratio: number): string {
  return ratio >= 1 ? `${ratio.toFixed(1)}× faster` : `${(1 / ratio).toFixed(1)}× slower`;
}
