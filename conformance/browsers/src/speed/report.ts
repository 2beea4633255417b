// The measurements as a page of text.
import { availableParallelism, cpus } from 'node:os';
import { spreadOf } from '../../../suite/src/bench/statistics.ts';

export interface Throughput {
  readonly browser: string;
  readonly workers: number;
  /** Milliseconds, by round. */
  readonly verify: readonly number[];
  readonly plain: readonly number[];
}

export interface Cold {
  readonly browser: string;
  readonly method: string;
  /** Milliseconds, by round: until the library is loaded, and until the signature is checked. */
  readonly loaded: readonly number[];
  readonly checked: readonly number[];
}

export interface Memory {
  readonly browser: string;
  readonly model: string;
  readonly bytes: number | null;
}

export interface Measured {
  readonly bytes: number;
  readonly throughputs: readonly Throughput[];
  readonly colds: readonly Cold[];
  readonly memories: readonly Memory[];
}

/** What reading and hashing alone reach, and how much of it verifying must. */
const SHARE = 0.8;

/** Milliseconds in which a signature must be checked. */
const COLD_MS = 200;

const ms = (values: readonly number[]) => spreadOf(values).median.toFixed(0);
const row = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
const yes = (is: boolean) => (is ? 'yes' : 'no');

function throughputRow({ browser, workers, verify, plain }: Throughput, bytes: number): string {
  const rate = (times: readonly number[]) => `${(bytes / spreadOf(times).median / 1e6).toFixed(2)} GB/s`;
  const { median, min, max } = spreadOf(verify.map((took, round) => (plain[round] as number) / took));
  const share = `${median.toFixed(2)} (${min.toFixed(2)} – ${max.toFixed(2)})`;
  return row([browser, String(workers), rate(plain), rate(verify), share, yes(median >= SHARE)]);
}

function coldRow({ browser, method, loaded, checked }: Cold): string {
  const { median } = spreadOf(checked);
  const check = checked.map((at, round) => at - (loaded[round] as number));
  return row([browser, method, ms(loaded), ms(check), ms(checked), yes(median < COLD_MS)]);
}

const memoryRow = ({ browser, model, bytes }: Memory) =>
  row([browser, model, bytes === null ? 'unknown' : `${(bytes / 1e6).toFixed(0)} MB`]);

const ruler = (columns: number) => row(Array.from({ length: columns }, () => '---'));

export function reportOf({ bytes, throughputs, colds, memories }: Measured): string {
  const machine = `${availableParallelism()} processors (${cpus()[0]?.model.trim() ?? 'unknown'})`;
  return `# How fast browsers verify

Written by \`npm run bench:browsers\`, on ${machine}.

## Four files of 256 MiB

*Plain* is the least that any page needs: workers that have started before, as many as the library starts, each of which reads a file with
\`arrayBuffer()\` and gives it to \`crypto.subtle.digest\`. *Verify* is all of \`verifyModel\`, with starting its workers, listing the files,
and comparing. Both run in each round, in random order; the share is the median of the rounds, with the least and the most. At least
${SHARE} is the target.

${row(['browser', 'workers', 'plain', 'verify', 'share of plain', 'reached'])}
${ruler(6)}
${throughputs.map((each) => throughputRow(each, bytes)).join('\n')}

## A signature in a page that was just opened

A new profile without any cache opens a page, which imports the library from loopback (*load*: fetch, compile and run it) and checks one
signature of the conformance suite with \`openSignature\` (*check*). Median milliseconds; the sum is to be below ${COLD_MS}.

${row(['browser', 'method', 'load', 'check', 'both', 'reached'])}
${ruler(6)}
${colds.map(coldRow).join('\n')}

## Memory

What all processes of the browser need at the peak of \`verifyModel\` beyond what they had before.

${row(['browser', 'model', 'memory'])}
${ruler(3)}
${memories.map(memoryRow).join('\n')}
`;
}
