import type { Vector } from '../vectors/vector.ts';
import type { Execution } from './execute.ts';
import type { ExpectedFailures } from './expected-failures.ts';
import type { Judgement } from './judge.ts';
import { isFailure, isPass } from './states.ts';

/** All executions of a run, by vector id. */
export type Executions = ReadonlyMap<string, Execution>;

/**
 * Holds each execution against the others, so that a program that always says the same scores nothing.
 *
 * A refusal counts only if its control was accepted. An acceptance counts only if one of the vectors whose control it is
 * was refused; where it is nobody's control, if anything at all was.
 */
export function holdTogether(vectors: readonly Vector[], executions: Executions): Map<string, Judgement> {
  const twins = new Map<string, string[]>();
  for (const { id, control } of vectors) {
    if (control !== undefined) twins.set(control, [...(twins.get(control) ?? []), id]);
  }
  const refusedSomething = [...executions.values()].some(({ verdict }) => verdict === 'reject');
  const refuses = (id: string) => executions.get(id)?.verdict === 'reject';
  return new Map(
    vectors.flatMap((vector): [string, Judgement][] => {
      const execution = executions.get(vector.id);
      if (!execution) return [];
      const { judgement, verdict } = execution;
      if (!isPass(judgement.state)) return [[vector.id, judgement]];
      const problem =
        verdict === 'reject'
          ? controlProblem(vector, executions)
          : twinProblem(twins.get(vector.id) ?? [], refuses, refusedSomething);
      return [[vector.id, problem === null ? judgement : { state: 'inconclusive', detail: problem }]];
    }),
  );
}

function controlProblem({ control }: Vector, executions: Executions): string | null {
  if (control === undefined) return null;
  const { verdict, judgement } = executions.get(control) ?? {};
  if (verdict === 'accept') return null;
  return `it was refused, and so was its control ${control}, which has to be accepted${judgement ? ` (${judgement.state})` : ''}`;
}

function twinProblem(twins: readonly string[], refuses: (id: string) => boolean, refusedSomething: boolean) {
  if (twins.some(refuses)) return null;
  if (twins.length > 0) return `it was accepted, and so were all of its faulty twins, such as ${twins[0]}`;
  return refusedSomething ? null : 'it was accepted, and nothing at all was refused';
}

/** Applies the list of expected failures: a failure on it is expected, a pass on it fails. */
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
