import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Adapter } from '../../suite/src/adapter/command-session.ts';
import { splitAdapters, UsageError } from '../../suite/src/command/usage.ts';
import { WORKLOADS } from './workloads.ts';

/** What a run of the benchmark is asked for. Paths are absolute. */
export interface Options {
  readonly short: boolean;
  readonly cold: boolean;
  readonly scaling: boolean;
  readonly reach: boolean;
  readonly help: boolean;
  readonly runs: number;
  /** Names of workloads. */
  readonly only: readonly string[];
  readonly against: string | null;
  readonly json: string | null;
  readonly svg: string | null;
  readonly directory: string | null;
  /** Programs to measure in place of this repository's; the first is what the others are held against. */
  readonly adapters: readonly Adapter[];
}

const RUNS = 5;

/** Reads the arguments of the command; relative paths are below `base`. Throws a UsageError. */
export function parseOptions(args: readonly string[], base: string): Options {
  const { own, adapters } = splitAdapters(args, base);
  const values = parse(own);
  if (adapters.length > 0 && (values.reach || values.against !== undefined)) {
    throw new UsageError("--reach and --against are about this repository's command, and no adapter");
  }
  const full = !values.short && values.only === undefined && adapters.length === 0;
  const file = (value: string | undefined) => (value === undefined ? null : path.resolve(base, value));
  return {
    short: values.short ?? false,
    cold: values.cold ?? false,
    scaling: values.scaling ?? false,
    reach: values.reach ?? full,
    help: values.help ?? false,
    runs: values.runs === undefined ? (values.short ? 1 : RUNS) : parseRuns(values.runs),
    only: values.only === undefined ? WORKLOADS.map(({ name }) => name) : parseOnly(values.only),
    against: file(values.against),
    json: file(values.json),
    svg: file(values.svg),
    directory: file(values.directory),
    adapters: adapters as unknown as Adapter[],
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowNegative: true,
      options: {
        short: { type: 'boolean' },
        cold: { type: 'boolean' },
        scaling: { type: 'boolean' },
        reach: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
        runs: { type: 'string' },
        only: { type: 'string' },
        against: { type: 'string' },
        json: { type: 'string' },
        svg: { type: 'string' },
        directory: { type: 'string' },
      },
    }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function parseRuns(text: string): number {
  const runs = /^\d{1,4}$/.test(text) ? Number(text) : 0;
  if (runs < 1) throw new UsageError(`--runs takes a number from 1 to 9999, not "${text}"`);
  return runs;
}

function parseOnly(text: string): string[] {
  const known = WORKLOADS.map(({ name }) => name);
  const names = text.split(',').map((name) => name.trim());
  for (const name of names) {
    if (!known.includes(name)) throw new UsageError(`there is no workload "${name}"; there are ${known.join(', ')}`);
  }
  return names;
}

/** What --help prints. */
export function helpText(): string {
  const names = WORKLOADS.map(({ name, title }) => `  ${name.padEnd(17)}${title}`).join('\n');
  return `Usage: oms-conformance bench [options] [-- ADAPTER [ARG…] [-- OTHER [ARG…]]…]

Measures whole processes, interleaved, on the same data, and against what the
machine can do: adapters of the conformance protocol (PROTOCOL.md), started once
for each signature, the first of which is what the others are held against. Other
digests and shards are asked of those that declare them.
Without an adapter, in a clone of this repository: its command, built, and the
Python peer.

Options:
  --only <names>     these workloads only, separated by commas
  --runs <number>    runs of each contestant (default: ${RUNS}; four times as many for
                     the tiny model, at most 3 for 200,000 files)
  --cold             also with data that is not in memory; drops the caches of the
                     whole machine, which takes the right to do so
  --scaling          also time against size and against the number of files
  --against <dir>    also against an earlier checkout of this repository, built
  --json <file>      write a report
  --svg <file>       write a plot
  --[no-]reach       what was aimed at and what was reached (default in full runs)
  --directory <dir>  where the data goes, up to 5 GB at a time (default: the
                     directory for temporary files); it is removed in any case
  --short            tiny sizes and one run, which proves only that everything runs
  -h, --help         show this help

Workloads:
${names}

Exits with 0 done, 1 a contestant failed, 2 wrong command line, 3 could not run.
`;
}
