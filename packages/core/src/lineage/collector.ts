import { type Attestation, checkAttestation } from '../attest.ts';
import { readAttestation } from '../format/attestation.ts';
import { parseForeignBundle } from '../format/bundle.ts';
import { OmsError, Warnings } from '../format/errors.ts';
import { isReservedType } from '../format/predicate-types.ts';
import { parsePayload } from '../format/statement.ts';
import { inspectBundle } from '../inspect.ts';
import { checkedSignature, type SignedManifest } from '../open.ts';
import { attestationFact, type Fact, signatureFact, subjectsOf } from './facts.ts';
import { graphOf, MAX_LINKS, tooMuch } from './graph.ts';
import type { Lineage, LineageProblem, LineageReason, LineageStatement } from './lineage.ts';

/** Where a bundle was found, in the caller's words. */
export interface LineagePlace {
  /** Such as the name of the file. */
  readonly source: string;
  /** Where it begins in a file of several bundles, counted from 1. */
  readonly line?: number | null | undefined;
}

/** Far more than any real lineage has; they bound the memory and the time, as {@link MAX_LINKS} does. */
const MAX_STATEMENTS = 100_000;
const MAX_PROBLEMS = 10_000;

/**
 * Collects signatures and attestations, then says where the models come from.
 *
 * Only what `openSignature` and `openAttestation` returned can make anything verified. A bundle that was not opened counts as a claim.
 *
 * @example
 * const verifier = keyVerifier({ publicKey: await readFile('key.pub.pem') });
 * const collector = new LineageCollector();
 * collector.addSignature({ source: 'model.sig' }, await openSignature(await readFile('model.sig'), verifier));
 * await collector.addClaims({ source: 'provenance.sigstore.json' }, await readFile('provenance.sigstore.json'));
 * for (const { child, parent, state } of collector.lineage().edges) console.log(`${child} from ${parent}: ${state}`);
 */
export class LineageCollector {
  readonly #facts: Fact[] = [];
  readonly #problems: LineageProblem[] = [];
  #links = 0;

  /**
   * Adds a signature that was opened.
   * @param signedBy the caller's name for the signer
   * @throws {TypeError} for anything but a result of `openSignature`
   * @throws {OmsError} `bundle/too-large`
   */
  addSignature(place: LineagePlace, signed: SignedManifest, signedBy: string | null = null): void {
    const { subjectName, checked, signer, rootType } = checkedSignature(signed);
    const statement = { ...verified(place, 'signature', rootType), signer, signedBy };
    this.#add(signatureFact(statement, checked.manifest, subjectName));
  }

  /**
   * Adds an attestation that was opened.
   * @param signedBy the caller's name for the signer
   * @throws {TypeError} for anything but a result of `openAttestation`
   * @throws {OmsError} `bundle/too-large`
   */
  addAttestation(place: LineagePlace, attestation: Attestation, signedBy: string | null = null): void {
    checkAttestation(attestation);
    const { signer, predicateType, subjects, predicate } = attestation;
    const statement = { ...verified(place, 'attestation', predicateType), signer, signedBy };
    this.#add(attestationFact(statement, subjects, predicate));
  }

  /**
   * Adds what a bundle claims, without verifying it. One that cannot be read is a problem of the result.
   * @param reason why it is only a claim
   * @throws {OmsError} `bundle/too-large` for too many of them, `bundle/out-of-memory`
   */
  async addClaims(place: LineagePlace, bundle: Uint8Array, reason: LineageReason = UNCHECKED): Promise<void> {
    let fact: Fact;
    try {
      fact = await claimedFact(place, bundle, reason);
    } catch (error) {
      if (!(error instanceof OmsError) || error.code === 'bundle/out-of-memory') throw error;
      const { code, message } = error;
      this.addProblem(place, { code, message });
      return;
    }
    this.#add(fact);
  }

  /** Adds something that could not be read. After the first 10,000, they are left out. */
  addProblem({ source, line = null }: LineagePlace, { code, message }: LineageReason): void {
    if (this.#problems.length < MAX_PROBLEMS) this.#problems.push({ source, line, code, message });
  }

  /**
   * Where the models come from, by what was added so far.
   * @throws {OmsError} `bundle/too-large` for attestations of several subjects that together make too many links
   */
  lineage(): Lineage {
    return graphOf(this.#facts, this.#problems);
  }

  #add(fact: Fact): void {
    const { dependencies, further, leftOut } = fact.origin;
    this.#links += dependencies.length + further.length;
    if (this.#facts.length >= MAX_STATEMENTS) throw tooMuch(`${MAX_STATEMENTS} signatures and attestations`);
    if (this.#links > MAX_LINKS) throw tooMuch(`${MAX_LINKS} links from a model to what it was made from`);
    this.#facts.push(fact);
    if (leftOut === 0) return;
    const message = `it names ${leftOut} more dependencies than are read`;
    this.addProblem(fact.statement, { code: null, message });
  }
}

const UNCHECKED: LineageReason = { code: null, message: 'it was not verified' };

function verified({ source, line = null }: LineagePlace, kind: LineageStatement['kind'], predicateType: string) {
  return { source, line, kind, state: 'verified', predicateType, reason: null } as const;
}

/** A bundle with a type of this format is read as a signature, any other one as an attestation. */
async function claimedFact(
  { source, line = null }: LineagePlace,
  bundle: Uint8Array,
  reason: LineageReason,
): Promise<Fact> {
  const claimed = { source, line, state: 'claimed', signer: null, signedBy: null, reason } as const;
  const attestation = attestationIn(bundle);
  if (attestation !== null) {
    const { predicateType, subjects, predicate } = attestation;
    return attestationFact({ ...claimed, kind: 'attestation', predicateType }, subjects, predicate);
  }
  const { manifest, subjectName } = await inspectBundle(bundle);
  return signatureFact({ ...claimed, kind: 'signature', predicateType: null }, manifest, subjectName);
}

/** The statement of an attestation that a bundle claims to hold; null if it is the signature of a model, or no attestation. */
function attestationIn(bundle: Uint8Array) {
  try {
    const { payload } = parseForeignBundle(bundle, new Warnings());
    const statement = readAttestation(parsePayload(payload));
    return isReservedType(statement.predicateType) ? null : statement;
  } catch (error) {
    if (error instanceof OmsError && error.code !== 'bundle/out-of-memory') return null;
    throw error;
  }
}

/**
 * What a bundle claims to attest something about: digests, in lowercase hexadecimal; null if it is no attestation. Nothing is verified.
 *
 * Files that were attested one by one beside their model are left out, and so is what comes after the first hundred.
 */
export function claimedSubjects(bundle: Uint8Array): readonly string[] | null {
  const statement = attestationIn(bundle);
  return statement === null ? null : subjectsOf(statement.subjects).map(({ digest }) => digest);
}
