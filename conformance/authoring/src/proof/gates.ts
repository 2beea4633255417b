/** Checks the suite as a whole: our implementation must conform at each level of the protocol, and useless programs must score zero. */
import path from 'node:path';
import { judgeAdapter } from '../../../suite/src/command/run.ts';
import { parseRunFlags } from '../../../suite/src/command/run-options.ts';
import { terminalText } from '../../../suite/src/report/terminal.ts';
import { isPass } from '../../../suite/src/run/states.ts';
import { loadSuite, type Suite } from '../../../suite/src/vectors/suite.ts';

const repository = path.resolve(import.meta.dirname, '../../../..');
const adapters = path.join(repository, 'conformance/suite/adapters');
const node = (file: string): [string, ...string[]] => [process.execPath, file];

/** Implementations that must conform, and the flags to judge them with. */
const good = [
  {
    name: 'our library, level 2',
    adapter: node(path.join(repository, 'packages/conformance-adapter/src/library.ts')),
    flags: ['--strict'],
  },
  {
    name: 'our command line, level 1',
    adapter: node(path.join(repository, 'packages/conformance-adapter/src/command-line.ts')),
    flags: ['--light', '--strict'],
  },
] as const;

/** Programs that must not pass any vector. */
const bad: readonly { readonly name: string; readonly adapter: [string, ...string[]] }[] = [
  ...['accept-all', 'reject-all', 'crash'].map((name) => ({
    name,
    adapter: node(path.join(adapters, name, 'adapter.ts')),
  })),
  { name: '/bin/false', adapter: ['/bin/false'] },
  { name: '/bin/true', adapter: ['/bin/true'] },
];

async function goodOnes(suite: Suite, signal: AbortSignal): Promise<boolean> {
  let ok = true;
  for (const { name, adapter, flags } of good) {
    const report = await judgeAdapter(adapter, suite, parseRunFlags(['--name', name, ...flags]), signal);
    if (report.conformant) process.stdout.write(`${name}: conforms, ${report.counts.pass} passed\n`);
    else process.stdout.write(terminalText(report, process.stdout));
    ok &&= report.conformant;
  }
  return ok;
}

async function badOnes(suite: Suite, signal: AbortSignal): Promise<boolean> {
  let ok = true;
  for (const { name, adapter } of bad) {
    const { results, conformant } = await judgeAdapter(adapter, suite, parseRunFlags(['--light']), signal);
    const passed = results.filter(({ state }) => isPass(state)).map(({ id }) => id);
    process.stdout.write(`${name}: ${passed.length} of ${results.length} passed\n`);
    if (conformant || passed.length > 0) {
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
