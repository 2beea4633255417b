import { createHash } from 'node:crypto';
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { followsDraft } from '../adapter/capabilities.ts';
import { type Adapter, shellWord } from '../adapter/command-session.ts';
import { type Connected, connect } from '../adapter/connect.ts';
import { type ReasonMap, readReasonMap } from '../adapter/reason-map.ts';
import { CannotRun, UsageError } from '../errors.ts';
import { readPublicSchemas } from '../public-schemas/schemas.ts';
import { buildReport } from '../report/build.ts';
import { terminalLine, terminalLines } from '../report/escape.ts';
import { isSuccess, type Report } from '../report/report.ts';
import { Scrubber } from '../report/scrub.ts';
import { terminalText } from '../report/terminal.ts';
import { checkWritable, writeReports } from '../report/write.ts';
import { readExpectedFailures } from '../run/expected-failures.ts';
import { judgeable } from '../run/partial.ts';
import { type RunOptions, runVectors } from '../run/run.ts';
import { type Selected, select } from '../run/select.ts';
import { smoke } from '../run/smoke.ts';
import { allReasonClasses } from '../vectors/reasons.ts';
import { aboutOf, loadSuite, type Suite } from '../vectors/suite.ts';
import { estimateText, Progress, vectorsText } from './progress.ts';
import { failedIn, rerunText } from './rerun.ts';
import { parseRunFlags, partialRun, type RunFlags } from './run-options.ts';
import { stoppedText } from './stopped.ts';
import { exit, splitAdapters } from './usage.ts';

/** `run`: judges one implementation. */
export async function run(args: readonly string[], signal: AbortSignal): Promise<number> {
  const { own, adapters } = splitAdapters(args);
  const flags = parseRunFlags(own);
  const [adapter, ...more] = adapters;
  if (!adapter || more.length > 0) throw new UsageError('run takes one adapter behind "--"');
  checkWritable(flags.files);
  const suite = loadSuite(flags.vectors ?? undefined);
  const keep = flags.keep === null ? null : emptyDirectory(flags.keep);
  const report = await judgeAdapter(adapter as unknown as Adapter, suite, { ...flags, keep }, signal);
  if (!flags.quiet) process.stdout.write(textAfter(report, suite, keep));
  writeReports([report], suite, flags.files);
  if (report.selection?.interrupted) return signal.aborted ? exit.interrupted : exit.cannotRun;
  return isSuccess(report) ? exit.done : exit.failed;
}

/** What is printed after a run. */
function textAfter(report: Report, suite: Suite, keep: string | null): string {
  const more = [
    ...(report.selection?.rerun ? [rerunText(report)] : []),
    ...(keep === null ? [] : [`The files of the vectors are in ${keep}. ${placesText(suite)}`]),
  ];
  return `${terminalText(report, process.stdout)}${more.map((line) => `${terminalLine(line)}\n`).join('')}`;
}

/** What the words stand for that replace the directories of vectors in the commands of a report. */
function placesText({ places }: Suite): string {
  const words = Object.entries(places).map(([directory, word]) => `${word.slice(1)}=${shellWord(directory)}`);
  return `Before one of their commands: ${words.join(' ')}`;
}

/** @throws {UsageError} if it cannot be made, or something is in it */
function emptyDirectory(name: string): string {
  const directory = path.resolve(name);
  let names: string[];
  try {
    makeDirectory(directory);
    names = readdirSync(directory);
    accessSync(directory, constants.W_OK);
  } catch (error) {
    throw new UsageError(`--keep ${name} cannot be used: ${(error as Error).message}`);
  }
  if (names.length > 0) throw new UsageError(`${name} is not empty: name a new directory with --keep`);
  return directory;
}

/** Makes a directory and those above it; the option "recursive" never returns in a file system such as /proc. */
function makeDirectory(directory: string): void {
  if (existsSync(directory)) return;
  makeDirectory(path.dirname(directory));
  mkdirSync(directory);
}

/** Judges an adapter by the vectors that the flags select. */
export async function judgeAdapter(
  adapter: Adapter,
  suite: Suite,
  flags: RunFlags,
  interruption: AbortSignal,
): Promise<Report> {
  const among = flags.rerunFailed === null ? {} : { among: failedIn(flags.rerunFailed, suite, flags.judge) };
  const signal = flags.timeLimit === null ? interruption : limited(interruption, flags.timeLimit);
  const connected = await introduce(adapter, flags, signal);
  const drafts = followsDraft(connected.capabilities);
  const { asked, needed } = select(suite.vectors, { ...flags, drafts, ...among });
  const expected = flags.expectedFailures
    ? readExpectedFailures(flags.expectedFailures, new Set(suite.byId.keys()))
    : new Map();
  const schemas = flags.publicSchemas === null ? undefined : readPublicSchemas(flags.publicSchemas);
  const { limits, jobs, replays, keep } = flags;
  const scrubber = new Scrubber({ ...suite.places, [path.dirname(process.execPath)]: '$NODE' });
  const scrub = (text: string) => scrubber.text(text);
  const estimate = flags.smoke ? await smokeStage({ connected, asked, needed, limits, jobs, signal, scrub }) : null;
  if (!flags.quiet) {
    announce(connected, asked.length, needed.length);
    if (estimate !== null) process.stderr.write(`${estimate}\n`);
  }
  const progress = new Progress(needed.length, process.stderr);
  const onDone: RunOptions['onDone'] = (id, { verdicts }) => progress.done(id, verdicts[flags.judge].judgement.state);
  const options = { connected, vectors: needed, all: suite.byId, jobs, limits, replays, keep, signal, schemas };
  const executions = await runVectors(flags.quiet ? options : { ...options, onDone }).finally(() => progress.end());
  const ran = needed.map(({ vector }) => vector);
  const judged = signal.aborted ? judgeable(ran, executions) : null;
  return buildReport({
    suite: aboutOf(suite, asked),
    name: flags.name ?? path.basename(adapter.at(-1) ?? adapter[0]),
    digest: artifactDigest(adapter, flags.artifact),
    capabilities: connected.capabilities,
    ran,
    asked: new Set(asked.map(({ vector }) => vector.id).filter((id) => judged === null || judged.has(id))),
    executions,
    expected,
    judge: flags.judge,
    strict: flags.strict,
    selection: partialRun(flags, signal.aborted),
    schemasDigest: schemas?.digest ?? null,
    scrubber,
  });
}

interface SmokeStage extends Selected, Pick<RunOptions, 'connected' | 'limits' | 'jobs' | 'signal'> {
  readonly scrub: (text: string) => string;
}

/**
 * Tries a few vectors; returns how long all of them take, as text, or null if that is not long.
 * @throws {CannotRun} if nothing works
 */
async function smokeStage({ connected, asked, needed, limits, jobs, signal, scrub }: SmokeStage) {
  const isCore = asked.some(({ vector }) => vector.profile === 'core');
  const { stopped, seconds } = await smoke({ connected, vectors: needed, isCore, limits, signal });
  if (stopped) throw new CannotRun(scrub(stoppedText(stopped, connected.introduction, needed.length)));
  return seconds === null ? null : estimateText((seconds * needed.length) / jobs, jobs);
}

function limited(interruption: AbortSignal, seconds: number): AbortSignal {
  return AbortSignal.any([interruption, AbortSignal.timeout(seconds * 1000)]);
}

/** Says how the adapter is called, which is the first thing to look at if it is not as its author expects. */
function announce({ capabilities: { level }, introduction }: Connected, asked: number, needed: number): void {
  const text = `${vectorsText(asked, needed - asked)} at protocol level ${level}: ${introduction}`;
  process.stderr.write(`${terminalLines(text)}\n`);
}

/** Connects to an adapter, in an empty directory that is removed afterwards. */
export async function introduce(adapter: Adapter, flags: RunFlags, signal: AbortSignal): Promise<Connected> {
  const directory = mkdtempSync(path.join(os.tmpdir(), 'oms-conformance-'));
  try {
    const reasons = flags.reasons ? reasonMapIn(flags.reasons) : null;
    return await connect({ adapter, maxLevel: flags.maxLevel, reasons, limits: flags.limits, directory, signal });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** @throws {UsageError} */
function reasonMapIn(file: string): ReasonMap {
  try {
    return readReasonMap(file, new Set(Object.keys(allReasonClasses)));
  } catch (error) {
    throw new UsageError(`--reasons ${file} cannot be used: ${(error as Error).message}`);
  }
}

/** The SHA-256 digest of the named file, or of the adapter's program if that is a file. */
function artifactDigest(adapter: readonly string[], named: string | null): string | null {
  const file = named ?? adapter.findLast((word) => statSync(word, { throwIfNoEntry: false })?.isFile());
  if (file === undefined) return null;
  if (!existsSync(file)) throw new CannotRun(`there is no file ${file}`);
  return createHash('sha256').update(readFileSync(file)).digest('hex');
}
