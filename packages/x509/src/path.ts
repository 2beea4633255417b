import { Budget, type Budgets } from './budget.ts';
import type { Certificate } from './certificate.ts';
import { X509Error } from './errors.ts';
import { Failures } from './failures.ts';
import { IssuerIndex } from './issuers.ts';
import { checkNames } from './name-constraints.ts';
import { checkAuthority, checkLeaf, checkPathLength, type Usage, usages } from './rules.ts';

export interface PathOptions {
  readonly leaf: Certificate;
  /** Certificates that may help to build a path. They add nothing to what is trusted. */
  readonly intermediates?: readonly Certificate[] | undefined;
  /**
   * What is trusted: roots, intermediates, or a leaf itself. An anchor has to be valid, and its constraints hold, like those
   * of any other certificate; only the signature on it is not looked at.
   */
  readonly anchors: readonly Certificate[];
  /** The instant at which every certificate has to be valid. */
  readonly time: Date;
  readonly usage: Usage;
  /** Ends paths only in anchors that are self-signed; the others only help to build one. Off by default. */
  readonly requireSelfSignedRoot?: boolean | undefined;
  readonly budgets?: Partial<Budgets> | undefined;
}

/** A path that was verified. */
export interface Path {
  /** From the leaf to the anchor; one certificate alone, if the leaf itself is trusted. */
  readonly certificates: readonly Certificate[];
  readonly anchor: Certificate;
}

/** What may stand in a path at all, however it is made: no signature beyond this is ever looked at. */
const MAX_CERTIFICATES = 17;

/**
 * Finds a path from the leaf to an anchor that is valid by RFC 5280, if there is one within the budgets.
 *
 * Revocation is not checked, nor are certificate policies: a certificate whose policy constraints are critical is refused. If
 * every path fails, the error says of the one that came closest why it failed; the same input always gives the same error.
 * @throws {X509Error} with the rule that was broken, `untrusted` if there is no path to an anchor, `budget` if the search was
 * given up
 */
export function verifyPath(options: PathOptions): Path {
  const { leaf, time, usage } = options;
  if (!(time instanceof Date) || Number.isNaN(time.getTime())) throw new TypeError('the time must be a valid Date');
  if (!usages.includes(usage)) throw new TypeError(`the usage must be one of ${usages.join(', ')}`);
  checkLeaf(leaf, time, usage);
  const search = new Search(options);
  return search.run(leaf);
}

class Search {
  readonly #time: Date;
  readonly #usage: Usage;
  readonly #budget: Budget;
  readonly #issuers: IssuerIndex;
  readonly #failures: Failures;
  /** What is wrong with an authority wherever it stands, once it is known; null for nothing. */
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
    if (!path) throw this.#failures.mostTelling(leaf);
    return { certificates: path, anchor: path.at(-1) as Certificate };
  }

  /** A valid path that begins with these certificates, depth first. */
  #extend(path: readonly Certificate[]): readonly Certificate[] | undefined {
    const last = path.at(-1) as Certificate;
    for (const issuer of this.#issuers.of(last)) {
      this.#budget.step();
      if (path.some((certificate) => isSameAuthority(certificate, issuer))) continue;
      const longer = [...path, issuer];
      const trusted = this.#issuers.isAnchor(issuer);
      const problem = this.#problemOf(issuer, path, trusted);
      if (problem) {
        this.#failures.note(problem, last, issuer, trusted);
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
      this.#failures.noteWhole(broken);
    }
    this.#failures.noteEnd(path);
    return undefined;
  }

  #problemOf(issuer: Certificate, path: readonly Certificate[], trusted: boolean): X509Error | undefined {
    let verdict = this.#verdicts.get(issuer);
    if (verdict === undefined) {
      verdict = refusalOf(() => checkAuthority(issuer, this.#time, this.#usage)) ?? null;
      this.#verdicts.set(issuer, verdict);
    }
    if (verdict) return verdict;
    const authorities = (trusted ? path : [...path, issuer]).slice(1).filter(({ isSelfIssued }) => !isSelfIssued);
    return refusalOf(() => {
      this.#budget.checkDepth(authorities.length, path.length < MAX_CERTIFICATES, issuer);
      checkPathLength(issuer, path);
    });
  }

  #isSigned(certificate: Certificate, issuer: Certificate): boolean {
    let signed = false;
    const problem = refusalOf(() => {
      signed = this.#budget.isSigned(certificate, issuer);
    });
    if (problem?.code === 'budget') throw problem;
    if (problem) this.#failures.noteWhole(problem);
    return signed;
  }

  /** The constraints of each authority, on every certificate below it. */
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

/** The same name with the same key: going through it again leads nowhere new. */
function isSameAuthority(a: Certificate, b: Certificate): boolean {
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
