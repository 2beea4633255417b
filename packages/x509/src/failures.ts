import type { Budget } from './budget.ts';
import type { Certificate } from './certificate.ts';
import { X509Error } from './errors.ts';

interface Candidate {
  readonly error: X509Error;
  readonly certificate: Certificate;
  readonly issuer: Certificate;
  readonly trusted: boolean;
}

/** Rejected issuers that are kept, so that memory stays bounded. */
const MAX_KEPT = 256;

/** Collects why paths failed and picks the error to report. */
export class Failures {
  readonly #budget: Budget;
  #pathError: X509Error | undefined;
  readonly #rejected: Candidate[] = [];
  #deadEnd: readonly Certificate[] = [];

  constructor(budget: Budget) {
    this.#budget = budget;
  }

  /** Records an issuer that broke a rule. Its signature on the certificate has not been verified yet. */
  recordRejectedIssuer(error: X509Error, certificate: Certificate, issuer: Certificate, trusted: boolean): void {
    if (this.#rejected.length < MAX_KEPT) this.#rejected.push({ error, certificate, issuer, trusted });
  }

  /**
   * Records the failure of a whole path, or of a signature that cannot be verified with any key.
   * @throws {X509Error} the error itself if its code is `budget`, which ends the search
   */
  recordPathError(error: X509Error): void {
    if (error.code === 'budget') throw error;
    this.#pathError ??= error;
  }

  /** Records a path that cannot be extended. */
  recordDeadEnd(path: readonly Certificate[]): void {
    if (path.length > this.#deadEnd.length) this.#deadEnd = path;
  }

  /**
   * Returns the error of a path that reached an anchor; else that of a rejected anchor, else of another rejected issuer, if
   * it really issued the certificate; else says where the longest path ended.
   */
  bestError(leaf: Certificate): X509Error {
    if (this.#pathError) return this.#pathError;
    for (const trusted of [true, false]) {
      const found = this.#rejected.find((candidate) => candidate.trusted === trusted && this.#issued(candidate));
      if (found) return found.error;
    }
    const { subject, issuer, isSelfIssued } = this.#deadEnd.at(-1) ?? leaf;
    const { text } = subject;
    const problem = isSelfIssued
      ? `the path ends in ${text}, which names itself as its issuer and is not a trust anchor`
      : `neither a trust anchor nor a certificate with a path to one issued ${text}; its issuer is ${issuer.text}`;
    return new X509Error('untrusted', problem, { subject: text });
  }

  /** An issuer whose key is not on the allow-list counts as the issuer, because that is then the reason for the failure. */
  #issued({ certificate, issuer }: Candidate): boolean {
    try {
      return this.#budget.isSigned(certificate, issuer);
    } catch (error) {
      if (error instanceof X509Error) return error.code !== 'budget';
      throw error;
    }
  }
}
