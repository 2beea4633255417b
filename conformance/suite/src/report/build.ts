import type { Capabilities } from '../adapter/capabilities.ts';
import { applyExpectations, type Executions, holdTogether } from '../run/conclude.ts';
import type { ExpectedFailures } from '../run/expected-failures.ts';
import { type Profile, profiles, type Vector } from '../vectors/vector.ts';
import { type CaseResult, countProfiles, countStates, isBlocking, type Report } from './report.ts';
import type { Scrubber } from './scrub.ts';

export interface BuildOptions {
  readonly suite: Report['suite'];
  readonly name: string;
  readonly digest: string | null;
  readonly capabilities: Capabilities;
  /** All vectors that ran; only the requested ones are reported. */
  readonly ran: readonly Vector[];
  readonly asked: ReadonlySet<string>;
  readonly executions: Executions;
  readonly expected: ExpectedFailures;
  readonly strict: boolean;
  readonly scrubber: Scrubber;
}

/** The report of a run. */
export function buildReport(options: BuildOptions): Report {
  const { suite, name, digest, capabilities, ran, asked, executions, expected, strict } = options;
  const judgements = holdTogether(ran, executions);
  const results = ran
    .filter(({ id }) => asked.has(id))
    .flatMap((vector): CaseResult[] => {
      const found = judgements.get(vector.id);
      return found ? [resultOf(vector, applyExpectations(found, vector.id, expected), options)] : [];
    });
  return {
    schema: 'model-signing/conformance-report/v1',
    suite,
    implementation: { name, version: capabilities.version, protocolLevel: capabilities.level, digest },
    conformant: results.length > 0 && !results.some((result) => isBlocking(result, strict)) && passes(results),
    counts: countStates(results),
    profiles: countProfiles(results, profiles as readonly Profile[]),
    results,
  };
}

/** An implementation that passes no vector does not conform. */
function passes(results: readonly CaseResult[]): boolean {
  return results.some(({ state }) => state === 'pass' || state === 'pass-unclassified');
}

function resultOf(
  { id, title, kind, profile, level, requirements, expect }: Vector,
  { state, detail }: { state: CaseResult['state']; detail: string },
  { executions, scrubber }: BuildOptions,
): CaseResult {
  const observation = executions.get(id)?.observation ?? null;
  const answer = observation?.answer;
  return {
    id,
    title,
    kind,
    profile,
    level,
    requirements,
    expected: expect.outcome,
    state,
    detail: scrubber.text(detail),
    reason: answer?.kind === 'reject' ? answer.reason : null,
    command: observation ? scrubber.text(observation.command) : null,
    output: scrubber.text(observation?.output ?? ''),
    seconds: Math.round((observation?.seconds ?? 0) * 1000) / 1000,
    peakMemory: observation?.peakMemory ?? null,
  };
}
