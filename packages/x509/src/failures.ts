import type { Budget } from './budget.ts';
import type { Certificate } from './certificate.ts';
import { X509Error } from './errors.ts';

interface Candidate {
  readonly error: X509Error;
  readonly certificate: Certificate;
  readonly issuer: Certificate;
  readonly trusted: boolean;
}

/** Failures that are kept: the first ones say enough. */
const MAX_KEPT = 256;

/** Why paths failed, of which the most telling reason is reported. */
export class Failures {
  readonly #budget: Budget;
  readonly #whole: X509Error[] = [];
  readonly #candidates: Candidate[] = [];
  #end: readonly Certificate[] = [];

  constructor(budget: Budget) {
    this.#budget = budget;
  }

  /** An issuer that may not stand where it would have to. Whether it is the issuer at all, nobody has verified yet. */
  note(error: X509Error, certificate: Certificate, issuer: Certificate, trusted: boolean): void {
    if (this.#candidates.length < MAX_KEPT) this.#candidates.push({ error, certificate, issuer, trusted });
  }

  /** A path that reached an anchor, or a signature that no issuer could make good. */
  noteWhole(error: X509Error): void {
    if (error.code === 'budget') throw error;
    this.#whole.push(error);
  }

  /** A path that could not be made longer. */
  noteEnd(path: readonly Certificate[]): void {
    if (path.length > this.#end.length) this.#end = path;
  }

  /**
   * A path to an anchor that broke a rule comes first, then an anchor that may not be used, then another issuer that may not;
   * and if none of those did issue what it would have to, the longest path that nobody trusted continues.
   */
  mostTelling(leaf: Certificate): X509Error {
    const [whole] = this.#whole;
    if (whole) return whole;
    for (const trusted of [true, false]) {
      const found = this.#candidates.find((candidate) => candidate.trusted === trusted && this.#issued(candidate));
      if (found) return found.error;
    }
    const { subject, issuer, isSelfIssued } = this.#end.at(-1) ?? leaf;
    const { text } = subject;
    const problem = isSelfIssued
      ? `the path ends in ${text}, which names itself as its issuer and is none of the certificates that are trusted`
      : `no certificate that is trusted, or leads to one, issued ${text}; its issuer is ${issuer.text}`;
    return new X509Error('untrusted', problem, { subject: text });
  }

  /** Where it cannot be verified because its key is not allowed, that is the reason. */
  #issued({ certificate, issuer }: Candidate): boolean {
    try {
      return this.#budget.isSigned(certificate, issuer);
    } catch (error) {
      if (error instanceof X509Error) return error.code !== 'budget';
      throw error;
    }
  }
}
