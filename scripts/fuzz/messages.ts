/** What the process that tries inputs is told. */
export interface Order {
  /** The address of the module that exports `targets`. */
  readonly registry: string;
  readonly seed: string;
  /** The file that always names the input that is being tried. */
  readonly beat: string;
  readonly jobs: readonly Job[];
  /** When to stop, in milliseconds since 1970; null if the counts of the jobs decide. */
  readonly until: number | null;
  /** Resident memory in bytes above which the process stops. */
  readonly memory: number;
}

/** The inputs of one target that are to be tried. */
export type Job = {
  readonly target: string;
} & (
  | { readonly from: number; readonly count: number | null }
  /** One input, by its identifier or in Base64. */
  | { readonly id: string }
  | { readonly bytes: string }
);

export interface Tally {
  inputs: number;
  accepted: number;
  /** The refused inputs by code. */
  readonly codes: Record<string, number>;
  milliseconds: number;
}

export type FailureKind = 'wrong verdict' | 'untyped error' | 'hang' | 'memory' | 'crash';

export interface Failure {
  readonly target: string;
  readonly id: string;
  readonly kind: FailureKind;
  /** The error with its stack. */
  readonly message: string;
  /** The same for failures that look alike. */
  readonly trait: string;
  /** In Base64; null if the input could not be made again. */
  readonly input: string | null;
}

/** What that process reports. */
export type Report =
  | { readonly kind: 'tally'; readonly target: string; readonly tally: Tally; readonly next: number }
  | { readonly kind: 'input'; readonly bytes: string }
  | { readonly kind: 'failure'; readonly failure: Failure }
  /** Memory is above the limit after the input that the beat names. */
  | { readonly kind: 'memory'; readonly bytes: number }
  /** A target cannot be loaded, or no input has the identifier. */
  | { readonly kind: 'broken'; readonly message: string }
  | { readonly kind: 'done' };

export function emptyTally(): Tally {
  return { inputs: 0, accepted: 0, codes: {}, milliseconds: 0 };
}

export function addTally(sum: Tally, more: Tally): void {
  sum.inputs += more.inputs;
  sum.accepted += more.accepted;
  sum.milliseconds += more.milliseconds;
  for (const [code, count] of Object.entries(more.codes)) sum.codes[code] = (sum.codes[code] ?? 0) + count;
}
