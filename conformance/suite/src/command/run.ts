import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { followsDraft } from '../adapter/capabilities.ts';
import type { Adapter } from '../adapter/command-session.ts';
import { type Connected, connect } from '../adapter/connect.ts';
import { readReasonMap } from '../adapter/reason-map.ts';
import { CannotRun, UsageError } from '../errors.ts';
import { readPublicSchemas } from '../public-schemas/schemas.ts';
import { buildReport } from '../report/build.ts';
import { isSuccess, type Report } from '../report/report.ts';
import { Scrubber } from '../report/scrub.ts';
import { terminalText } from '../report/terminal.ts';
import { writeReports } from '../report/write.ts';
import { readExpectedFailures } from '../run/expected-failures.ts';
import { runVectors } from '../run/run.ts';
import { select } from '../run/select.ts';
import { allReasonClasses } from '../vectors/reasons.ts';
import { aboutOf, loadSuite, type Suite } from '../vectors/suite.ts';
import { Progress } from './progress.ts';
import { parseRunFlags, partialRun, type RunFlags } from './run-options.ts';
import { exit, splitAdapters } from './usage.ts';

/** `run`: judges one implementation. */
export async function run(args: readonly string[], signal: AbortSignal): Promise<number> {
  const { own, adapters } = splitAdapters(args);
  const flags = parseRunFlags(own);
  const [adapter, ...more] = adapters;
  if (!adapter || more.length > 0) throw new UsageError('run takes one adapter behind "--"');
  const suite = loadSuite(flags.vectors ?? undefined);
  const report = await judgeAdapter(adapter as unknown as Adapter, suite, flags, signal);
  writeReports([report], suite, flags.files);
  if (!flags.quiet) process.stdout.write(terminalText(report, process.stdout));
  return isSuccess(report) ? exit.done : exit.failed;
}

/** Judges an adapter by the vectors that the flags select. */
export async function judgeAdapter(
  adapter: Adapter,
  suite: Suite,
  flags: RunFlags,
  signal: AbortSignal,
): Promise<Report> {
  const connected = await introduce(adapter, flags, signal);
  const drafts = followsDraft(connected.capabilities);
  const { asked, needed } = select(suite.vectors, { ...flags, drafts });
  const expected = flags.expectedFailures
    ? readExpectedFailures(flags.expectedFailures, new Set(suite.byId.keys()))
    : new Map();
  const schemas = flags.publicSchemas === null ? undefined : readPublicSchemas(flags.publicSchemas);
  const progress = new Progress(needed.length, process.stderr, flags.quiet);
  const executions = await runVectors({
    connected,
    vectors: needed,
    all: suite.byId,
    jobs: flags.jobs,
    limits: flags.limits,
    replays: flags.replays,
    signal,
    schemas,
    onDone: (id, { verdicts }) => progress.done(id, verdicts[flags.judge].judgement.state),
  }).finally(() => progress.end());
  return buildReport({
    suite: aboutOf(suite, asked),
    name: flags.name ?? path.basename(adapter.at(-1) ?? adapter[0]),
    digest: artifactDigest(adapter, flags.artifact),
    capabilities: connected.capabilities,
    ran: needed.map(({ vector }) => vector),
    asked: new Set(asked.map(({ vector }) => vector.id)),
    executions,
    expected,
    judge: flags.judge,
    strict: flags.strict,
    selection: partialRun(flags),
    schemasDigest: schemas?.digest ?? null,
    scrubber: new Scrubber({ ...suite.places, [path.dirname(process.execPath)]: '$NODE' }),
  });
}

/** Connects to an adapter, in an empty directory that is removed afterwards. */
export async function introduce(adapter: Adapter, flags: RunFlags, signal: AbortSignal): Promise<Connected> {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'oms-conformance-'));
  try {
    const reasons = flags.reasons ? readReasonMap(flags.reasons, new Set(Object.keys(allReasonClasses))) : null;
    return await connect({ adapter, maxLevel: flags.maxLevel, reasons, limits: flags.limits, directory, signal });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** The SHA-256 digest of the named file, or of the adapter's program if that is a file. */
function artifactDigest(adapter: readonly string[], named: string | null): string | null {
  const file = named ?? adapter.findLast((word) => statSync(word, { throwIfNoEntry: false })?.isFile());
  if (file === undefined) return null;
  if (!existsSync(file)) throw new CannotRun(`there is no file ${file}`);
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}
