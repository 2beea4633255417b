import type { Layer } from '../layout.ts';

/** What a change of a schema can do to the documents that satisfy it. */
export type Direction = 'narrower' | 'wider' | 'unknown';

/** One step from a document to a value in it: the name of a member, or `*` for each element or each other member. */
export type InstancePath = readonly string[];

/** One change of a schema, and what it can do. */
export interface Change {
  readonly layer: Layer;
  /** The pointer to the keyword, in the later schema unless it was removed. */
  readonly pointer: string;
  readonly keyword: string;
  readonly message: string;
  /** The values that the keyword judges. */
  readonly instance: InstancePath;
  /** Whether a document that was accepted may now be refused: the change is narrower. */
  readonly backward: boolean;
  /** Whether a document that was refused may now be accepted: the change is wider. */
  readonly forward: boolean;
}

/** A change in one word; `unknown` if it may go both ways. */
export function directionOf({ backward, forward }: Pick<Change, 'backward' | 'forward'>): Direction {
  if (backward && forward) return 'unknown';
  return backward ? 'narrower' : 'wider';
}

/** The name by which a change is acknowledged, such as `predicate#/properties/resources/minItems`. */
export function changeName({ layer, pointer, keyword }: Change): string {
  return `${layer}#${pointer}${keyword === '' ? '' : `/${keyword}`}`;
}

/** The effect of the change under a keyword that inverts a verdict. */
export function reversed(change: Change): Change {
  return { ...change, backward: change.forward, forward: change.backward };
}
