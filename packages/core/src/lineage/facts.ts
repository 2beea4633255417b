import type { AttestedSubject } from '../format/attestation.ts';
import type { Manifest } from '../format/manifest/manifest.ts';
import { readOrigin } from './dependencies.ts';
import type { LineageStatement } from './lineage.ts';
import type { Dependency, Origin } from './origin.ts';
import { domainText, sha256Of, textOf } from './values.ts';

/** A statement, what it is about, and what it says of its origin. */
export interface Fact {
  readonly statement: LineageStatement;
  readonly subjects: readonly Subject[];
  readonly origin: Origin;
  /** Whether an accepted signer makes the links of the origin verified: a hint in a signature never does. */
  readonly links: boolean;
  /** The root digests of a signature of a draft, which has two. */
  readonly roots: RootDigests | null;
}

/** Two digests of one manifest, which were computed from it. */
export interface RootDigests {
  /** That of the draft, which binds names. */
  readonly own: string;
  /** That of version 1.0, which other manifests may have too. */
  readonly published: string;
}

/** A fact at its place in the sorted list, about the subjects that count. */
export interface Placed extends Fact {
  readonly index: number;
  /** Whether its links are verified. */
  readonly linksVerified: boolean;
}

export interface Subject {
  readonly digest: string;
  readonly name: string | null;
  readonly domain: string | null;
}

/** The subjects of one statement that are kept: a statement may have one for each file. */
const MAX_SUBJECTS = 100;

/** What a signature says. */
export function signatureFact(statement: LineageStatement, manifest: Manifest, subjectName: string | null): Fact {
  const { rootDigest, publishedRootDigest, serialization, annotations } = manifest;
  const { method, hashType } = serialization;
  const domain = domainText({ digest: 'root', method, hashType });
  const digests = publishedRootDigest === undefined ? [rootDigest] : [rootDigest, publishedRootDigest];
  const subjects = digests.map((digest) => ({ digest, name: textOf(subjectName), domain }));
  const roots = publishedRootDigest === undefined ? null : { own: rootDigest, published: publishedRootDigest };
  const origin = { dependencies: hintsIn(annotations ?? {}), further: [], about: null, leftOut: 0 };
  return { statement, subjects, origin, links: false, roots };
}

/** Annotations of the draft that name what a model was made from, such as `org.example.base-model`. */
function hintsIn(annotations: Readonly<Record<string, string>>): Dependency[] {
  return Object.entries(annotations).flatMap(([key, value]) => {
    const [, role] = /(?:^|[._/-])(base-model|dataset|adapter|teacher)$/.exec(key) ?? [];
    if (role === undefined) return [];
    const digest = sha256Of(value.replace(/^sha256:/, ''));
    return [{ digest, role, name: digest === null ? textOf(value) : null, domain: null }];
  });
}

/** What an attestation says. */
export function attestationFact(
  statement: LineageStatement,
  subjects: readonly AttestedSubject[],
  predicate: unknown,
): Fact {
  return {
    statement,
    subjects: subjectsOf(subjects),
    origin: readOrigin(statement.predicateType ?? '', predicate),
    links: true,
    roots: null,
  };
}

/** The files of a model are subjects too if they were attested one by one, and are no models. */
export function subjectsOf(subjects: readonly AttestedSubject[]): Subject[] {
  return subjects.flatMap(subjectOf).slice(0, MAX_SUBJECTS);
}

function subjectOf({ name, sha256, domain }: AttestedSubject): Subject[] {
  if (sha256 === null || domain?.digest === 'file') return [];
  return [{ digest: sha256, name: textOf(name), domain: domainText(domain ?? undefined) }];
}
