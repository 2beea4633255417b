import type { Basis } from '../src/requirement.ts';
import { isObject } from './schema-documents.ts';

/** What each requirement of a version rests on, by its identifier. */
export type BasisTable = ReadonlyMap<string, Basis>;

/** Reads `basis.json` as it is; `check` reports what is wrong with its entries. */
export function readBasis(source: string): BasisTable {
  const table: unknown = JSON.parse(source);
  if (!isObject(table)) throw new Error('the table of what requirements rest on is no object');
  return new Map(
    Object.entries(table).map(([id, entry]) => {
      const { basis: kind, ...rest } = isObject(entry) ? entry : {};
      return [id, { kind, ...rest } as Basis];
    }),
  );
}

/**
 * Adds to each requirement what it rests on.
 * @throws {Error} if the table has no entry for one
 */
export function withBasis<T extends { readonly id: string }>(
  requirements: readonly T[],
  table: BasisTable,
): (T & { readonly basis: Basis })[] {
  return requirements.map((requirement) => {
    const basis = table.get(requirement.id);
    if (basis === undefined) throw new Error(`${requirement.id}: basis.json does not say what it rests on`);
    return { ...requirement, basis };
  });
}
