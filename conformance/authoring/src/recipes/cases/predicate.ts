import type { RequirementId } from '@model-signing/spec';
import type { Reason } from '../../../../suite/src/vectors/vector.ts';
import { type VerifyRecipe, variant } from '../recipe.ts';
import type { Forged } from '../signed-model.ts';

export const PLAIN = 'bundle_plain';

export type Edit = (predicate: Forged) => void;

export function inPredicate(edit: Edit) {
  return { forge: { statement: (s: Forged) => edit(s.predicate) } };
}

/** A vector for each edit of the predicate; the root digest is left unchanged if the digests have no bytes. */
export function refusals(
  prefix: string,
  reasons: readonly Reason[],
  cases: readonly [fault: string, title: string, requirement: RequirementId, edit: Edit][],
): VerifyRecipe[] {
  return cases.map(([fault, title, requirement, edit]) =>
    variant(
      PLAIN,
      `manifest_${prefix}-${fault}`,
      title,
      [requirement],
      { forge: { statementAndRoot: (s: Forged) => edit(s.predicate) } },
      reasons,
    ),
  );
}
