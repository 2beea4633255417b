import type { Observation } from '../adapter/answer.ts';
import { type Capabilities, undeclared } from '../adapter/capabilities.ts';
import type { LoadedVector } from '../vectors/load.ts';
import { neededProfiles } from '../vectors/needed-profiles.ts';
import { plainestControlOf } from '../vectors/plainest.ts';
import { type Profile, type Role, roleOf, type Vector } from '../vectors/vector.ts';
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

/** Why an implementation is not judged by a vector, as text, or null if it is. */
export function missingFor(support: Support, vector: Vector): string | null {
  const missing = neededProfiles(vector).map((profile) => missingProfile(support, profile, roleOf(vector)));
  return missing.find((each) => each !== null) ?? null;
}

/** Why an adapter that lists its profiles or its digests is not called for a vector, as text, or null. */
export function undeclaredFor(vector: Vector, capabilities: Capabilities): string | null {
  const missing = neededProfiles(vector).map((profile) => undeclared(profile, capabilities));
  return missing.find((each) => each !== null) ?? null;
}

/** What came of running a vector. */
interface Attempt {
  readonly observation: Observation | null;
  readonly verdicts: PerVerdict<{ readonly judgement: Judgement }>;
}

/**
 * Finds out which profiles an implementation has, in the roles of the vectors.
 *
 * A profile that is declared is judged, and one that a list of profiles leaves out is not even called for. An adapter without
 * such a list has a profile if it accepts its plainest control, and otherwise the profile is no feature of the implementation. The
 * core is judged always.
 * @param vectors those to be judged
 * @param attempt runs a vector
 */
export async function findSupport(
  vectors: readonly LoadedVector[],
  capabilities: Capabilities,
  all: ReadonlyMap<string, LoadedVector>,
  attempt: (loaded: LoadedVector) => Promise<Attempt>,
): Promise<Support> {
  const support = new Map<string, string>();
  const tried = new Set<string>();
  const asked = vectors.flatMap(({ vector }) =>
    neededProfiles(vector).map((profile) => ({ profile, role: roleOf(vector) })),
  );
  for (const { profile, role } of asked) {
    const key = keyOf(profile, role);
    if (tried.has(key)) continue;
    tried.add(key);
    const missing = undeclared(profile, capabilities);
    if (missing !== null) support.set(key, missing);
    if (missing !== null || capabilities.profiles !== null) continue;
    const plainest = all.get(plainestControlOf(profile, role) ?? '');
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
