/**
 * Checks the suite as a whole: our implementation must conform by both verdicts at each level of the protocol, a program that
 * makes every permitted choice must conform to the public text, and useless programs must score zero in both. What starts a process for
 * each vector is judged by every fourth one; `--all` takes all.
 */
import path from 'node:path';
import { parseArgs } from 'node:util';
import { judgeAdapter } from '../../../suite/src/command/run.ts';
import { parseRunFlags } from '../../../suite/src/command/run-options.ts';
import { isSuccess } from '../../../suite/src/report/report.ts';
import { terminalText } from '../../../suite/src/report/terminal.ts';
import { headline } from '../../../suite/src/report/wording.ts';
import { isPass } from '../../../suite/src/run/states.ts';
import { loadSuite, type Suite } from '../../../suite/src/vectors/suite.ts';
import { type VerdictName, verdictNames } from '../../../suite/src/vectors/verdicts.ts';

const isWhole = parseArgs({ options: { all: { type: 'boolean', default: false } } }).values.all;

const repository = path.resolve(import.meta.dirname, '../../../..');
const adapters = path.join(repository, 'conformance/suite/adapters');
const node = (file: string): [string, ...string[]] => [process.execPath, file];

/** Implementations that must conform, and the flags to judge them with. */
const good: readonly {
  readonly name: string;
  readonly adapter: [string, ...string[]];
  readonly flags: readonly string[];
  readonly isSlow: boolean;
  /** The verdicts that it must pass. */
  readonly verdicts: readonly VerdictName[];
}[] = [
  {
    name: 'our library, level 2',
    adapter: node(path.join(repository, 'packages/conformance-adapter/src/library.ts')),
    flags: ['--strict'],
    isSlow: false,
    verdicts: verdictNames,
  },
  {
    name: 'our command line, level 1',
    adapter: node(path.join(repository, 'packages/conformance-adapter/src/command-line.ts')),
    flags: ['--light', '--strict'],
    isSlow: true,
    verdicts: verdictNames,
  },
  {
    name: 'the oracle with every permitted choice',
    adapter: node(path.join(import.meta.dirname, '../permissive/adapter.ts')),
    flags: ['--light'],
    isSlow: true,
    verdicts: ['public'],
  },
];

/** Programs that must not pass any vector. */
const bad: readonly { readonly name: string; readonly adapter: [string, ...string[]] }[] = [
  ...['accept-all', 'reject-all', 'crash'].map((name) => ({
    name,
    adapter: node(path.join(adapters, name, 'adapter.ts')),
  })),
  { name: '/bin/false', adapter: ['/bin/false'] },
  { name: '/bin/true', adapter: ['/bin/true'] },
];

/** The flags that choose what a program that is started for each vector is judged by. */
function sampleOf({ vectors }: Suite): string[] {
  return isWhole ? [] : vectors.filter((_, index) => index % 4 === 0).flatMap(({ vector: { id } }) => ['--only', id]);
}

async function goodOnes(suite: Suite, signal: AbortSignal): Promise<boolean> {
  let ok = true;
  for (const { name, adapter, flags, isSlow, verdicts } of good) {
    const chosen = isSlow ? sampleOf(suite) : [];
    const report = await judgeAdapter(adapter, suite, parseRunFlags(['--name', name, ...flags, ...chosen]), signal);
    // With --light, or a sample, a part of the vectors is judged, which shows no conformance; none of it may fail.
    const isGood = verdicts.every((judge) => isSuccess({ ...report, judge }));
    for (const verdict of isGood ? verdicts : []) {
      const said =
        chosen.length > 0 ? `by every fourth vector, ${verdict}: none failed` : headline(report, verdict).text;
      process.stdout.write(`${name} ${said}, ${report.counts[verdict].pass} passed\n`);
    }
    if (!isGood) process.stdout.write(terminalText(report, process.stdout));
    ok &&= isGood;
  }
  return ok;
}

async function badOnes(suite: Suite, signal: AbortSignal): Promise<boolean> {
  let ok = true;
  for (const { name, adapter } of bad) {
    const flags = parseRunFlags(['--light', '--no-smoke', ...sampleOf(suite)]);
    const { results } = await judgeAdapter(adapter, suite, flags, signal);
    for (const verdict of verdictNames) {
      const passed = results.filter(({ verdicts }) => isPass(verdicts[verdict].state)).map(({ id }) => id);
      process.stdout.write(`${name}, ${verdict}: ${passed.length} of ${results.length} passed\n`);
      if (passed.length === 0) continue;
      process.stdout.write(`it must not pass ${passed.slice(0, 5).join(', ')}\n`);
      ok = false;
    }
  }
  return ok;
}

const suite = loadSuite();
const { signal } = new AbortController();
const results = [await goodOnes(suite, signal), await badOnes(suite, signal)];
process.exitCode = results.every(Boolean) ? 0 : 1;
