import { type VerifyRecipe, variant } from '../recipe.ts';
import { listAlso } from '../signed-model.ts';
import { pairs } from './model.ts';

/** Another name of a listed file on some systems or to some programs, listed besides, with the same digest. */
export function secondNameRecipes(): readonly VerifyRecipe[] {
  return [
    ...pairs.map(([id, title, , found]) => [`model_name-${id}`, id, title, found] as const),
    ['model_name-zero-width', 'drive', 'has a drive letter in front', 'C:a.bin'] as const,
    ['model_name-zero-width', 'stream', 'names the stream of a file', 'a.bin::$DATA'] as const,
  ].map(([from, id, title, found]) =>
    variant(
      from,
      `model_name-${id}-also`,
      `one more resource is listed with the digest of a file, whose name ${title}`,
      [id === 'separator' ? 'OMS-NAME-12' : 'OMS-NAME-7', 'OMS-VERIFY-2'],
      { forge: { statement: (s) => listAlso(s.predicate.resources, found, 'x') } },
      ['model/missing'],
    ),
  );
}
