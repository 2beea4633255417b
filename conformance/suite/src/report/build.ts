import type { Capabilities } from '../adapter/capabilities.ts';
import { applyExpectations, type Executions, holdTogether } from '../run/conclude.ts';
import type { ExpectedFailures } from '../run/expected-failures.ts';
import type { Judgement } from '../run/judge.ts';
import { type Profile, profiles, type Vector } from '../vectors/vector.ts';
import { type PerVerdict, perVerdict, type VerdictName } from '../vectors/verdicts.ts';
import { causesOf } from './causes.ts';
import { comparedWithSchemas } from './public-schemas.ts';
import { type CaseResult, conformance, countProfiles, countStates, type PartialRun, type Report } from './report.ts';
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
  readonly judge: VerdictName;
  readonly strict: boolean;
  /** Which part of the vectors was judged; null if all were. */
  readonly selection: PartialRun | null;
  /** The digest of the published schemas of the public text; null if they were not run. */
  readonly schemasDigest?: string | null;
  readonly scrubber: Scrubber;
}

/** The report of a run. A list of expected failures applies to the verdict of the judge. */
export function buildReport(options: BuildOptions): Report {
  const { suite, name, digest, capabilities, ran, asked, executions, expected, judge, strict, selection } = options;
  const judgements = perVerdict((verdict) => holdTogether(ran, executions, verdict));
  const results = ran
    .filter(({ id }) => asked.has(id) && executions.has(id))
    .map((vector): CaseResult => {
      const verdicts = perVerdict((verdict) => {
        const found = judgements[verdict].get(vector.id) as Judgement;
        return verdict === judge ? applyExpectations(found, vector.id, expected) : found;
      });
      return resultOf(vector, verdicts, options);
    });
  return {
    schema: 'model-signing/conformance-report/v2',
    suite,
    implementation: {
      name: bounded(name, limits.name),
      version: capabilities.version,
      protocolLevel: capabilities.level,
      digest,
    },
    judge,
    strict,
    selection,
    conformant: conformance(results, strict, selection === null),
    counts: countStates(results),
    profiles: countProfiles(results, profiles as readonly Profile[]),
    causes: causesOf(results),
    ...bySchemas(options),
    results,
  };
}

function bySchemas({ ran, asked, executions, scrubber, schemasDigest }: BuildOptions): Pick<Report, 'publicSchemas'> {
  if (typeof schemasDigest !== 'string') return {};
  const scrub = (text: string) => bounded(scrubber.text(text), limits.detail);
  const vectors = ran.filter(({ id }) => asked.has(id));
  return { publicSchemas: comparedWithSchemas(schemasDigest, vectors, executions, scrub) };
}

/** The most characters of the texts of a report, and the most faults of a result, as the schema states them. */
const limits = { faults: 100, name: 200, detail: 4000, reason: 200, command: 10_000, output: 4100 } as const;

/** A text that is cut to a length, and never in the middle of a character. */
function bounded(text: string, length: number): string {
  return (text.length > length ? `${text.slice(0, length - 1)}…` : text).toWellFormed();
}

function resultOf(vector: Vector, verdicts: PerVerdict<Judgement>, { executions, scrubber }: BuildOptions): CaseResult {
  const { id, title, kind, profile, level, requirements, decidedBy, basis, expect } = vector;
  const { observation = null, faults = [] } = executions.get(id) ?? {};
  const answer = observation?.answer;
  const text = (detail: string) => bounded(scrubber.text(detail), limits.detail);
  return {
    ...{ id, title, kind, profile, level, requirements, decidedBy, basis },
    expected: expect.outcome,
    answer: answer?.kind === 'accept' || answer?.kind === 'reject' ? answer.kind : null,
    verdicts: perVerdict((verdict) => ({ ...verdicts[verdict], detail: text(verdicts[verdict].detail) })),
    faults: faults.slice(0, limits.faults).map((fault) => ({ ...fault, detail: text(fault.detail) })),
    reason: answer?.kind === 'reject' && answer.reason !== null ? bounded(answer.reason, limits.reason) : null,
    command: observation ? bounded(scrubber.text(observation.command), limits.command) : null,
    output: bounded(scrubber.text(observation?.output ?? ''), limits.output),
    seconds: Math.round((observation?.seconds ?? 0) * 1000) / 1000,
    peakMemory: observation?.peakMemory ?? null,
  };
}
