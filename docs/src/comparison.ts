// How this implementation compares with the others: dated results of the benchmark and of the conformance suite.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Report as Benchmark } from '../../conformance/suite/src/bench/report.ts';
import { markdownCell } from '../../conformance/suite/src/report/escape.ts';
import { type PerVerdict, type VerdictName, verdictNames } from '../../conformance/suite/src/vectors/verdicts.ts';
import { aheadSection } from './ahead.ts';
import { type Answers, type Features, featureCounts, featureTable, readFeatures } from './features.ts';

type Measurement = Benchmark['measurements'][number];

/** The members of a conformance report that the pages use. */
export interface ConformanceReport {
  readonly suite: { readonly spec: string; readonly vectors: number; readonly vectorsDigest: string };
  readonly implementation: { readonly name: string; readonly version: string | null };
  readonly conformant: PerVerdict<boolean | null>;
  readonly results: readonly CaseResult[];
}

interface CaseResult {
  readonly id: string;
  readonly profile: string;
  readonly answer: 'accept' | 'reject' | null;
  readonly verdicts: PerVerdict<{ readonly state: string; readonly detail: string }>;
  readonly command: string | null;
}

/** Results of several implementations on the same vectors; ours is the first. */
export interface Conformance {
  /** ISO 8601, to the day. */
  readonly date: string;
  readonly features: Answers;
  readonly reports: readonly ConformanceReport[];
}

/** The recorded data; null or empty if nothing was recorded. */
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
 * Inserts the comparison at the marker of a page.
 * @throws {Error} if the page has no marker
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

/** Three figures for a reader who reads nothing else. */
function figures({ benchmarks, conformance, features }: Recorded): string[] {
  const ratios = benchmarks
    .flatMap(({ measurements }) => measurements)
    .filter(({ hash }) => hash === DEFAULT_HASH)
    .flatMap((each) => comparedWithPeer(each)?.peer.ratio?.median ?? []);
  const faster = ratios.length > 0 && Math.min(...ratios) > 1;
  const [ours, ...peers] = conformance?.reports.map(passing) ?? [];
  const all = features.features.length;
  const [mine = 0, python = 0, go = 0] = conformance ? featureCounts(features, conformance.features) : [];
  return [
    '<div class="figures">',
    ...(faster
      ? [
          `<p><b>${range(ratios)} as fast</b> as the Python implementation, measured as whole processes, with ${hashTitles[DEFAULT_HASH]}</p>`,
        ]
      : []),
    ...(ours
      ? [
          `<p><b>${ours.passed} of ${ours.graded} vectors</b> that rest on the public text pass${peers.map(({ name, passed, graded }) => `; with ${markdownCell(name)}, ${passed} of ${graded}`).join('')}</p>`,
        ]
      : []),
    ...(conformance
      ? [`<p><b>${mine} of ${all} features</b> that we checked; the Python command has ${python}, the Go one ${go}</p>`]
      : []),
    '</div>',
    '',
  ];
}

/** The default hash algorithm of both commands. */
const DEFAULT_HASH = 'sha256';

function range(ratios: readonly number[]): string {
  return `${Math.min(...ratios).toFixed(1)} to ${Math.max(...ratios).toFixed(1)} times`;
}

/** How many of the vectors that the public text decides pass. Vectors that are only observed, or that a command line does not offer, are not graded. */
function passing({ implementation: { name }, results }: ConformanceReport) {
  const states = results.map(({ verdicts }) => verdicts.public.state);
  const graded = states.filter((state) => !['unsupported', 'observed'].includes(state));
  return { name, passed: graded.filter((state) => state.startsWith('pass')).length, graded: graded.length };
}

function featureSection(features: Features, conformance: Conformance | null): string[] {
  if (!conformance) return [];
  const { date, features: answers } = conformance;
  return [
    '## What the commands offer',
    '',
    ...featureTable(features, answers),
    '',
    `The answers for this command and for the Python one come from their \`--help\` on ${date}, or, for what is no command, from what they offer. Those for the Go one come from its source as of ${features.go.asOf}, and each links to the file.`,
    '',
  ];
}

function conformanceSection(conformance: Conformance | null): string[] {
  if (!conformance) return [];
  const { date, reports } = conformance;
  const [first] = reports;
  return [
    '## Conformance to the format',
    '',
    ...verdictNames.flatMap((verdict) => [`**${verdictTitles[verdict]}**`, '', ...profileTable(reports, verdict), '']),
    `Of ${first?.suite.vectors.toLocaleString('en')} vectors for OMS ${first?.suite.spec}, run on ${date}. [Results for each requirement and vector](conformance/results.md).`,
    '',
  ];
}

/** What each verdict judges by, as a heading. */
export const verdictTitles: PerVerdict<string> = {
  public: 'By the public text',
  clarified: 'With the clarifications of this specification',
};

/** The results for each profile by one verdict, with a column for each implementation. */
export function profileTable(reports: readonly ConformanceReport[], verdict: VerdictName): string[] {
  const found = new Set(reports.flatMap(({ results }) => results.map(({ profile }) => profile)));
  const names = [...new Set([...Object.keys(profileTitles), ...found])].filter((name) => found.has(name));
  // An unpublished package has no meaningful version.
  const versionOf = (version: string | null) => (version === '0.0.0' ? '' : (version ?? ''));
  const heading = reports.map(({ implementation: { name, version } }) =>
    markdownCell(`${name} ${versionOf(version)}`.trim()),
  );
  return [
    `| vectors that pass | ${heading.join(' | ')} |`,
    `|---|${reports.map(() => '---|').join('')}`,
    ...names.map(
      (name) => `| ${titleOf(name)} | ${reports.map((report) => tallyOf(report, name, verdict)).join(' | ')} |`,
    ),
    `| **Conforms** | ${reports.map(({ conformant }) => (conformant[verdict] ? '**yes**' : 'no')).join(' | ')} |`,
  ];
}

const profileTitles: Readonly<Record<string, string>> = {
  core: 'Keys, and rules common to all methods',
  certificate: 'Certificates and timestamps',
  sigstore: 'Sigstore',
  shards: 'Shards of large files',
  blake2b: 'BLAKE2b',
  blake3: 'BLAKE3',
  symlinks: 'Symbolic links',
  historical: 'Signatures of earlier releases',
  partial: 'Named files alone',
  advertised: 'Digests that a store states',
  policy: 'Policies about signers',
  attestations: 'Attestations',
  draft: 'The draft of the next version',
};

function titleOf(profile: string): string {
  return profileTitles[profile] ?? markdownCell(profile);
}

/**
 * The results of an implementation for the vectors of a profile. A refusal whose control is also refused shows nothing about
 * the fault, so it is counted separately.
 */
function tallyOf({ results }: ConformanceReport, name: string, verdict: VerdictName): string {
  const states = results.filter(({ profile }) => profile === name).map(({ verdicts }) => verdicts[verdict].state);
  const count = (...these: string[]) => states.filter((state) => these.includes(state)).length;
  const passed = count('pass', 'pass-unclassified');
  const graded = states.length - count('unsupported', 'observed', 'inconclusive');
  const notes = [
    [count('inconclusive'), 'inconclusive'],
    [count('unsupported'), 'not offered'],
    [count('observed'), 'observed'],
  ] as const;
  const rest = notes.filter(([number]) => number > 0).map(([number, what]) => `${number} ${what}`);
  if (graded === 0) return rest.length > 0 ? rest.join(', ') : 'no vector';
  return [`${passed} of ${graded}`, ...rest].join(', ');
}

function speedSection(benchmarks: readonly Benchmark[]): string[] {
  const [first] = benchmarks;
  if (!first) return [];
  const { processor, cores } = first.machine;
  const dates = [...new Set(benchmarks.map(({ date }) => date))].join(' and ');
  return [
    '## Speed',
    '',
    '| model | operation | this command is | its time | Python |',
    '|---|---|--:|--:|--:|',
    ...benchmarks.flatMap(({ measurements }) => measurements).flatMap(speedRow),
    '',
    `Medians of whole processes, from start to exit, with the model in memory. Measured on ${dates}, on ${cores} cores of ${markdownCell(processor)}, by \`npm run bench\`.${busyNote(benchmarks)}`,
    '',
    ...aheadSection(benchmarks),
  ];
}

/** If other programs used more than this share of a processor, the page says so. */
const BUSY = 0.15;

function busyNote(benchmarks: readonly Benchmark[]): string {
  const contestants = benchmarks.flatMap(({ measurements }) => measurements.flatMap((each) => each.contestants));
  const others = Math.max(0, ...contestants.map(({ othersCores }) => othersCores ?? 0));
  if (others <= BUSY) return '';
  return ` Other programs used up to ${others.toFixed(1)} cores meanwhile. The runs of both sides alternated, so the ratios are more reliable than the times.`;
}

/** Both sides of a measurement that is shown: signing or verifying a model in memory. Null for any other measurement. */
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
    `| ${markdownCell(title)} | ${how} | **${inWords(compared.peer.ratio.median)}** | ${inSeconds(ours.seconds.median)} | ${inSeconds(peer.seconds.median)} |`,
  ];
}

const hashTitles = { sha256: 'SHA-256', blake2b: 'BLAKE2b', blake3: 'BLAKE3' } as const;

function inSeconds(seconds: number): string {
  return `${seconds < 1 ? seconds.toFixed(3) : seconds.toFixed(2)} s`;
}

function inWords(ratio: number): string {
  return ratio >= 1 ? `${ratio.toFixed(1)}× faster` : `${(1 / ratio).toFixed(1)}× slower`;
}
