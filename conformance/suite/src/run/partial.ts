import { controlIn } from '../vectors/control.ts';
import type { LoadedVector } from '../vectors/load.ts';
import type { Vector } from '../vectors/vector.ts';
import { verdictNames } from '../vectors/verdicts.ts';
import type { Execution } from './execute.ts';

type Executions = ReadonlyMap<string, Pick<Execution, 'observation'>>;

/**
 * The vectors of an interrupted run that can be judged: those that ran, with what judging them depends on. A refusal depends on
 * its control, and an acceptance on a refused variant.
 */
export function judgeable(vectors: readonly Vector[], executions: Executions): Set<string> {
  const byId = new Map(vectors.map((vector) => [vector.id, vector]));
  const refusals = vectors.filter(({ expect }) => expect.outcome === 'reject');
  const answerOf = (id: string) => executions.get(id)?.observation?.answer.kind;
  const hasRun = (id: string | undefined): boolean => {
    if (id === undefined || !byId.has(id)) return true;
    return executions.has(id) && hasRun(byId.get(id)?.control);
  };
  const isSettled = (id: string) =>
    verdictNames.every((verdict) => {
      const variants = refusals.filter((one) => controlIn(verdict, one, byId) === id);
      const others = variants.length > 0 ? variants : refusals;
      return others.some((one) => answerOf(one.id) === 'reject') || others.every((one) => executions.has(one.id));
    });
  const dependsOnOthers = ({ id, expect }: Vector) => expect.outcome === 'accept' && answerOf(id) === 'accept';
  return new Set(
    vectors.filter((one) => hasRun(one.id) && (!dependsOnOthers(one) || isSettled(one.id))).map(({ id }) => id),
  );
}

/** Vectors in an order in which each stands behind its control, so that few of an interrupted run cannot be judged. */
export function controlsFirst(vectors: readonly LoadedVector[]): LoadedVector[] {
  const byId = new Map(vectors.map((loaded) => [loaded.vector.id, loaded]));
  const ordered = new Set<LoadedVector>();
  const add = (loaded: LoadedVector) => {
    const control = byId.get(loaded.vector.control ?? '');
    if (control && !ordered.has(control)) add(control);
    ordered.add(loaded);
  };
  vectors.forEach(add);
  return [...ordered];
}
