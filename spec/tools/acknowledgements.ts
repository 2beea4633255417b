import type { TextOf } from './layout.ts';

/** A change between two versions that is incompatible, or not known to be compatible, with its author's reason. */
export interface Acknowledgement {
  /** The name of the change of a schema, or the identifier of a requirement whose text changed. */
  readonly change: string;
  /** What the change is, in the words of `oms-spec compat`; absent for a requirement. */
  readonly what?: string;
  readonly reason: string;
}

/** The file of a new version. */
export const NO_ACKNOWLEDGEMENTS = '{\n  "acknowledged": []\n}\n';

/** The path of the acknowledged changes from one version to the next, relative to the package. */
export function acknowledgementsPath(from: string, to: string): string {
  return `compat/${from}-${to}.json`;
}

/** The acknowledged changes from one version to the next, and the text of their file. */
export function readAcknowledgements(
  from: string,
  to: string,
  textOf: TextOf,
): { readonly source: string; readonly acknowledged: readonly Acknowledgement[] } {
  const source = textOf(acknowledgementsPath(from, to)) ?? NO_ACKNOWLEDGEMENTS;
  const { acknowledged } = JSON.parse(source) as { acknowledged: readonly Acknowledgement[] };
  return { source, acknowledged };
}
