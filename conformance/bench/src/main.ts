/** `npm run bench`: measures this repository's command; with adapters after "--" it is `oms-conformance bench`. */
import { runningInstance } from '../../sigstore-lab/src/keyless.ts';
import { runBenchmark } from '../../suite/src/bench/benchmark.ts';
import { runCommand } from '../../suite/src/command/main.ts';
import { exit } from '../../suite/src/command/usage.ts';
import { gatherField } from './gather.ts';
import { helpText, parseOptions } from './options.ts';
import { ourRows } from './subjects.ts';
import { reachOf } from './targets.ts';

async function bench(args: readonly string[], signal: AbortSignal): Promise<number> {
  if (args.includes('--')) return (await import('../../suite/src/command/bench.ts')).bench(args, signal);
  // npm changes the directory and keeps the caller's in INIT_CWD.
  const options = parseOptions(args, process.env.INIT_CWD ?? process.cwd());
  if (options === null) {
    process.stdout.write(helpText());
    return exit.done;
  }
  const { settings, reach, against } = options;
  const keyless = runningInstance();
  const plan = {
    gather: async (request: Parameters<typeof gatherField>[2]) => gatherField(against, keyless, request),
    rows: ourRows(keyless),
    ...(reach ? { reach: reachOf } : {}),
  };
  return (await runBenchmark(settings, plan, signal)) ? exit.done : exit.failed;
}

process.exitCode = await runCommand('bench', (signal) => bench(process.argv.slice(2), signal));
