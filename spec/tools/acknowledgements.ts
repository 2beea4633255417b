import type { TextOf } from './layout.ts';

/** A change between two versions that its author knows to be incompatible, or not known to be compatible, and why. */
export interface Acknowledgement {
  /** The name of the change of a schema, or the identifier of a requirement whose text changed. */
  readonly change: string;
  /** What the change is, in the words of `oms-spec compat`; absent for a requirement. */
  readonly what?: string;
  readonly reason: string;
}

/** What a new version begins with. */
export const NO_ACKNOWLEDGEMENTS = '{\n  "acknowledged": []\n}\n';

/** Where the acknowledged changes from one version to the next stand, relative to the package. */
export function acknowledgementsPath(from: string, to: string): string {
  return `compat/${from}-${to}.json`;
}

/** The acknowledged changes from one version to the next, and the text they stand in. */
export function readAcknowledgements(
  from: string,
  to: string,
  textOf: TextOf,
): { readonly source: string; readonly acknowledged: readonly Acknowledgement[] } {
  const source = textOf(acknowledgementsPath(from, to)) ?? NO_ACKNOWLEDGEMENTS;
  const { acknowledged } = JSON.parse(source) as { acknowledged: readonly Acknowledgement[] };
  return { source, acknowledged };
}
