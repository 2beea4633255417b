import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Observation } from '../adapter/answer.ts';
import { type Capabilities, unsupported } from '../adapter/capabilities.ts';
import type { LoadedVector } from '../vectors/load.ts';
import { profiles } from '../vectors/vector.ts';
import { callOf } from './calls.ts';
import { type Execution, execute } from './execute.ts';
import type { RunOptions } from './run.ts';
import { type Support, undeclaredFor } from './support.ts';

/** A run of fewer vectors is as quick without. */
const LEAST_VECTORS = 20;

/** An adapter that does nothing of so many profiles is not asked about the others. */
const MOST_GROUPS = 3;

export interface SmokeOptions extends Pick<RunOptions, 'vectors' | 'connected' | 'limits' | 'signal'> {
  /** Whether the core is judged. */
  readonly isCore: boolean;
}

/** What came of the smoke stage. */
export interface Smoked {
  /** What was tried if nothing works that has to, and otherwise null. */
  readonly stopped: readonly Attempt[] | null;
  /** The time of an average call; null if there was none. */
  readonly seconds: number | null;
}

/** The vectors that try a profile first: one to accept and its plainest refusal, and one to sign. */
type Group = readonly LoadedVector[];

/** A vector of the smoke stage and what the adapter did with it. */
export interface Attempt {
  readonly loaded: LoadedVector;
  readonly execution: Execution;
  readonly observation: Observation;
}

/**
 * Tries a few plain vectors first, so that a run in which nothing can work does not take its whole time to say so. It works if
 * the adapter tells one good signature from one bad one, or signs; where the core is judged, it has to do so there.
 */
export async function smoke({ vectors, isCore, connected, limits, signal }: SmokeOptions): Promise<Smoked> {
  if (vectors.length < LEAST_VECTORS) return { stopped: null, seconds: null };
  const directory = mkdtempSync(path.join(os.tmpdir(), 'oms-conformance-'));
  const { capabilities } = connected;
  const support: Support = new Map();
  const session = connected.open(directory);
  const attempts: Attempt[] = [];
  const result = (isStopped: boolean): Smoked => ({
    stopped: isStopped && attempts.length > 0 ? attempts : null,
    seconds: averageOf(attempts),
  });
  try {
    for (const group of groupsOf(vectors, capabilities).slice(0, MOST_GROUPS)) {
      for (const loaded of group) {
        const execution = await execute(loaded, session, { directory, capabilities, limits, support });
        if (signal.aborted) return result(false);
        const { observation } = execution;
        if (observation) attempts.push({ loaded, execution, observation });
        if (observation?.answer.kind === 'timeout') return result(true);
      }
      if (works(attempts.slice(-group.length))) return result(false);
      // Every implementation is judged by the core, so what works beside it cannot help.
      if (isCore && group.some(({ vector }) => vector.profile === 'core')) return result(true);
    }
    return result(true);
  } finally {
    await session.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

function averageOf(attempts: readonly Attempt[]): number | null {
  if (attempts.length === 0) return null;
  return attempts.reduce((sum, { observation }) => sum + observation.seconds, 0) / attempts.length;
}

function works(attempts: readonly Attempt[]): boolean {
  const answerTo = (outcome: string) =>
    attempts.find(({ loaded: { vector, bundle } }) => bundle !== null && vector.expect.outcome === outcome)?.observation
      .answer.kind;
  return (answerTo('accept') === 'accept' && answerTo('reject') === 'reject') || attempts.some(hasSigned);
}

/** Whether there is a bundle to judge, right or wrong. */
function hasSigned({ loaded: { bundle }, execution, observation }: Attempt): boolean {
  return (
    bundle === null && observation.answer.kind === 'accept' && execution.verdicts.public.judgement.state !== 'protocol'
  );
}

/** The groups of the profiles that an adapter can be asked about, in the order of the profiles. */
function groupsOf(vectors: readonly LoadedVector[], capabilities: Capabilities): Group[] {
  const possible = vectors.filter((loaded) => !loaded.vector.heavy && canAsk(loaded, capabilities));
  const controlled = new Map<string, LoadedVector[]>();
  for (const loaded of possible) {
    const { control } = loaded.vector;
    if (control !== undefined) controlled.set(control, [...(controlled.get(control) ?? []), loaded]);
  }
  const followers = ({ vector }: LoadedVector) => controlled.get(vector.id) ?? [];
  return profiles.flatMap((profile): Group[] => {
    const accepted = possible.filter(
      ({ vector }) => vector.profile === profile && vector.level === 'MUST' && vector.expect.outcome === 'accept',
    );
    const plainest = (which: readonly LoadedVector[]) =>
      which.toSorted((a, b) => followers(b).length - followers(a).length)[0];
    const good = plainest(accepted.filter((each) => each.bundle !== null && plainRefusal(followers(each))));
    const bad = good && plainRefusal(followers(good));
    const signed = plainest(accepted.filter(({ vector }) => vector.kind === 'sign'));
    const group = [good, bad, signed].filter((each) => each !== undefined);
    return group.length === 0 ? [] : [group];
  });
}

/** A refusal, and if there is one, that of a changed file, which every verifier must see. */
function plainRefusal(followers: readonly LoadedVector[]): LoadedVector | undefined {
  const refused = followers.filter(({ vector, bundle }) => bundle !== null && vector.expect.outcome === 'reject');
  return refused.find(({ vector }) => vector.expect.reasons?.join() === 'model/modified') ?? refused[0];
}

function canAsk({ vector, bundle }: LoadedVector, capabilities: Capabilities): boolean {
  const anywhere = { model: '', root: '', signature: '', vectors: '', vector: '' };
  const call = callOf(bundle === null ? 'sign' : 'verify', vector.inputs, anywhere);
  return unsupported(call, capabilities) === null && undeclaredFor(vector, capabilities) === null;
}
