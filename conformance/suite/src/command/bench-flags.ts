import path from 'node:path';
import type { parseArgs } from 'node:util';
import type { Settings } from '../bench/benchmark.ts';
import { WORKLOADS } from '../bench/workloads.ts';
import { UsageError } from '../errors.ts';
import { wholeNumber } from './usage.ts';

/** The flags of every benchmark. */
export const benchFlags = {
  short: { type: 'boolean' },
  cold: { type: 'boolean' },
  scaling: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  runs: { type: 'string' },
  only: { type: 'string' },
  json: { type: 'string' },
  svg: { type: 'string' },
  directory: { type: 'string' },
} as const;

type Values = ReturnType<typeof parseArgs<{ options: typeof benchFlags }>>['values'];

const RUNS = 5;

/**
 * The settings that the flags select; relative paths are below `base`.
 * @throws {UsageError}
 */
export function benchSettings(values: Values, base: string): Settings {
  const { short = false, cold = false, scaling = false, runs, only, json, svg, directory } = values;
  const file = (value: string | undefined) => (value === undefined ? null : path.resolve(base, value));
  return {
    short,
    cold,
    scaling,
    runs: runs === undefined ? (short ? 1 : RUNS) : wholeNumber(runs, 'runs', 1, 9999),
    only: only === undefined ? WORKLOADS.map(({ name }) => name) : workloadNames(only),
    json: file(json),
    svg: file(svg),
    directory: file(directory),
  };
}

function workloadNames(text: string): string[] {
  const known = WORKLOADS.map(({ name }) => name);
  const names = text.split(',').map((name) => name.trim());
  for (const name of names) {
    if (!known.includes(name)) throw new UsageError(`there is no workload "${name}"; there are ${known.join(', ')}`);
  }
  return names;
}

/** The help on the flags of every benchmark. */
export const benchFlagsHelp = `  --only <names>     these workloads only, separated by commas
  --runs <number>    runs of each program (default: ${RUNS}; four times as many for
                     the tiny model, at most 3 for 200,000 files)
  --cold             also with data that is not in memory; drops the caches of the
                     whole machine, which needs permission to do so
  --scaling          also time by size and by number of files
  --json <file>      write a report
  --svg <file>       write a plot
  --directory <dir>  where the data goes, up to 5 GB at a time (default: the
                     directory for temporary files); it is always removed
  --short            tiny sizes and one run, which proves only that everything runs
  -h, --help         show this help`;

/** The help on the workloads and exit codes of every benchmark. */
export const benchEndHelp = `Workloads:
${WORKLOADS.map(({ name, title }) => `  ${name.padEnd(17)}${title}`).join('\n')}

Exits with 0 done, 1 a program failed, 2 wrong command line, 3 could not run.
`;
