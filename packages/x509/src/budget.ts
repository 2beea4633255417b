import type { Certificate } from './certificate.ts';
import { X509Error } from './errors.ts';
import { checkEach, type Rule } from './option-rules.ts';

/**
 * Limits on the cost of a search for a path. Each is a whole number and defaults to its value in {@link defaultBudgets}.
 */
export interface Budgets {
  /** How many signatures are verified. */
  readonly signatures: number;
  /** How many candidate issuers are considered. */
  readonly steps: number;
  /** How many CA certificates may be between the leaf and the anchor, not counting self-issued ones. */
  readonly depth: number;
  /** How many names are compared with a constraint. */
  readonly nameComparisons: number;
}

/** Enough for any real path, yet less than a second of work. */
export const defaultBudgets: Budgets = { signatures: 256, steps: 4096, depth: 8, nameComparisons: 250_000 };

const wholeNumber: Rule = {
  expected: 'a whole number',
  accepts: (value) => Number.isSafeInteger(value) && (value as number) >= 0,
};

const budgetRules: Readonly<Record<keyof Budgets, Rule>> = {
  signatures: wholeNumber,
  steps: wholeNumber,
  depth: wholeNumber,
  nameComparisons: wholeNumber,
};

/** @throws {TypeError} that names the budget */
export function checkBudgets(budgets: Partial<Budgets> = {}): void {
  checkEach(budgets, budgetRules, { within: 'budgets' });
}

/** Counts down what a search has left, and remembers the result of each signature check. */
export class Budget {
  readonly #left: { -readonly [key in keyof Budgets]: number };
  readonly #verified = new Map<Certificate, Map<Certificate, boolean>>();

  constructor(budgets: Partial<Budgets> = {}) {
    checkBudgets(budgets);
    const left = { ...defaultBudgets };
    for (const key of Object.keys(defaultBudgets) as (keyof Budgets)[]) {
      const value = budgets[key] ?? left[key];
      left[key] = value;
    }
    this.#left = left;
  }

  spendStep(): void {
    if (--this.#left.steps < 0) throw exhausted('too many candidate issuers');
  }

  spendComparison(): void {
    if (--this.#left.nameComparisons < 0) throw exhausted('too many comparisons of names with constraints');
  }

  /**
   * @param cas CA certificates that the path would have between leaf and anchor
   * @param short whether the path is within the fixed limit on its length
   */
  checkDepth(cas: number, short: boolean, next: Certificate): void {
    if (short && cas <= this.#left.depth) return;
    const { text } = next.subject;
    throw new X509Error('budget', `the path is longer than allowed at ${text}`, { subject: text });
  }

  /** Whether `issuer` signed `certificate`. Verifies each pair once. */
  isSigned(certificate: Certificate, issuer: Certificate): boolean {
    let known = this.#verified.get(certificate);
    if (!known) {
      known = new Map();
      this.#verified.set(certificate, known);
    }
    let signed = known.get(issuer);
    if (signed === undefined) {
      if (--this.#left.signatures < 0) throw exhausted('too many signatures');
      signed = certificate.isSignedBy(issuer);
      known.set(issuer, signed);
    }
    return signed;
  }
}

function exhausted(reason: string): X509Error {
  return new X509Error('budget', `the search for a path was stopped: ${reason}`);
}
