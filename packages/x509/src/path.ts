import { Budget, type Budgets } from './budget.ts';
import type { Certificate } from './certificate.ts';
import { aCertificate, certificates } from './certificate-rules.ts';
import { X509Error } from './errors.ts';
import { Failures } from './failures.ts';
import { IssuerIndex } from './issuers.ts';
import { checkNames } from './name-constraints.ts';
import { anObject, checkEach, oneOf, trueOrFalse, validDate } from './option-rules.ts';
import { checkCa, checkLeaf, checkPathLength, type Usage, usages } from './rules.ts';

export interface PathOptions {
  readonly leaf: Certificate;
  /** Certificates that may help to build a path. They are not trusted. */
  readonly intermediates?: readonly Certificate[] | undefined;
  /**
   * Trust anchors: roots, intermediates, or the leaf itself. An anchor must be valid and its constraints apply, like those
   * of any other certificate; only its own signature is not verified.
   */
  readonly anchors: readonly Certificate[];
  /** Every certificate must be valid at this time. */
  readonly time: Date;
  readonly usage: Usage;
  /** Whether paths end only at self-signed anchors; other anchors then only help to build one. Default: false. */
  readonly requireSelfSignedRoot?: boolean | undefined;
  readonly budgets?: Partial<Budgets> | undefined;
}

/** A verified path. */
export interface Path {
  /** From the leaf to the anchor; the leaf alone if it is itself an anchor. */
  readonly certificates: readonly Certificate[];
  readonly anchor: Certificate;
}

const rules = {
  leaf: aCertificate,
  intermediates: certificates,
  anchors: certificates,
  time: validDate,
  usage: oneOf(...usages),
  requireSelfSignedRoot: trueOrFalse,
  budgets: anObject,
};

/** Certificates in a path, self-issued ones included. */
const MAX_CERTIFICATES = 17;

/**
 * Finds a path from the leaf to an anchor that is valid by RFC 5280, if there is one within the budgets.
 *
 * Neither revocation nor certificate policies are checked; a certificate with critical policy constraints is refused. If
 * every path fails, the error explains the failure of the one that came closest. The same input always gives the same
 * error.
 * @throws {X509Error} with the rule that was broken; `untrusted` if no path leads to an anchor; `budget` if the search
 * exceeded a limit
 */
export function verifyPath(options: PathOptions): Path {
  const checked = checkEach(options, rules, { required: ['leaf', 'anchors', 'time', 'usage'] });
  const search = new Search(checked);
  const { leaf, time, usage } = checked;
  checkLeaf(leaf, time, usage);
  return search.run(leaf);
}

class Search {
  readonly #time: Date;
  readonly #usage: Usage;
  readonly #budget: Budget;
  readonly #issuers: IssuerIndex;
  readonly #failures: Failures;
  /** What is wrong with a CA certificate in any position; null for nothing. */
  readonly #verdicts = new Map<Certificate, X509Error | null>();

  constructor({ intermediates = [], anchors, time, usage, requireSelfSignedRoot, budgets }: PathOptions) {
    this.#time = time;
    this.#usage = usage;
    this.#budget = new Budget(budgets);
    this.#issuers = new IssuerIndex(anchors, intermediates, requireSelfSignedRoot ?? false);
    this.#failures = new Failures(this.#budget);
  }

  run(leaf: Certificate): Path {
    const path = this.#issuers.isAnchor(leaf) ? [leaf] : this.#extend([leaf]);
    if (!path) throw this.#failures.bestError(leaf);
    return { certificates: path, anchor: path.at(-1) as Certificate };
  }

  /** Searches depth first for a valid path that begins with these certificates. */
  #extend(path: readonly Certificate[]): readonly Certificate[] | undefined {
    const last = path.at(-1) as Certificate;
    for (const issuer of this.#issuers.candidatesFor(last)) {
      this.#budget.spendStep();
      if (path.some((certificate) => isSameCa(certificate, issuer))) continue;
      const longer = [...path, issuer];
      const trusted = this.#issuers.isAnchor(issuer);
      const problem = this.#problemOf(issuer, path, trusted);
      if (problem) {
        this.#failures.recordRejectedIssuer(problem, last, issuer, trusted);
        continue;
      }
      if (!this.#isSigned(last, issuer)) continue;
      if (!trusted) {
        const found = this.#extend(longer);
        if (found) return found;
        continue;
      }
      const broken = refusalOf(() => this.#checkNames(longer));
      if (!broken) return longer;
      this.#failures.recordPathError(broken);
    }
    this.#failures.recordDeadEnd(path);
    return undefined;
  }

  #problemOf(issuer: Certificate, path: readonly Certificate[], trusted: boolean): X509Error | undefined {
    let verdict = this.#verdicts.get(issuer);
    if (verdict === undefined) {
      verdict = refusalOf(() => checkCa(issuer, this.#time, this.#usage)) ?? null;
      this.#verdicts.set(issuer, verdict);
    }
    if (verdict) return verdict;
    const cas = (trusted ? path : [...path, issuer]).slice(1).filter(({ isSelfIssued }) => !isSelfIssued);
    return refusalOf(() => {
      this.#budget.checkDepth(cas.length, path.length < MAX_CERTIFICATES, issuer);
      checkPathLength(issuer, path);
    });
  }

  #isSigned(certificate: Certificate, issuer: Certificate): boolean {
    let signed = false;
    const problem = refusalOf(() => {
      signed = this.#budget.isSigned(certificate, issuer);
    });
    if (problem?.code === 'budget') throw problem;
    if (problem) this.#failures.recordPathError(problem);
    return signed;
  }

  /** Applies the constraints of each CA to every certificate below it. */
  #checkNames(path: readonly Certificate[]): void {
    for (let above = path.length - 1; above > 0; above--) {
      const { nameConstraints } = path[above] as Certificate;
      if (!nameConstraints) continue;
      for (let below = above - 1; below >= 0; below--) {
        const certificate = path[below] as Certificate;
        if (below > 0 && certificate.isSelfIssued) continue;
        checkNames(certificate, nameConstraints, this.#budget);
      }
    }
  }
}

/** The same name with the same key is the same CA, so that visiting it again cannot help. */
function isSameCa(a: Certificate, b: Certificate): boolean {
  return a === b || (a.keyFingerprint === b.keyFingerprint && a.subject.canonical === b.subject.canonical);
}

function refusalOf(check: () => void): X509Error | undefined {
  try {
    check();
    return undefined;
  } catch (error) {
    if (error instanceof X509Error) return error;
    throw error;
  }
}
