import type { Recipe } from '../recipe.ts';
import { bundleRecipes } from './bundle.ts';
import { envelopeRecipes } from './envelope.ts';
import { modelRecipes } from './model.ts';
import { signRecipes } from './sign.ts';
import { statementRecipes } from './statement.ts';

export const recipes: readonly Recipe[] = [
  ...bundleRecipes,
  ...envelopeRecipes,
  ...statementRecipes,
  ...modelRecipes,
  ...signRecipes,
];
