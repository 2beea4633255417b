import type { PolicyRecipe } from './recipe.ts';
import type { Forged } from './signed-model.ts';

/** The text of a policy after the changes of a line of recipes, the oldest first; null without one. */
export function policyText(line: readonly PolicyRecipe[]): Buffer | null {
  let document: Forged | string | null = null;
  for (const policy of line) {
    if (typeof policy !== 'function') document = policy;
    else {
      document = structuredClone(document) as Forged;
      policy(document);
    }
  }
  if (document === null) return null;
  return Buffer.from(typeof document === 'string' ? document : `${JSON.stringify(document, null, 2)}\n`);
}

/** The files of the vectors' directory that a policy names, each once. */
export function policyFilesOf(text: Buffer): string[] {
  return [
    ...new Set(
      [...text.toString().matchAll(/"((?:keys|certificates)\/[a-z0-9.-]+)"/g)].map(([, file]) => file as string),
    ),
  ].sort();
}
