import { isFailure, isPass } from '../run/states.ts';
import type { VerdictName } from '../vectors/verdicts.ts';
import { type CaseResult, isBlocking, isUndeclared, type PartialRun, type Report } from './report.ts';

/** The titles of the verdicts. */
export const verdictTitles: Readonly<Record<VerdictName, string>> = {
  public: 'Public text',
  clarified: 'With the clarifications of this specification',
};

/** What a verdict judges by, as text. */
export function basisText(verdict: VerdictName, { spec, draft }: Report['suite']): string {
  const text = `the public text of OMS ${spec}`;
  if (verdict === 'public') return text;
  return `${text} with the clarifications of this specification${draft ? ` and the draft of ${draft.spec}` : ''}`;
}

/** A verdict on an implementation as the predicate of a sentence; `isGood` is null if only a part was judged. */
export interface Headline {
  readonly isGood: boolean | null;
  readonly text: string;
}

/** What a verdict says of an implementation. A part of the vectors shows no conformance, and no clarification is the format. */
export function headline(report: Report, verdict: VerdictName): Headline {
  const { conformant, suite, selection } = report;
  const isGood = conformant[verdict];
  const by = basisText(verdict, suite);
  const part = selection === null ? '' : ` (${partText(selection)})`;
  const rest = recommendedText(report, verdict);
  if (isGood === true) return { isGood, text: `conforms to ${by}${exceptions(report, verdict)}${rest}` };
  if (isGood === null) return { isGood, text: `${partial(report, verdict, by)}${rest}${part}` };
  const against = blockingText(report, verdict);
  if (against === null) return { isGood, text: `is not shown to conform to ${by}: no vector passed${part}` };
  const what =
    verdict === 'public' ? `does not conform to ${by}` : 'does not keep to the clarifications of this specification';
  return { isGood, text: `${what}: ${against}${rest}${part}` };
}

function exceptions({ results }: Report, verdict: VerdictName): string {
  const listed = results.filter(({ verdicts }) => verdicts[verdict].state === 'xfail').length;
  return listed === 0 ? '' : `, except for ${listed} expected ${listed === 1 ? 'failure' : 'failures'}`;
}

function partial(report: Report, verdict: VerdictName, by: string): string {
  const graded = gradedBy(report.results, verdict).length;
  if (graded === 0) return `was judged by no vector that is graded by ${by}`;
  return `was judged by ${graded} ${graded === 1 ? 'vector' : 'vectors'} for ${by}, of which none counts against it`;
}

function blockingText({ results, strict }: Report, verdict: VerdictName): string | null {
  const blocking = results.filter((result) => isBlocking(result, verdict, strict));
  if (blocking.length === 0) return null;
  const graded = gradedBy(results, verdict).length;
  const count = `${blocking.length} of ${graded} vectors ${blocking.length === 1 ? 'counts' : 'count'} against it`;
  const before = blocking.filter((result) => isBlocking(result, 'public', strict)).length;
  return verdict === 'public' || before === 0 ? count : `${count}, ${before} of them by the public text`;
}

/** The results that a verdict grades, and that the implementation supports. */
export function gradedBy(results: readonly CaseResult[], verdict: VerdictName): CaseResult[] {
  return results.filter(({ verdicts }) => !['observed', 'unsupported'].includes(verdicts[verdict].state));
}

export function passedBy(results: readonly CaseResult[], verdict: VerdictName): CaseResult[] {
  return results.filter(({ verdicts }) => isPass(verdicts[verdict].state));
}

/** The failures that a verdict is the first to count: those of the public text are not listed again with the clarifications. */
export function failuresOf(results: readonly CaseResult[], verdict: VerdictName): CaseResult[] {
  return results.filter(
    ({ verdicts }) => isFailure(verdicts[verdict].state) && (verdict === 'public' || !isFailure(verdicts.public.state)),
  );
}

/** The failures that count for nothing, because they are about recommendations. */
function uncounted(failures: readonly CaseResult[], { strict }: Report, verdict: VerdictName): CaseResult[] {
  return failures.filter((result) => isFailure(result.verdicts[verdict].state) && !isBlocking(result, verdict, strict));
}

/** The key words of results, as they stand behind "recommendation". */
function keyWords(results: readonly CaseResult[]): string {
  return `(${[...new Set(results.map(({ level }) => level))].join(', ')})`;
}

/** How many of the failures of a verdict count for nothing, because they are about recommendations, as text. */
export function recommendationText(report: Report, verdict: VerdictName): string {
  const found = uncounted(failuresOf(report.results, verdict), report, verdict);
  if (found.length === 0) return '';
  return found.length === 1
    ? `1 of them is about a recommendation ${keyWords(found)} and does not count`
    : `${found.length} of them are about recommendations ${keyWords(found)} and do not count`;
}

/** The same beside the number of those that count: without it, that number and the one of all failures seem to differ. */
function recommendedText(report: Report, verdict: VerdictName): string {
  const found = uncounted(report.results, report, verdict);
  if (found.length === 0) return '';
  return found.length === 1
    ? `; 1 failure is about a recommendation ${keyWords(found)} and does not count`
    : `; ${found.length} failures are about recommendations ${keyWords(found)} and do not count`;
}

/** The results that the public text does not grade. */
export function observedOf(results: readonly CaseResult[]): CaseResult[] {
  return results.filter(({ verdicts }) => verdicts.public.state === 'observed');
}

/** Which part of the vectors was judged, as text. */
export function partText({ only, profiles, light, otherVectors, rerun, interrupted }: PartialRun): string {
  const parts = [
    only.length > 0 ? `only ${some(only)}` : '',
    profiles.length > 0 ? `only the profile ${some(profiles)}` : '',
    light ? 'without the slow vectors' : '',
    otherVectors ? "other vectors than the suite's" : '',
    rerun ? 'only the failures of an earlier run' : '',
    interrupted ? 'interrupted' : '',
  ].filter(Boolean);
  return `a part of the suite: ${parts.join('; ')}`;
}

/** The most names of a selection that a sentence has. */
const MAX_NAMES = 5;

function some(names: readonly string[]): string {
  const rest = names.length - MAX_NAMES;
  return `${names.slice(0, MAX_NAMES).join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

/** What the expected outcome of a vector rests on, as text. */
export const basisTitles: Readonly<Record<CaseResult['basis'], string>> = {
  public: 'public text',
  upstream: 'a document that the public text makes normative',
  clarification: 'clarification of this specification',
  proposal: 'proposal of the draft',
  own: 'a rule of this project alone',
  open: 'left open by the format',
};

/** The weight of a fault, as text. */
export function faultText({ level, basis }: CaseResult['faults'][number]): string {
  return `${level}, ${basisTitles[basis]}`;
}

/** The profiles of which nothing was judged, with their roles, as a sentence; empty if there are none. */
export function undeclaredText({ profiles }: Report): string {
  const missing = Map.groupBy(profiles.filter(isUndeclared), ({ profile }) => profile);
  const names = [...missing].map(([profile, roles]) => {
    const isWhole = roles.length === profiles.filter((one) => one.profile === profile).length;
    return isWhole ? profile : `${profile} (${roles.map(({ role }) => role).join(', ')})`;
  });
  return names.length === 0 ? '' : `not declared: ${names.join(', ')}`;
}
