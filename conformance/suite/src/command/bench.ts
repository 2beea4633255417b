import type { Adapter } from '../adapter/command-session.ts';
import { runBenchmark, type Settings } from '../bench/benchmark.ts';
import { gatherAdapters } from '../bench/field.ts';
import { UsageError } from '../errors.ts';
import { benchEndHelp, benchFlags, benchFlagsHelp, benchSettings } from './bench-flags.ts';
import { exit, parseFlags, splitAdapters } from './usage.ts';

/** `bench`: measures implementations by their adapters. */
export async function bench(args: readonly string[], signal: AbortSignal): Promise<number> {
  // npm changes the directory and keeps the caller's in INIT_CWD.
  const request = parseBench(args, process.env.INIT_CWD ?? process.cwd());
  if (request === null) {
    process.stdout.write(benchHelp());
    return exit.done;
  }
  const { settings, adapters } = request;
  const gather = (place: Parameters<typeof gatherAdapters>[1]) => gatherAdapters(adapters, place);
  return (await runBenchmark(settings, { gather }, signal)) ? exit.done : exit.failed;
}

/**
 * Reads a command line, or null if it asks for help; relative paths are below `base`.
 * @throws {UsageError}
 */
export function parseBench(
  args: readonly string[],
  base: string,
): { readonly settings: Settings; readonly adapters: readonly Adapter[] } | null {
  const { own, adapters } = splitAdapters(args, base);
  const { values } = parseFlags({ args: own, options: benchFlags });
  if (values.help) return null;
  if (adapters.length === 0) throw new UsageError('bench takes one adapter or more, each behind "--"');
  return { settings: benchSettings(values, base), adapters: adapters as unknown as Adapter[] };
}

/** The text that `bench --help` prints. */
export function benchHelp(): string {
  return `Usage: oms-conformance bench [flags] -- ADAPTER [ARG…] [-- ADAPTER [ARG…]]…

Measures whole processes, interleaved, on the same data: adapters of the
conformance protocol (PROTOCOL.md), started once for each signature, and the
limits of the machine. The other adapters are compared with the first. Other
digests and shards are measured for adapters that declare the flags.

Flags:
${benchFlagsHelp}

${benchEndHelp}`;
}
