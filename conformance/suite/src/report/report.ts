import type { Level } from '../adapter/capabilities.ts';
import type { Fault } from '../oracle/fault.ts';
import { countingFaults } from '../run/faults.ts';
import type { Judgement } from '../run/judge.ts';
import { isFailure, isPass, type State, stateNames } from '../run/states.ts';
import type { SuiteIdentity } from '../vectors/suite.ts';
import { type Profile, type Role, roleOf, type Vector } from '../vectors/vector.ts';
import { type PerVerdict, perVerdict, type VerdictName } from '../vectors/verdicts.ts';
import type { Cause } from './group.ts';
import type { PublicSchemasResult } from './public-schemas.ts';

/** The result of a run, as `--json` writes it; report.schema.json says what each member means. */
export interface Report {
  readonly schema: 'model-signing/conformance-report/v2';
  readonly suite: SuiteIdentity;
  readonly implementation: {
    readonly name: string;
    readonly version: string | null;
    readonly protocolLevel: Level;
    /** SHA-256 of the adapter's program, or null if it is not a file. */
    readonly digest: string | null;
  };
  /** The verdict that decides the exit code, and that a list of expected failures is about. */
  readonly judge: VerdictName;
  /** Whether failures of recommendations and refusals without a reason count too. */
  readonly strict: boolean;
  /** Which part of the vectors was judged; null if all were. */
  readonly selection: PartialRun | null;
  /** Whether nothing counts against the implementation; null if only a part was judged, of which nothing does. */
  readonly conformant: PerVerdict<boolean | null>;
  readonly counts: PerVerdict<Readonly<Record<State, number>>>;
  readonly profiles: readonly ProfileCounts[];
  /** The failures that each verdict is the first to count, by what caused them. */
  readonly causes: PerVerdict<readonly Cause[]>;
  /** What the published schemas of the public text say; absent if they were not run. */
  readonly publicSchemas?: PublicSchemasResult;
  readonly results: readonly CaseResult[];
}

/** Why a run judged a part of the vectors of the suite, or others. */
export interface PartialRun {
  readonly only: readonly string[];
  readonly profiles: readonly Profile[];
  /** Whether slow vectors were left out. */
  readonly light: boolean;
  /** Whether the vectors are not those of the suite. */
  readonly otherVectors: boolean;
  /** Whether only the failures of an earlier run ran again. */
  readonly rerun: boolean;
  /** Whether the run was interrupted before all of its vectors had run. */
  readonly interrupted: boolean;
}

/** Results of a profile by one verdict. */
export interface Tally {
  readonly pass: number;
  readonly fail: number;
  readonly unsupported: number;
  readonly other: number;
}

/** The counts of a profile for one role; it can be claimed if nothing required fails and something passes. */
export interface ProfileCounts {
  readonly profile: Profile;
  readonly role: Role;
  readonly verdicts: PerVerdict<Tally>;
}

export interface CaseResult {
  readonly id: string;
  readonly title: string;
  readonly kind: Vector['kind'];
  readonly profile: Profile;
  readonly level: Vector['level'];
  readonly requirements: Vector['requirements'];
  readonly decidedBy: Vector['decidedBy'];
  readonly basis: Vector['basis'];
  readonly expected: 'accept' | 'reject' | 'either';
  /** What the program did; null if it gave no verdict, or was not called. */
  readonly answer: 'accept' | 'reject' | null;
  readonly verdicts: PerVerdict<Judgement>;
  /** What is wrong with the bundle that the program made. */
  readonly faults: readonly Fault[];
  /** The class of the refusal, if the program names one. */
  readonly reason: string | null;
  readonly command: string | null;
  readonly output: string;
  readonly seconds: number;
  readonly peakMemory: number | null;
}

/** What decides whether a result counts against an implementation. */
export type Weighed = Pick<CaseResult, 'level' | 'verdicts' | 'faults' | 'decidedBy' | 'profile'>;

/** Whether a result prevents conformance: a failure of a MUST, or with `strict` any failure. */
export function isBlocking(result: Weighed, verdict: VerdictName, strict = false): boolean {
  const { state } = result.verdicts[verdict];
  if (strict && state === 'pass-unclassified') return true;
  if (state === 'xpass') return true;
  return isFailure(state) && (strict || result.level === 'MUST' || breaksMust(result, verdict));
}

/** A signature that was made for a recommendation may break what is required. */
function breaksMust(result: Weighed, verdict: VerdictName): boolean {
  return countingFaults(result.faults, result, verdict).some(({ level }) => level === 'MUST');
}

/** Whether results show conformance: nothing prevents it, and at least one vector passes. */
function conforms(results: readonly Weighed[], verdict: VerdictName, strict = false): boolean {
  const passes = results.some(({ verdicts }) => isPass(verdicts[verdict].state));
  return passes && !results.some((result) => isBlocking(result, verdict, strict));
}

/** What a report says about conformance: of a part of the vectors, only that it does not conform. */
export function conformance(results: readonly Weighed[], strict: boolean, isWhole: boolean): Report['conformant'] {
  return perVerdict((verdict) => {
    if (isWhole) return conforms(results, verdict, strict);
    return results.some((result) => isBlocking(result, verdict, strict)) ? false : null;
  });
}

/** Whether a run ends well by its judge: it conforms, or nothing fails in the part of the vectors that was judged. */
export function isSuccess({ conformant, judge, results }: Report): boolean {
  if (conformant[judge] !== null) return conformant[judge];
  const states = results.map(({ verdicts }) => verdicts[judge].state);
  // A part in which nothing could be graded shows nothing, unless the verdict only observes it.
  return states.some(isPass) || (states.length > 0 && states.every((state) => state === 'observed'));
}

/** How many results are in each state. */
export function countStates(results: readonly Pick<CaseResult, 'verdicts'>[]): Report['counts'] {
  return perVerdict((verdict) => {
    const counts = Object.fromEntries(stateNames.map((name) => [name, 0])) as Record<State, number>;
    for (const { verdicts } of results) counts[verdicts[verdict].state]++;
    return counts;
  });
}

/** Results by profile and role, in the order of the profiles. */
export function countProfiles(results: readonly CaseResult[], profiles: readonly Profile[]): ProfileCounts[] {
  return profiles.flatMap((profile) =>
    (['sign', 'verify'] as const).flatMap((role) => {
      const mine = results.filter((result) => result.profile === profile && roleOf(result) === role);
      if (mine.length === 0) return [];
      return [{ profile, role, verdicts: perVerdict((verdict) => tallyOf(mine, verdict)) }];
    }),
  );
}

function tallyOf(results: readonly CaseResult[], verdict: VerdictName): Tally {
  const states = results.map(({ verdicts }) => verdicts[verdict].state);
  const pass = states.filter(isPass).length;
  const fail = states.filter(isFailure).length;
  const unsupported = states.filter((state) => state === 'unsupported').length;
  return { pass, fail, unsupported, other: states.length - pass - fail - unsupported };
}

/** Whether nothing of a profile was judged in a role, because the implementation does not declare it. */
export function isUndeclared({ verdicts }: Pick<ProfileCounts, 'verdicts'>): boolean {
  return Object.values(verdicts).every(
    ({ pass, fail, other, unsupported }) => pass + fail + other === 0 && unsupported > 0,
  );
}
