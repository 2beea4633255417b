import type { Atom } from './atoms.ts';
import type { Change, InstancePath } from './changes.ts';
import type { SchemaPlace } from './places.ts';

/** The conditions of one kind that two schemas do not share, and those that they do. */
export interface AtomPair {
  readonly gone: readonly Atom[];
  readonly added: readonly Atom[];
  readonly kept: readonly Atom[];
  readonly earlier: SchemaPlace;
  readonly later: SchemaPlace;
  readonly instance: InstancePath;
}

/** Returns how a schema differs from an earlier one. */
export type Compare = (earlier: SchemaPlace, later: SchemaPlace, instance: InstancePath) => Change[];
