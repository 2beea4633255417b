import type { SignerIdentity } from '../signer.ts';

/**
 * How far something can be relied on. `verified`: a statement by an accepted signer says it. `claimed`: only statements say it whose signer is
 * not accepted, or was not checked. `absent`: it is named, and nothing about it is at hand.
 */
export type LineageState = 'verified' | 'claimed' | 'absent';

/** A signature or attestation, and what became of it. */
export interface LineageStatement {
  /** What the caller calls the place where it was found. */
  readonly source: string;
  /** Where it begins in a file of several, counted from 1; null for a file of one. */
  readonly line: number | null;
  readonly kind: 'signature' | 'attestation';
  readonly state: 'verified' | 'claimed';
  readonly predicateType: string | null;
  /** Who made it; null unless it is verified. */
  readonly signer: SignerIdentity | null;
  /** The name that the caller has for the signer, such as that of a policy. */
  readonly signedBy: string | null;
  /** Why it is not verified. */
  readonly reason: LineageReason | null;
}

export interface LineageReason {
  readonly code: string | null;
  readonly message: string;
}

/** A name of a model or data set. It is a claim, decides nothing, and must be escaped before it is shown. */
export interface LineageName {
  readonly name: string;
  /** What says it, by its place in the list of statements: the first of them. */
  readonly statement: number;
  readonly state: 'verified' | 'claimed';
}

/** A model, or anything else that a model was made from. */
export interface LineageNode {
  /** The root digest: lowercase hexadecimal SHA-256. */
  readonly digest: string;
  /** `verified` exactly if a signature over the root digest is. */
  readonly state: LineageState;
  /** Sorted; those that verified statements say come first. */
  readonly names: readonly LineageName[];
  /** What it is to what was made from it, sorted. */
  readonly roles: readonly string[];
  /** What the digest is of, as statements say it; more than one is a conflict. */
  readonly domains: readonly string[];
  /** The signatures over it, by their places in the list of statements. */
  readonly signatures: readonly number[];
  /** The attestations about it, likewise. */
  readonly attestations: readonly number[];
}

/** That one was made from the other. */
export interface LineageEdge {
  /** The root digest of what was made. */
  readonly child: string;
  /** The digest of what it was made from. */
  readonly parent: string;
  readonly state: 'verified' | 'claimed';
  /** Sorted; more than one is a conflict. */
  readonly roles: readonly string[];
  /** What says it, by its place in the list of statements. */
  readonly statements: readonly number[];
}

/** Statements that cannot all be true, or that say something about more than they seem to. */
export interface LineageConflict {
  /**
   * `base-models`: attestations of one subject name different base models; `roles`: one thing has several roles in the making of another;
   * `names`: one digest has several names; `domains`: one digest is said to be of different things; `subject`: a claim is about
   * something else than its statement; `cycle`: things are said to be made from each other.
   */
  readonly kind: 'base-models' | 'roles' | 'names' | 'domains' | 'subject' | 'cycle';
  /** The digests that it is about, sorted; the one that statements differ on comes first. */
  readonly digests: readonly string[];
  /** The names or roles that differ, sorted. Untrusted. */
  readonly texts: readonly string[];
  /** The statements that differ. */
  readonly statements: readonly number[];
}

/** Something that a statement names, with no digest to find it by. */
export interface LineageUnlinked {
  readonly child: string;
  readonly name: string | null;
  readonly role: string;
  readonly statement: number;
}

/** What of a file could not be read, or was left out. */
export interface LineageProblem extends LineageReason {
  readonly source: string;
  readonly line: number | null;
}

/** Where models come from, as far as statements say it. The order in which the statements were given does not matter. */
export interface Lineage {
  /** By source and line. */
  readonly statements: readonly LineageStatement[];
  /** By digest. */
  readonly nodes: readonly LineageNode[];
  /** By child, then parent. */
  readonly edges: readonly LineageEdge[];
  readonly conflicts: readonly LineageConflict[];
  readonly unlinked: readonly LineageUnlinked[];
  readonly problems: readonly LineageProblem[];
}
