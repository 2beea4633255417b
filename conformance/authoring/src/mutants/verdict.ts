import { isFailure } from '../../../suite/src/run/states.ts';
import type { LoadedVector } from '../../../suite/src/vectors/load.ts';
import type { Mutant } from './mutant.ts';
import type { Trial } from './trial.ts';

/** What became of a mutant. */
export interface Verdict {
  readonly mutant: Mutant;
  /** Vectors that fail and name a requirement that the mutant breaks. */
  readonly caughtBy: readonly string[];
  /** Other vectors that fail. */
  readonly alsoFailing: readonly string[];
  /** Refusal vectors that it accepts, with everything else as it was: the one check was what refused them. */
  readonly accepted: readonly string[];
  /** Vectors that it broke down in; a mutant that breaks down everywhere says nothing. */
  readonly brokenDown: number;
}

/** Holds a mutant against the unchanged implementation; what fails in both says nothing of the mutant. */
export function verdictOf(mutant: Mutant, trial: Trial, reference: Trial, vectors: readonly LoadedVector[]): Verdict {
  const failing = vectors.filter(({ vector: { id } }) => fails(trial, id) && !fails(reference, id));
  const names = ({ vector }: LoadedVector) => vector.requirements.some((id) => mutant.requirements.includes(id));
  const accepted = failing.filter(
    ({ vector }) => vector.expect.outcome === 'reject' && trial.executions.get(vector.id)?.verdict === 'accept',
  );
  const brokenDown = failing.filter(({ vector }) => trial.executions.get(vector.id)?.verdict === null);
  return {
    mutant,
    caughtBy: idsOf(failing.filter(names)),
    alsoFailing: idsOf(failing.filter((loaded) => !names(loaded))),
    accepted: idsOf(accepted),
    brokenDown: brokenDown.length,
  };
}

/** A control that is refused is one failure, and not as many as it has twins. */
function fails({ judgements }: Trial, id: string): boolean {
  const state = judgements.get(id)?.state;
  return state !== undefined && state !== 'inconclusive' && isFailure(state);
}

function idsOf(loaded: readonly LoadedVector[]): string[] {
  return loaded.map(({ vector }) => vector.id);
}
