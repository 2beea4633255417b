import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { KeyFiles } from '../../interop/src/peer/keys.ts';
import type { Keyless } from '../../sigstore-lab/src/keyless.ts';
import type { Contestant, Job } from './contestants.ts';
import { dropCaches, readModel, writeModel } from './data.ts';
import { type Case, describeCase, isReference, type Operation, type Party } from './matrix.ts';
import { CommandFailed, type Run } from './measure.ts';
import { type Measurement, type Runs, summarize } from './measurement.ts';
import { shuffled } from './statistics.ts';
import type { Workload } from './workloads.ts';

/** Where measurements are made. */
export interface Stage {
  /** Holds the model, the signatures and nothing else. */
  readonly directory: string;
  readonly keys: KeyFiles;
  readonly keyless: Keyless | null;
  readonly python: string;
  readonly signal: AbortSignal;
  /** Tells whoever waits what is going on. */
  readonly tell: (text: string) => void;
}

/** A contestant that could not do what it was asked to. */
export interface Failure {
  readonly party: Party;
  readonly label: string;
  readonly workload: string;
  readonly what: string;
  /** In its own words, which may name files of this machine. */
  readonly reason: string;
}

interface Outcome {
  readonly measurement: Measurement | null;
  readonly failures: readonly Failure[];
}

/** How often each contestant runs. */
interface Rounds {
  readonly rounds: number;
  /** Whether a run that does not count comes first. */
  readonly warmUp: boolean;
}

/** How what is verified was signed. */
const SIGNING: Partial<Record<Operation, Operation>> = { verify: 'sign', 'verify-keyless': 'sign-keyless' };

/** What a program is started with so that it is in memory when the data is not. */
const REHEARSAL: Workload = { name: 'rehearsal', title: 'rehearsal', files: [{ count: 1, size: 1024 }] };

/** Writes the model that cold cases start programs with. */
export async function writeRehearsal({ directory, signal }: Stage): Promise<void> {
  await writeModel(path.join(directory, REHEARSAL.name), REHEARSAL, signal);
}

/**
 * Measures all contestants of a case in rounds, in each of which everyone runs once, in random order. One that fails
 * leaves. The model of the workload must be in place.
 */
export async function runCase(
  benchCase: Case,
  contestants: readonly Contestant[],
  stage: Stage,
  { rounds, warmUp }: Rounds,
): Promise<Outcome> {
  const failures: Failure[] = [];
  const runs = new Map<Contestant, Run[]>();
  for (const contestant of contestants) if (contestant.takesPart(benchCase)) runs.set(contestant, []);

  const attempt = async (contestant: Contestant, act: () => Promise<unknown>) => {
    try {
      await act();
    } catch (error) {
      if (!(error instanceof CommandFailed)) throw error;
      runs.delete(contestant);
      failures.push(failureOf(contestant, benchCase, error.message));
    }
  };

  for (const contestant of [...runs.keys()]) {
    await attempt(contestant, async () => {
      await prepare(contestant, benchCase, stage);
      if (warmUp && benchCase.cache === 'warm') await runOnce(contestant, benchCase, stage);
    });
  }
  for (let round = 1; round <= rounds; round++) {
    stage.tell(`${benchCase.workload.title}: ${describeCase(benchCase)}: round ${round} of ${rounds}`);
    for (const contestant of shuffled([...runs.keys()])) {
      await attempt(contestant, async () => {
        runs.get(contestant)?.push(await runOnce(contestant, benchCase, stage));
      });
    }
  }
  if (benchCase.operation === 'sign') {
    const reference = contestants.find(({ party }) => isReference(party));
    for (const contestant of [...runs.keys()]) {
      const other = reference && runs.has(reference) ? reference : contestant;
      await attempt(contestant, async () => agree(contestant, other, benchCase, stage));
    }
  }
  const remaining = [...runs].map(([{ party, label }, its]): Runs => ({ party, label: label(benchCase), runs: its }));
  return { measurement: remaining.length > 0 ? summarize(benchCase, remaining) : null, failures };
}

function failureOf({ party, label }: Contestant, benchCase: Case, reason: string): Failure {
  return { party, label: label(benchCase), workload: benchCase.workload.name, what: describeCase(benchCase), reason };
}

/** Signatures that a case needs and that no earlier case has left. */
async function prepare(contestant: Contestant, benchCase: Case, stage: Stage): Promise<void> {
  const operation = SIGNING[benchCase.operation];
  if (!operation) return;
  const cases = [benchCase, ...(benchCase.cache === 'cold' ? [rehearsalOf(benchCase)] : [])];
  for (const each of cases) {
    const job = jobOf(contestant, { ...each, operation }, stage);
    if (!existsSync(job.signature)) await contestant.run(job, launcherOf(stage));
  }
}

async function runOnce(contestant: Contestant, benchCase: Case, stage: Stage): Promise<Run> {
  const { workload, cache } = benchCase;
  if (cache === 'cold') {
    if (!dropCaches()) throw new Error('the caches of the system cannot be dropped any more');
    await contestant.run(jobOf(contestant, rehearsalOf(benchCase), stage), launcherOf(stage));
  } else {
    await readModel(path.join(stage.directory, workload.name), workload, stage.signal);
  }
  return contestant.run(jobOf(contestant, benchCase, stage), launcherOf(stage));
}

function rehearsalOf(benchCase: Case): Case {
  return { ...benchCase, workload: REHEARSAL };
}

function launcherOf({ python, directory, signal }: Stage) {
  return { python, cwd: directory, signal };
}

function jobOf({ party }: Contestant, benchCase: Case, { directory, keys, keyless }: Stage): Job {
  const { workload, operation, hash, shardSize } = benchCase;
  const model = path.join(directory, workload.name);
  const method = operation.endsWith('-keyless') ? 'keyless' : 'key';
  const signature = `${model}.${party}-${method}-${hash}-${shardSize ?? 'files'}.sig`;
  return { ...benchCase, model, keys, keyless, signature };
}

/** Throws where a contestant has signed something else than the reference has: then it has not done the same work. */
function agree(contestant: Contestant, reference: Contestant, benchCase: Case, stage: Stage): void {
  const own = jobOf(contestant, benchCase, stage).signature;
  const its = jobOf(reference, benchCase, stage).signature;
  if (!existsSync(own)) return;
  const found = rootDigest(own);
  const expected = existsSync(its) ? rootDigest(its) : found;
  if (found !== expected) {
    throw new CommandFailed(`it signed the root digest ${found}, ${reference.label(benchCase)} signed ${expected}`);
  }
}

/** What a program wrote may be anything. Throws a CommandFailed. */
function rootDigest(signature: string): string {
  try {
    const bundle = JSON.parse(readFileSync(signature, 'utf8'));
    const statement = JSON.parse(Buffer.from(bundle.dsseEnvelope.payload, 'base64').toString('utf8'));
    const digest: unknown = statement.subject[0].digest.sha256;
    if (typeof digest === 'string') return digest;
  } catch {
    // Said below.
  }
  throw new CommandFailed('what it wrote is no signature with a root digest');
}
