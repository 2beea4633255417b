import type { Certificate } from './certificate.ts';
import { X509Error } from './errors.ts';

/** What a search for a path may cost. Each is a whole number; those that are not given have the value of {@link defaultBudgets}. */
export interface Budgets {
  /** Signatures that are verified. */
  readonly signatures: number;
  /** Candidates that are looked at. */
  readonly steps: number;
  /** Authorities between the leaf and the anchor, those whose subject and issuer are the same not counted. */
  readonly depth: number;
  /** Names that are compared with a constraint. */
  readonly nameComparisons: number;
}

/** Enough for any path that is built on purpose, and less than a second's work. */
export const defaultBudgets: Budgets = { signatures: 256, steps: 4096, depth: 8, nameComparisons: 250_000 };

/** Counts down what a search has left, and remembers which signatures were verified. */
export class Budget {
  readonly #left: { -readonly [key in keyof Budgets]: number };
  readonly #verified = new Map<Certificate, Map<Certificate, boolean>>();

  constructor(budgets: Partial<Budgets> = {}) {
    const left = { ...defaultBudgets };
    for (const key of Object.keys(defaultBudgets) as (keyof Budgets)[]) {
      const value = budgets[key] ?? left[key];
      if (!Number.isSafeInteger(value) || value < 0) throw new TypeError(`the budget ${key} must be a whole number`);
      left[key] = value;
    }
    this.#left = left;
  }

  step(): void {
    if (--this.#left.steps < 0) throw spent('too many candidates had to be looked at');
  }

  spend(): void {
    if (--this.#left.nameComparisons < 0) throw spent('too many names had to be compared with constraints');
  }

  /** @param authorities that the path would have between leaf and anchor */
  checkDepth(authorities: number, short: boolean, next: Certificate): void {
    if (short && authorities <= this.#left.depth) return;
    const { text } = next.subject;
    throw new X509Error('budget', `the path is longer than allowed at ${text}`, { subject: text });
  }

  /** Whether `issuer` signed `certificate`. Each pair is verified once. */
  isSigned(certificate: Certificate, issuer: Certificate): boolean {
    let known = this.#verified.get(certificate);
    if (!known) {
      known = new Map();
      this.#verified.set(certificate, known);
    }
    let signed = known.get(issuer);
    if (signed === undefined) {
      if (--this.#left.signatures < 0) throw spent('too many signatures had to be verified');
      signed = certificate.isSignedBy(issuer);
      known.set(issuer, signed);
    }
    return signed;
  }
}

function spent(reason: string): X509Error {
  return new X509Error('budget', `the search for a path was given up: ${reason}`);
}
