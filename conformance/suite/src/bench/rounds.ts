import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type Case, describeCase, isReference, type Operation, type Party } from './cases.ts';
import { dropCaches, readModel, storeModel } from './data.ts';
import type { KeyFiles } from './keys.ts';
import { CommandFailed, type Run } from './measure.ts';
import { type Measurement, type Runs, summarize } from './measurement.ts';
import { shuffled } from './statistics.ts';
import type { Job, Subject } from './subjects.ts';
import type { Workload } from './workloads.ts';

/** Where measurements are made. */
export interface Stage {
  /** Holds the model, the signatures and nothing else. */
  readonly directory: string;
  readonly keys: KeyFiles;
  readonly python: string;
  readonly signal: AbortSignal;
  /** Called with a line about the progress. */
  readonly tell: (text: string) => void;
}

/** A subject that failed in a case. */
export interface Failure {
  readonly party: Party;
  readonly label: string;
  readonly workload: string;
  readonly what: string;
  /** The subject's own message, which may name files of this machine. */
  readonly reason: string;
}

interface Outcome {
  readonly measurement: Measurement | null;
  readonly failures: readonly Failure[];
}

/** How many times each subject runs. */
interface Rounds {
  readonly rounds: number;
  /** Whether an uncounted run comes first. */
  readonly warmUp: boolean;
}

/** The operation that makes the signature for an operation that verifies. */
const SIGNING: Partial<Record<Operation, Operation>> = { verify: 'sign', 'verify-keyless': 'sign-keyless' };

/** A model to start a program with, so that its code is in memory when the data is not. */
const REHEARSAL: Workload = { name: 'rehearsal', title: 'rehearsal', files: [{ count: 1, size: 1024 }] };

/** Writes the model that cold cases start programs with. */
export async function writeRehearsal({ directory, signal }: Stage): Promise<void> {
  await storeModel(path.join(directory, REHEARSAL.name), REHEARSAL, signal);
}

/**
 * Measures all subjects of a case in rounds. In each round every subject runs once, in random order. A subject that fails
 * is dropped from the case. The model of the workload must be in place.
 */
export async function runCase(
  benchCase: Case,
  subjects: readonly Subject[],
  stage: Stage,
  { rounds, warmUp }: Rounds,
): Promise<Outcome> {
  const failures: Failure[] = [];
  const runs = new Map<Subject, Run[]>();
  for (const subject of subjects) if (subject.takesPart(benchCase)) runs.set(subject, []);

  const forEach = async (order: readonly Subject[], act: (subject: Subject) => Promise<unknown>) => {
    for (const subject of order) {
      try {
        await act(subject);
      } catch (error) {
        if (!(error instanceof CommandFailed)) throw error;
        runs.delete(subject);
        failures.push(failureOf(subject, benchCase, error.message));
      }
    }
  };

  await forEach([...runs.keys()], async (subject) => {
    await prepare(subject, benchCase, stage);
    if (warmUp && benchCase.cache === 'warm') await runOnce(subject, benchCase, stage);
  });
  for (let round = 1; round <= rounds; round++) {
    stage.tell(`${benchCase.workload.title}: ${describeCase(benchCase)}: round ${round} of ${rounds}`);
    await forEach(shuffled([...runs.keys()]), async (subject) => {
      runs.get(subject)?.push(await runOnce(subject, benchCase, stage));
    });
  }
  if (benchCase.operation === 'sign') {
    const reference = subjects.find(({ party }) => isReference(party));
    await forEach([...runs.keys()], async (subject) =>
      agree(subject, reference && runs.has(reference) ? reference : subject, benchCase, stage),
    );
  }
  return { measurement: measurementOf(benchCase, runs), failures };
}

/** The measurement of the subjects that are left, or null if none is. */
function measurementOf(benchCase: Case, runs: ReadonlyMap<Subject, readonly Run[]>): Measurement | null {
  const left = [...runs].map(([{ party, label }, its]): Runs => ({ party, label: label(benchCase), runs: its }));
  return left.length > 0 ? summarize(benchCase, left) : null;
}

function failureOf({ party, label }: Subject, benchCase: Case, reason: string): Failure {
  return { party, label: label(benchCase), workload: benchCase.workload.name, what: describeCase(benchCase), reason };
}

/** Makes the signatures that a case needs and that no earlier case left. */
async function prepare(subject: Subject, benchCase: Case, stage: Stage): Promise<void> {
  const operation = SIGNING[benchCase.operation];
  if (!operation) return;
  const cases = [benchCase, ...(benchCase.cache === 'cold' ? [rehearsalOf(benchCase)] : [])];
  for (const each of cases) {
    const job = jobOf(subject, { ...each, operation }, stage);
    if (!existsSync(job.signature)) await subject.run(job, launcherOf(stage));
  }
}

async function runOnce(subject: Subject, benchCase: Case, stage: Stage): Promise<Run> {
  const { workload, cache } = benchCase;
  if (cache === 'cold') {
    if (!dropCaches()) throw new Error('the caches of the system cannot be dropped any more');
    await subject.run(jobOf(subject, rehearsalOf(benchCase), stage), launcherOf(stage));
  } else {
    await readModel(path.join(stage.directory, workload.name), workload, stage.signal);
  }
  return subject.run(jobOf(subject, benchCase, stage), launcherOf(stage));
}

function rehearsalOf(benchCase: Case): Case {
  return { ...benchCase, workload: REHEARSAL };
}

function launcherOf({ python, directory, signal }: Stage) {
  return { python, cwd: directory, signal };
}

function jobOf({ party }: Subject, benchCase: Case, { directory, keys }: Stage): Job {
  const { workload, operation, hash, shardSize } = benchCase;
  const model = path.join(directory, workload.name);
  const method = operation.endsWith('-keyless') ? 'keyless' : 'key';
  const signature = `${model}.${party}-${method}-${hash}-${shardSize ?? 'files'}.sig`;
  return { ...benchCase, model, keys, signature };
}

/**
 * A subject that lists the same resources in another order has done the same work, such as the Python peer, which orders the shards of
 * a file by number.
 * @throws {CommandFailed} if a subject signed something else than the reference
 */
function agree(subject: Subject, reference: Subject, benchCase: Case, stage: Stage): void {
  const own = jobOf(subject, benchCase, stage).signature;
  const its = jobOf(reference, benchCase, stage).signature;
  if (!existsSync(own)) return;
  const found = readSigned(own);
  const expected = existsSync(its) ? readSigned(its) : found;
  if (found.rootDigest === expected.rootDigest || areSame(found.resources, expected.resources)) return;
  throw new CommandFailed(
    `it signed the root digest ${found.rootDigest}, ${reference.label(benchCase)} signed ${expected.rootDigest}`,
  );
}

interface Signed {
  readonly rootDigest: string;
  /** The name and digest of each resource, in one order; empty if there are none. */
  readonly resources: readonly string[];
}

function areSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length > 0 && a.length === b.length && a.every((resource, index) => resource === b[index]);
}

/** @throws {CommandFailed} if the file is not a signature with a root digest */
function readSigned(signature: string): Signed {
  try {
    const bundle = JSON.parse(readFileSync(signature, 'utf8'));
    const { subject, predicate } = JSON.parse(Buffer.from(bundle.dsseEnvelope.payload, 'base64').toString('utf8'));
    const rootDigest: unknown = subject[0].digest.sha256;
    const resources: { name: string; digest: string }[] = predicate?.resources ?? [];
    if (typeof rootDigest === 'string') {
      return { rootDigest, resources: resources.map(({ name, digest }) => JSON.stringify([name, digest])).sort() };
    }
  } catch {
    // The error below says so.
  }
  throw new CommandFailed('what it wrote is not a signature with a root digest');
}
