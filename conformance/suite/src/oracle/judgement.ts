import type { ReasonClass } from '../vectors/reasons.ts';
import type { ExpectedVerdict, ReportedAttestation } from '../vectors/vector.ts';
import type { ProducerDefect } from './signer-defects.ts';
import type { Defect } from './verifier-defects.ts';

/** The oracle's verdict on a case. */
export type Judgement =
  | { readonly outcome: 'accept'; readonly warnings: readonly ReasonClass[]; readonly report: Report }
  | {
      readonly outcome: 'reject';
      readonly reason: ReasonClass;
      readonly message: string;
      readonly differences: Difference[];
      /** The ways to leave out the check that refuses; none if without it there is nothing to go on with. */
      readonly checks: readonly Defect[];
    };

export interface Difference {
  readonly kind: 'modified' | 'missing' | 'unsigned';
  readonly path: string;
}

/** What a verifier reports when it accepts. */
export interface Report {
  readonly ignored: readonly string[];
  readonly unsigned: readonly string[];
  readonly externalLinks: readonly string[];
  readonly rootDigest: string | null;
  readonly resources: number;
  readonly signer: string;
  readonly annotations: Readonly<Record<string, string>>;
  readonly verdict: ExpectedVerdict;
  /** The listed files that were compared by a digest that a store states. */
  readonly advertised: readonly string[];
  /** How many listed files were left out. */
  readonly unchecked: number;
  /** By a policy: the signers that were counted, and whether it refuses what it does not accept. */
  readonly counted: readonly string[];
  readonly enforced: boolean;
  /** What became of each entry in the files of attestations. */
  readonly attestations: readonly ReportedAttestation[];
}

/** The report of what read no model. */
export const EMPTY_REPORT: Report = {
  ignored: [],
  unsigned: [],
  externalLinks: [],
  rootDigest: null,
  resources: 0,
  signer: '',
  annotations: {},
  verdict: 'verified',
  advertised: [],
  unchecked: 0,
  counted: [],
  enforced: true,
  attestations: [],
};

export class Refusal extends Error {
  readonly reason: ReasonClass;
  readonly differences: Difference[];
  readonly checks: readonly Defect[];

  /** @param checks the ways to leave out the check that refuses, one as good as another */
  constructor(
    reason: ReasonClass,
    message: string,
    { checks = [], differences = [] }: { checks?: readonly Defect[]; differences?: Difference[] } = {},
  ) {
    super(message);
    this.reason = reason;
    this.differences = differences;
    this.checks = checks;
  }
}

/** One judgement in progress: the defects of the judge, and its warnings. */
export class Judge {
  readonly warnings: ReasonClass[] = [];
  readonly #defects: ReadonlySet<Defect | ProducerDefect>;
  readonly #strict: boolean;

  constructor(defects: ReadonlySet<Defect | ProducerDefect>, strict = false) {
    this.#defects = defects;
    this.#strict = strict;
  }

  /** A judge with the same defects and without the warnings. */
  apart(strict = this.#strict): Judge {
    return new Judge(this.#defects, strict);
  }

  /** Whether the judge has this defect. A judge without defects is the reference. */
  has(defect: Defect | ProducerDefect): boolean {
    return this.#defects.has(defect);
  }

  /** Refuses if `broken` is true, unless the judge lacks this check. */
  refuseIf(broken: boolean, lacking: Defect, reason: ReasonClass, message: string): void {
    if (broken && !this.has(lacking)) throw new Refusal(reason, message, { checks: [lacking] });
  }

  /** Refuses an object with more than the known members, if the judge has the defect of doing so. */
  refuseUnknown(object: object, known: number, defect: Defect, reason: ReasonClass): void {
    if (this.has(defect) && Object.keys(object).length > known) throw new Refusal(reason, 'an unknown member');
  }

  /** Warns, or refuses in strict mode. */
  warn(reason: ReasonClass, lacking: Defect): void {
    if (this.has(lacking)) return;
    if ((this.#strict || this.has('always-strict')) && !this.has('strict-mode-warns'))
      throw new Refusal(reason, 'strict mode', { checks: ['strict-mode-warns'] });
    this.warnings.push(reason);
  }
}
