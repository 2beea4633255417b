import type { RequirementId } from '../../../suite/src/vectors/vector.ts';

/** A change to a source file of the implementation; `find` has to be there exactly once. */
export interface TextEdit {
  /** Relative to the folder of the packages, such as `core/src/names.ts`. */
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

/** Keywords that are taken out of a schema, or replaced, at a JSON pointer. */
export interface SchemaEdit {
  /** The version whose schema it is; absent where the draft, which is made from version 1.0, has it as well. */
  readonly version?: 'v1.1';
  readonly schema: 'bundle' | 'envelope' | 'statement' | 'predicate';
  readonly pointer: string;
  readonly drop?: readonly string[];
  readonly set?: Readonly<Record<string, unknown>>;
}

export type Edit = TextEdit | SchemaEdit;

/** An implementation with one defect: ours, with one check taken out or one rule broken. */
export interface Mutant {
  readonly id: string;
  /** What is wrong with it, in a sentence. */
  readonly defect: string;
  /** What it breaks. A vector that names one of these has to catch it. */
  readonly requirements: readonly RequirementId[];
  /** All layers that make the one check. */
  readonly edits: readonly Edit[];
}

/** A change in the library. */
export function core(file: string, find: string, replace: string): TextEdit {
  return { file: `core/src/${file}`, find, replace };
}

/** Takes keywords out of a schema. */
export function lax(schema: SchemaEdit['schema'], pointer: string, ...drop: readonly string[]): SchemaEdit {
  return { schema, pointer, drop };
}

/** Puts other keywords into a schema. */
export function other(
  schema: SchemaEdit['schema'],
  pointer: string,
  set: Readonly<Record<string, unknown>>,
): SchemaEdit {
  return { schema, pointer, set };
}

export function mutant(
  id: string,
  requirements: RequirementId | readonly RequirementId[],
  defect: string,
  ...edits: readonly Edit[]
): Mutant {
  return { id, defect, requirements: [requirements].flat() as RequirementId[], edits };
}
