import { expect, it } from 'vitest';
import { DRAFT_VECTORS_DIRECTORY, loadVectors, VECTORS_DIRECTORY } from '../../../suite/src/vectors/load.ts';
import { draftRecipes, recipes } from './cases/all.ts';
import type { Recipe } from './recipe.ts';

const idsOf = (of: readonly Recipe[]) => of.map(({ id }) => id).sort();

it.each([
  ['the format', VECTORS_DIRECTORY, recipes],
  ['the draft', DRAFT_VECTORS_DIRECTORY, draftRecipes],
])('The committed vectors of %s are those of the recipes, none missing and none left over', (_what, folder, of) => {
  expect(loadVectors(folder).map(({ vector }) => vector.id)).toEqual(idsOf(of));
});
