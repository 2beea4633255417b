import type { Level } from '../adapter/capabilities.ts';
import { isFailure, isPass, type State, stateNames } from '../run/states.ts';
import type { SuiteIdentity } from '../vectors/suite.ts';
import type { Profile, Vector } from '../vectors/vector.ts';

/** The result of a run, as `--json` writes it; report.schema.json says what each member means. */
export interface Report {
  readonly schema: 'model-signing/conformance-report/v1';
  readonly suite: SuiteIdentity;
  readonly implementation: {
    readonly name: string;
    readonly version: string | null;
    readonly protocolLevel: Level;
    /** SHA-256 of the adapter's program, or null if it is not a file. */
    readonly digest: string | null;
  };
  readonly conformant: boolean;
  readonly counts: Readonly<Record<State, number>>;
  readonly profiles: readonly ProfileCounts[];
  readonly results: readonly CaseResult[];
}

/** The counts of a profile for one role; it can be claimed if nothing required fails and something passes. */
export interface ProfileCounts {
  readonly profile: Profile;
  readonly role: 'sign' | 'verify';
  readonly pass: number;
  readonly fail: number;
  readonly unsupported: number;
  readonly other: number;
}

export interface CaseResult {
  readonly id: string;
  readonly title: string;
  readonly kind: Vector['kind'];
  readonly profile: Profile;
  readonly level: Vector['level'];
  readonly requirements: Vector['requirements'];
  readonly expected: 'accept' | 'reject' | 'either';
  readonly state: State;
  readonly detail: string;
  /** The class of the refusal, if the program names one. */
  readonly reason: string | null;
  readonly command: string | null;
  readonly output: string;
  readonly seconds: number;
  readonly peakMemory: number | null;
}

/** Whether a result prevents conformance: a failure of a MUST, or with `strict` any failure. */
export function isBlocking({ state, level }: Pick<CaseResult, 'state' | 'level'>, strict = false): boolean {
  if (strict && state === 'pass-unclassified') return true;
  if (state === 'xpass') return true;
  return isFailure(state) && (strict || level === 'MUST');
}

/** Whether results show conformance: nothing prevents it, and at least one vector passes. */
export function conforms(results: readonly Pick<CaseResult, 'state' | 'level'>[], strict = false): boolean {
  return results.some(({ state }) => isPass(state)) && !results.some((result) => isBlocking(result, strict));
}

/** How many results are in each state. */
export function countStates(results: readonly Pick<CaseResult, 'state'>[]): Record<State, number> {
  const counts = Object.fromEntries(stateNames.map((name) => [name, 0])) as Record<State, number>;
  for (const { state } of results) counts[state]++;
  return counts;
}

/** Results by profile and role, in the order of the profiles. */
export function countProfiles(results: readonly CaseResult[], profiles: readonly Profile[]): ProfileCounts[] {
  return profiles.flatMap((profile) =>
    (['sign', 'verify'] as const).flatMap((role) => {
      const mine = results.filter((result) => result.profile === profile && roleOf(result) === role);
      if (mine.length === 0) return [];
      const pass = mine.filter(({ state }) => isPass(state)).length;
      const fail = mine.filter(({ state }) => isFailure(state)).length;
      const unsupported = mine.filter(({ state }) => state === 'unsupported').length;
      return [{ profile, role, pass, fail, unsupported, other: mine.length - pass - fail - unsupported }];
    }),
  );
}

export function roleOf({ kind }: Pick<CaseResult, 'kind'>): 'sign' | 'verify' {
  return kind === 'sign' || kind === 'roundtrip' ? 'sign' : 'verify';
}
