import type { Capabilities } from '../adapter/capabilities.ts';
import { applyExpectations, type Executions, holdTogether } from '../run/conclude.ts';
import type { ExpectedFailures } from '../run/expected-failures.ts';
import { type Profile, profiles, type Vector } from '../vectors/vector.ts';
import { type CaseResult, conforms, countProfiles, countStates, type Report } from './report.ts';
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
    implementation: {
      name: bounded(name, limits.name),
      version: capabilities.version,
      protocolLevel: capabilities.level,
      digest,
    },
    conformant: conforms(results, strict),
    counts: countStates(results),
    profiles: countProfiles(results, profiles as readonly Profile[]),
    results,
  };
}

/** The most characters of the texts of a report, as its schema states them. */
const limits = { name: 200, detail: 4000, reason: 200, command: 10_000, output: 4100 } as const;

/** A text that is cut to a length, and never in the middle of a character. */
function bounded(text: string, length: number): string {
  return (text.length > length ? `${text.slice(0, length - 1)}…` : text).toWellFormed();
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
    detail: bounded(scrubber.text(detail), limits.detail),
    reason: answer?.kind === 'reject' && answer.reason !== null ? bounded(answer.reason, limits.reason) : null,
    command: observation ? bounded(scrubber.text(observation.command), limits.command) : null,
    output: bounded(scrubber.text(observation?.output ?? ''), limits.output),
    seconds: Math.round((observation?.seconds ?? 0) * 1000) / 1000,
    peakMemory: observation?.peakMemory ?? null,
  };
}
