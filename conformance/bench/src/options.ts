import path from 'node:path';
import type { Settings } from '../../suite/src/bench/benchmark.ts';
import { benchEndHelp, benchFlags, benchFlagsHelp, benchSettings } from '../../suite/src/command/bench-flags.ts';
import { parseFlags } from '../../suite/src/command/usage.ts';

/** What `npm run bench` measures. */
export interface Options {
  readonly settings: Settings;
  /** Whether the measurements are compared with the targets. */
  readonly reach: boolean;
  /** An earlier checkout of this repository, as an absolute path. */
  readonly against: string | null;
}

/**
 * Reads the arguments; returns null if they request help. Relative paths are below `base`.
 * @throws {UsageError}
 */
export function parseOptions(args: readonly string[], base: string): Options | null {
  const options = { ...benchFlags, reach: { type: 'boolean' }, against: { type: 'string' } } as const;
  const { reach, against, ...values } = parseFlags({ args: [...args], allowNegative: true, options }).values;
  if (values.help) return null;
  return {
    settings: benchSettings(values, base),
    reach: reach ?? (!values.short && values.only === undefined),
    against: against === undefined ? null : path.resolve(base, against),
  };
}

/** The text that --help prints. */
export function helpText(): string {
  return `Usage: npm run bench -- [flags]
       npm run bench -- [flags] -- ADAPTER [ARG…] [-- ADAPTER [ARG…]]…

Measures whole processes, interleaved, on the same data: this repository's
command, built, the Python peer, and the limits of the machine. With adapters it
is "oms-conformance bench", which measures those instead.

Flags:
  --against <dir>    also an earlier checkout of this repository, built
  --[no-]reach       compare with the targets (default in full runs)
${benchFlagsHelp}

${benchEndHelp}`;
}
