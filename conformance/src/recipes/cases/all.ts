import type { Recipe } from '../recipe.ts';
import { bundleRecipes } from './bundle.ts';
import { envelopeRecipes } from './envelope.ts';
import { jsonRecipes } from './json.ts';
import { signerRecipes } from './signer.ts';

export const recipes: readonly Recipe[] = [...bundleRecipes, ...jsonRecipes, ...signerRecipes, ...envelopeRecipes];
