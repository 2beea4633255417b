import { readFileSync } from 'node:fs';
import path from 'node:path';
import { help, type Request, readCommandLine, UsageError } from './command-line.ts';
import { Findings, replayCommand } from './findings.ts';
import { fuzz, type Outcome, usualLimits } from './fuzz.ts';
import type { Failure, Job } from './messages.ts';
import { table } from './table.ts';
import type { Target } from './target.ts';

/** What the command works on. */
export interface Setting {
  /** The module that exports `targets`; the process that tries inputs loads it again. */
  readonly registry: URL;
  readonly targets: Readonly<Record<string, () => Promise<Target>>>;
  /** The names of targets that get a twentieth of a number of inputs. */
  readonly slow: ReadonlySet<string>;
  /** The folder for the inputs of failures. */
  readonly findings: string;
}

/** Runs a command line, and returns the exit code. */
export async function runCommand(argv: readonly string[], setting: Setting): Promise<number> {
  let request: Request;
  try {
    request = readCommandLine(argv, Object.keys(setting.targets));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    console.error(`${error.message}\n\n${help}`);
    return 2;
  }
  if (request.kind === 'help') console.log(help);
  else if (request.kind === 'list') await list(setting);
  else return run(request, setting);
  return 0;
}

async function list({ targets }: Setting): Promise<void> {
  for (const [name, load] of Object.entries(targets)) {
    const target = await load();
    console.log(`${name.padEnd(14)} ${target.description}`);
    await target.close?.();
  }
}

type Run = Exclude<Request, { readonly kind: 'help' } | { readonly kind: 'list' }>;

/** The exit codes of a run that a signal ends. */
const interrupted = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

async function run(request: Run, setting: Setting): Promise<number> {
  const interrupt = new AbortController();
  let signal: keyof typeof interrupted | null = null;
  for (const name of Object.keys(interrupted) as (keyof typeof interrupted)[]) {
    process.once(name, () => {
      signal ??= name;
      interrupt.abort();
    });
  }
  const seed = 'seed' in request ? request.seed : '0';
  const findings = new Findings(setting.findings, seed);
  console.log(`seed ${seed}`);
  const outcome = await fuzz({
    registry: setting.registry,
    jobs: jobsOf(request, setting),
    seed,
    minutes: request.kind === 'run' ? request.minutes : null,
    limits: usualLimits,
    signal: interrupt.signal,
    onFailure: (failure) => show(failure, findings.write(failure), seed),
  });
  printOutcome(outcome);
  if (outcome.failures.length > 0) return 1;
  if (signal !== null) return interrupted[signal];
  const untried = [...outcome.tallies].flatMap(([name, { inputs }]) => (inputs === 0 ? [name] : []));
  if (untried.length > 0) throw new Error(`no input of ${untried.join(', ')} was tried: give it more time`);
  return 0;
}

function jobsOf(request: Run, { slow }: Setting): Job[] {
  const shareOf = (name: string) => (slow.has(name) ? 0.05 : 1);
  if (request.kind === 'again') return [{ target: request.target, id: request.id }];
  if (request.kind === 'file') {
    return [{ target: request.target, bytes: readFileSync(request.file).toString('base64') }];
  }
  const { targets: names, inputs } = request;
  const all = names.reduce((sum, name) => sum + shareOf(name), 0);
  return names.map((target) => ({ target, from: 0, count: inputs && Math.ceil((inputs * shareOf(target)) / all) }));
}

/** @param file where the input is; null if there are enough failures that look alike */
function show(failure: Failure, file: string | null, seed: string): void {
  if (file === null) return;
  const where = path.relative(process.cwd(), file);
  console.error(
    `\n${failure.target}: ${failure.kind}\n${failure.message.split('\n').slice(0, 5).join('\n')}\n  input: ${where}`,
  );
  if (failure.id !== 'file') console.error(`  again: ${replayCommand(seed, failure)}`);
}

function printOutcome({ tallies, failures, unconfirmed }: Outcome): void {
  console.log(`\n${table(tallies, failures)}`);
  for (const line of unconfirmed) console.log(`not seen again when tried by itself: ${line}`);
}
