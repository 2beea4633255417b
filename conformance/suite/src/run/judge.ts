import { isDeepStrictEqual } from 'node:util';
import type { Answer, Details, Observation } from '../adapter/answer.ts';
import { gradedPart } from '../vectors/duties.ts';
import { isAcceptable, isReasonClass } from '../vectors/reasons.ts';
import type { Expectation, ExpectedReport, Vector, VectorBasis } from '../vectors/vector.ts';
import { isGraded, type VerdictName } from '../vectors/verdicts.ts';
import type { State } from './states.ts';

/** A state and the reason for it, as a sentence for the implementer. */
export interface Judgement {
  readonly state: State;
  readonly detail: string;
}

/** What an answer is compared with. */
export interface Asked {
  readonly expect: Expectation;
  readonly basis: VectorBasis;
  readonly level?: Vector['level'];
}

/**
 * Judges the answer of a program only by what its vector expects.
 *
 * By the public text, the outcome counts and the reason does not, and so do the reports that it asks for. A program that
 * gives no verdict where the format leaves the outcome open fails with the clarifications alone.
 */
export function judge(
  { expect, basis, level = 'MUST' }: Asked,
  { answer, output }: Observation,
  verdict: VerdictName,
): Judgement {
  const isOpen = basis === 'open' || expect.outcome === 'either';
  if (answer.kind === 'unsupported') {
    if (isOpen || level === 'MAY' || !isGraded(basis, verdict)) return { state: 'unsupported', detail: answer.message };
    // Otherwise a program could choose the vectors by which it is judged.
    return {
      state: 'protocol',
      detail: `it says "unsupported" of what it declares or the core demands: ${answer.message}`,
    };
  }
  if (verdict === 'public' && !isGraded(basis, verdict)) {
    return { state: 'observed', detail: described(answer) };
  }
  // It may have no way to do what the format leaves open, and so takes no such command line.
  if (isOpen && answer.kind === 'usage') return { state: 'observed', detail: answer.message };
  if (answer.kind === 'usage') {
    const mayRefuse = level === 'MAY' && expect.outcome === 'accept';
    return { state: mayRefuse ? 'unsupported' : 'inconclusive', detail: answer.message };
  }
  if (answer.kind !== 'accept' && answer.kind !== 'reject') return { state: answer.kind, detail: answer.message };
  if (isOpen) return { state: 'observed', detail: described(answer) };
  const graded = gradedPart(expect, verdict);
  if (answer.kind === 'accept') return judgeAcceptance(graded, answer.details, verdict);
  return verdict === 'public' ? judgeOutcome(graded, answer) : judgeRefusal(graded, answer, output);
}

/** The answer of a program, as text. */
export function described(answer: Answer): string {
  if (answer.kind === 'accept') return 'accepted';
  if (answer.kind !== 'reject') return answer.message;
  const said = answer.message === '' ? ', without a word' : `: ${answer.message}`;
  return `refused${answer.reason === null ? '' : ` as ${answer.reason}`}${said}`;
}

function judgeAcceptance(expect: Expectation, details: Details | null, verdict: VerdictName): Judgement {
  if (expect.outcome === 'reject') return { state: 'fail-accepted', detail: 'it was accepted' };
  const asksMore = expect.warnings !== undefined || expect.report !== undefined;
  if (details === null) {
    return { state: asksMore ? 'pass-unclassified' : 'pass', detail: 'accepted' };
  }
  return (
    warningProblem(expect.warnings ?? [], details) ??
    (verdict === 'public' ? null : falseWarning(expect.warnings ?? [], details)) ??
    reportProblem(expect.report ?? {}, details) ?? { state: 'pass', detail: 'accepted' }
  );
}

/** A detail that a program does not report counts neither for nor against it. */
const notReported = (what: string): Judgement => ({ state: 'pass-unclassified', detail: `it does not say ${what}` });
const wrong = (detail: string): Judgement => ({ state: 'fail-reason', detail });

function warningProblem(expected: readonly string[], { warnings }: Details): Judgement | null {
  if (expected.length === 0) return null;
  if (warnings === undefined) return notReported('of what it warned');
  const missing = expected.find((one) => !warnings.some((given) => isClassAmong(given, [one])));
  return missing === undefined ? null : wrong(`it does not warn of ${missing}, but of ${listOf(warnings)}`);
}

/**
 * Warnings of what is not there hide those that matter. A program may warn of more than this suite has classes for, so that an
 * unknown class is neither right nor wrong.
 */
function falseWarning(expected: readonly string[], { warnings = [] }: Details): Judgement | null {
  const unfounded = warnings.find((given) => isReasonClass(given) && !isAcceptable(given, expected));
  return unfounded === undefined ? null : wrong(`it warns of ${unfounded}, which is not there`);
}

function isClassAmong(given: string, acceptable: readonly string[]): boolean {
  return isReasonClass(given) && isAcceptable(given, acceptable);
}

/** The first detail that the program must report but does not. */
function reportProblem(expected: ExpectedReport, details: Details): Judgement | null {
  for (const name of ['ignored', 'unsigned', 'externalLinks', 'advertised', 'counted'] as const) {
    const names = expected[name];
    const found = details[name];
    if (names === undefined || (found !== undefined && normal(found) === normal(names))) continue;
    if (found === undefined) return notReported(`what is "${name}"`);
    return wrong(`it reports "${name}" as ${listOf(found)} instead of ${listOf(names)}`);
  }
  for (const name of ['verdict', 'unchecked', 'enforced', 'rootDigest', 'resources', 'signer'] as const) {
    if (expected[name] === undefined || details[name] === expected[name]) continue;
    if (details[name] === undefined) return notReported(`what is "${name}"`);
    return wrong(`it reports "${name}" as ${details[name]} instead of ${expected[name]}`);
  }
  return structuredProblem('annotations', expected, details) ?? structuredProblem('attestations', expected, details);
}

function structuredProblem(
  name: 'annotations' | 'attestations',
  { [name]: expected }: ExpectedReport,
  { [name]: found }: Details,
): Judgement | null {
  if (expected === undefined || isDeepStrictEqual(expected, found)) return null;
  if (found === undefined) return notReported(`what is "${name}"`);
  return wrong(`it reports "${name}" as ${JSON.stringify(found)} instead of ${JSON.stringify(expected)}`);
}

/** Sorted names, without the trailing slash of directories. */
function normal(names: readonly string[]): string {
  return JSON.stringify(names.map((name) => name.replace(/\/$/, '')).sort());
}

/** A refusal is right or wrong by the public text, whatever the reason. */
function judgeOutcome({ outcome }: Expectation, answer: Answer): Judgement {
  return { state: outcome === 'accept' ? 'fail-rejected' : 'pass', detail: described(answer) };
}

function judgeRefusal(expect: Expectation, answer: Answer & { readonly kind: 'reject' }, output: string): Judgement {
  if (expect.outcome === 'accept') return { state: 'fail-rejected', detail: described(answer) };
  const { reason, details } = answer;
  const acceptable = expect.reasons ?? [];
  if (reason !== null && !isReasonClass(reason)) {
    return { state: 'protocol', detail: `it names the reason "${reason}", which does not exist` };
  }
  if (reason !== null && acceptable.length > 0 && !isAcceptable(reason, acceptable)) {
    return { state: 'fail-reason', detail: `${described(answer)}, where ${listOf(acceptable)} was expected` };
  }
  const said = `${answer.message}\n${output}\n${(details?.differences ?? []).map(({ path }) => path).join('\n')}`;
  const unnamed = expect.names?.find((name) => !said.includes(name));
  if (unnamed !== undefined) return { state: 'fail-reason', detail: `it does not name ${JSON.stringify(unnamed)}` };
  const problem = details === null ? null : differenceProblem(expect, details);
  if (problem) return problem;
  return { state: reason === null ? 'pass-unclassified' : 'pass', detail: described(answer) };
}

function differenceProblem({ differences = [] }: Expectation, { differences: found }: Details): Judgement | null {
  if (differences.length === 0) return null;
  if (found === undefined) return notReported('which files differ');
  const missing = differences.find(
    ({ kind, path }) => !found.some((difference) => difference.kind === kind && difference.path === path),
  );
  return missing ? wrong(`it does not report ${JSON.stringify(missing.path)} as ${missing.kind}`) : null;
}

function listOf(names: readonly string[]): string {
  return names.length === 0 ? 'nothing' : names.map((name) => JSON.stringify(name)).join(', ');
}
