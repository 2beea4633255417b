import type { Observation } from '../adapter/answer.ts';
import type { Capabilities } from '../adapter/capabilities.ts';
import type { LoadedVector } from '../vectors/load.ts';
import { plainestControlOf } from '../vectors/plainest.ts';
import { type Profile, type Role, roleOf } from '../vectors/vector.ts';
import type { PerVerdict } from '../vectors/verdicts.ts';
import { described, type Judgement } from './judge.ts';

/** Why optional profiles are not judged, by profile and role. A profile that is not in it is judged. */
export type Support = ReadonlyMap<string, string>;

/** The key of a profile in one role. */
const keyOf = (profile: Profile, role: Role) => `${profile} ${role}`;

/** Why an implementation is not judged by a profile in a role, as text, or null if it is. */
export function missingProfile(support: Support, profile: Profile, role: Role): string | null {
  return support.get(keyOf(profile, role)) ?? null;
}

/** What came of running a vector. */
interface Attempt {
  readonly observation: Observation | null;
  readonly verdicts: PerVerdict<{ readonly judgement: Judgement }>;
}

/**
 * Finds out which profiles an implementation has, in the roles of the vectors.
 *
 * A profile that is declared is judged. One that is not is judged if its plainest control is accepted, so that leaving it out
 * of the declaration hides no fault, and otherwise is no feature of the implementation. The core is judged always, and the
 * draft is for those that declare it.
 * @param vectors those to be judged
 * @param attempt runs a vector
 */
export async function findSupport(
  vectors: readonly LoadedVector[],
  { profiles }: Capabilities,
  all: ReadonlyMap<string, LoadedVector>,
  attempt: (loaded: LoadedVector) => Promise<Attempt>,
): Promise<Support> {
  const support = new Map<string, string>();
  const tried = new Set<string>();
  for (const { vector } of vectors) {
    const { profile } = vector;
    const key = keyOf(profile, roleOf(vector));
    if (tried.has(key) || profile === 'core' || profiles?.includes(profile)) continue;
    tried.add(key);
    if (profile === 'draft' && profiles !== null) support.set(key, 'it does not declare the profile "draft"');
    const plainest = all.get(plainestControlOf(vector) ?? '');
    const problem = plainest && problemOf(await attempt(plainest));
    if (plainest && problem) {
      support.set(
        key,
        `it does not declare the profile "${profile}", and of ${plainest.vector.id}, its plainest case: ${problem}`,
      );
    }
  }
  return support;
}

/** Why the plainest control of a profile shows that the profile is missing, or null if it does not show that. */
function problemOf({ observation, verdicts }: Attempt): string | null {
  if (observation === null) return verdicts.clarified.judgement.detail;
  const { answer } = observation;
  const isLacking = answer.kind === 'reject' || answer.kind === 'unsupported' || answer.kind === 'usage';
  return isLacking ? described(answer) : null;
}
