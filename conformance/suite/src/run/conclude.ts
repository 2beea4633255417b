import { controlIn } from '../vectors/control.ts';
import type { Vector } from '../vectors/vector.ts';
import { isGraded, type VerdictName } from '../vectors/verdicts.ts';
import type { CaseVerdict, Execution } from './execute.ts';
import type { ExpectedFailures } from './expected-failures.ts';
import type { Judgement } from './judge.ts';
import { isFailure, isPass } from './states.ts';

/** All executions of a run, by vector id. */
export type Executions = ReadonlyMap<string, Execution>;

/**
 * Judges each execution by one verdict together with the others, so that a program that always gives the same answer scores
 * nothing in either verdict: only vectors that the verdict grades make others count.
 *
 * A refusal counts only if its control was accepted, by the public text the nearest control that binds. An acceptance by a
 * verifier counts only if one of its faulty variants (the refused vectors that have it as control) was refused; if none of them
 * can be tried with the adapter, it counts if anything that must be refused was.
 * A signature that the oracle found right counts by itself. An optional feature of the format is unsupported if it is
 * refused, and so are the variants of its vector.
 */
export function holdTogether(
  vectors: readonly Vector[],
  executions: Executions,
  verdict: VerdictName,
): Map<string, Judgement> {
  const context = contextOf(vectors, executions, verdict);
  return new Map(
    vectors.flatMap(({ id }): [string, Judgement][] => {
      const judgement = conclude(id, context);
      return judgement ? [[id, judgement]] : [];
    }),
  );
}

interface Context {
  readonly verdict: VerdictName;
  readonly executions: ReadonlyMap<string, CaseVerdict>;
  readonly variants: ReadonlyMap<string, readonly string[]>;
  readonly byId: ReadonlyMap<string, Vector>;
  /** Whether anything was refused that must be. */
  readonly hasRefused: boolean;
}

function contextOf(vectors: readonly Vector[], all: Executions, verdict: VerdictName): Context {
  const executions = new Map([...all].map(([id, { verdicts }]) => [id, verdicts[verdict]]));
  const refusals = vectors.filter(({ basis, expect }) => expect.outcome === 'reject' && isGraded(basis, verdict));
  const byId = new Map(vectors.map((one) => [one.id, one]));
  const variants = new Map<string, string[]>();
  for (const vector of refusals) {
    const control = controlIn(verdict, vector, byId);
    if (control !== undefined) variants.set(control, [...(variants.get(control) ?? []), vector.id]);
  }
  return {
    verdict,
    executions,
    variants,
    byId,
    hasRefused: refusals.some(({ id }) => executions.get(id)?.did === 'reject'),
  };
}

function conclude(id: string, context: Context): Judgement | null {
  const vector = context.byId.get(id);
  const execution = context.executions.get(id);
  if (!vector || !execution) return null;
  const { judgement, did } = execution;
  if (judgement.state === 'observed') return judgement;
  if (did === 'reject') {
    if (vector.level === 'MAY' && vector.expect.outcome === 'accept') {
      return { state: 'unsupported', detail: `the format lets it refuse this: ${judgement.detail}` };
    }
    const control = controlIn(context.verdict, vector, context.byId);
    if (control !== undefined && conclude(control, context)?.state === 'unsupported') {
      return { state: 'unsupported', detail: `what it differs from, ${control}, is not supported` };
    }
  }
  const refusedControl =
    did === 'reject' && vector.expect.outcome === 'reject' ? controlProblem(vector, context) : null;
  if (!isPass(judgement.state) && refusedControl === null) return judgement;
  const problem = refusedControl ?? (did === 'accept' && vector.kind !== 'sign' ? variantProblem(id, context) : null);
  return problem === null ? judgement : { state: 'inconclusive', detail: problem };
}

function controlProblem(vector: Vector, { verdict, byId, executions }: Context): string | null {
  const control = controlIn(verdict, vector, byId);
  if (control === undefined) return null;
  const { did, judgement } = executions.get(control) ?? {};
  if (did === 'accept') return null;
  return `it was refused, and so was its control ${control}, which has to be accepted${judgement ? ` (${judgement.state})` : ''}`;
}

function variantProblem(id: string, { variants, executions, hasRefused }: Context): string | null {
  const faulty = (variants.get(id) ?? []).filter((one) => executions.get(one)?.judgement.state !== 'unsupported');
  if (faulty.some((variant) => executions.get(variant)?.did === 'reject')) return null;
  if (faulty.length > 0) return `it was accepted, and so were all of its faulty variants, such as ${faulty[0]}`;
  return hasRefused ? null : 'it was accepted, and nothing at all was refused';
}

/** Applies the list of expected failures: a listed failure is expected, a listed pass fails. */
export function applyExpectations(judgement: Judgement, id: string, expected: ExpectedFailures): Judgement {
  const entry = expected.get(id);
  if (!entry || judgement.state === 'unsupported' || judgement.state === 'observed') return judgement;
  if (!isFailure(judgement.state)) {
    return { state: 'xpass', detail: `it is on the list of expected failures (${entry.reason}) and passes` };
  }
  if (entry.state !== undefined && entry.state !== judgement.state) {
    return { ...judgement, detail: `${judgement.detail} (expected: ${entry.state})` };
  }
  return { state: 'xfail', detail: `${judgement.detail} (expected: ${entry.reason})` };
}
