import { OmsError } from '../format/errors.ts';
import { conflictsOf } from './conflicts.ts';
import type { Fact, Placed, Subject } from './facts.ts';
import type { Lineage, LineageEdge, LineageProblem, LineageUnlinked } from './lineage.ts';
import type { Dependency } from './origin.ts';
import { byText, Parts } from './parts.ts';
import { joined } from './root-digests.ts';

/** The most links of a lineage. */
export const MAX_LINKS = 100_000;

export function tooMuch(what: string): OmsError {
  return new OmsError('bundle/too-large', `the lineage has more than ${what}`, { requirement: null });
}

/** Each subject of an attestation has a link to each of its dependencies. */
function checkLinks(facts: readonly Placed[]): void {
  const links = facts.reduce(
    (sum, { subjects, origin }) => sum + subjects.length * origin.dependencies.length + origin.further.length,
    0,
  );
  if (links > MAX_LINKS) throw tooMuch(`${MAX_LINKS} links from a model to what it was made from`);
}

/** Builds the graph. The result depends on what the facts are, and not on their order. */
export function graphOf(given: readonly Fact[], problems: readonly LineageProblem[]): Lineage {
  const facts = placed(given);
  checkLinks(facts);
  const parts = new Parts();
  for (const fact of facts) addTo(parts, fact);
  const nodes = parts.nodes();
  const edges = parts.edges();
  return {
    statements: facts.map(({ statement }) => statement),
    nodes,
    edges,
    conflicts: conflictsOf(facts, nodes, edges),
    unlinked: facts.flatMap(unlinkedOf),
    problems: [...problems].sort(
      (a, b) => byPlace(a, b) || byText(a.code ?? '', b.code ?? '') || byText(a.message, b.message),
    ),
  };
}

function placed(given: readonly Fact[]): Placed[] {
  const facts = joined(given);
  const known = knownDigests(facts);
  const verified = knownDigests(facts.filter(({ statement }) => statement.state === 'verified'));
  const domains = signedDomains(facts);
  const sorted = facts.map((fact) => ({ ...fact, subjects: relevant(fact, known, verified) })).sort(byFact);
  return sorted.map((fact, index) => ({ ...fact, index, linksVerified: hasVerifiedLinks(fact, domains) }));
}

type Place = Pick<LineageProblem, 'source' | 'line'>;

function byPlace(a: Place, b: Place): number {
  return byText(a.source, b.source) || (a.line ?? 0) - (b.line ?? 0);
}

/** Facts of one place that differ are compared as a whole. */
function byFact(a: Fact, b: Fact): number {
  return byPlace(a.statement, b.statement) || byText(JSON.stringify(a), JSON.stringify(b));
}

/** What signatures are of, and what something was made from. */
function knownDigests(facts: readonly Fact[]): ReadonlySet<string> {
  const known = new Set<string>();
  for (const { statement, subjects, origin } of facts) {
    if (statement.kind === 'signature') for (const { digest } of subjects) known.add(digest);
    for (const { digest } of origin.dependencies) if (digest !== null) known.add(digest);
    for (const { child, dependency } of origin.further) {
      known.add(child);
      if (dependency.digest !== null) known.add(dependency.digest);
    }
  }
  return known;
}

/**
 * Of several subjects, those that something else is about too; of a verified statement, something verified, since claims take nothing away
 * from it. If there are none, the first, and those that a claim is about.
 */
function relevant(
  { statement, subjects }: Fact,
  known: ReadonlySet<string>,
  verified: ReadonlySet<string>,
): readonly Subject[] {
  const counting = statement.state === 'verified' ? verified : known;
  const found = subjects.filter(({ digest }) => counting.has(digest));
  return found.length > 0 ? found : subjects.filter(({ digest }, index) => index === 0 || known.has(digest));
}

/** What the root digests are of that were signed, by verified signatures. */
function signedDomains(facts: readonly Fact[]): ReadonlyMap<string, ReadonlySet<string>> {
  const domains = new Map<string, Set<string>>();
  for (const { statement, subjects } of facts) {
    if (statement.kind !== 'signature' || statement.state !== 'verified') continue;
    for (const { digest, domain } of subjects) {
      if (domain !== null) domains.set(digest, (domains.get(digest) ?? new Set()).add(domain));
    }
  }
  return domains;
}

/** A statement about another kind of digest than the signature, or one that contradicts itself, links nothing by itself. */
function hasVerifiedLinks(
  { statement, subjects, origin, links }: Fact,
  domains: ReadonlyMap<string, ReadonlySet<string>>,
): boolean {
  if (!links || statement.state !== 'verified') return false;
  if (origin.about !== null && subjects.every(({ digest }) => digest !== origin.about)) return false;
  return subjects.every(({ digest, domain }) => domain === null || (domains.get(digest)?.has(domain) ?? true));
}

function addTo(parts: Parts, { statement, subjects, origin, index, linksVerified }: Placed): void {
  const { state, kind } = statement;
  for (const { digest, name, domain } of subjects) {
    parts.node(digest).add({ kind, index, state, name, domain });
    for (const dependency of origin.dependencies) {
      link(parts, digest, dependency, index, linksVerified ? 'verified' : 'claimed', state);
    }
  }
  // The signer of one thing does not speak for another.
  for (const { child, dependency } of origin.further) {
    parts.node(child);
    link(parts, child, dependency, index, 'claimed', 'claimed');
  }
}

type State = LineageEdge['state'];

function link(
  parts: Parts,
  child: string,
  { digest, name, role, domain }: Dependency,
  index: number,
  state: State,
  nameState: State,
): void {
  if (digest === null) return;
  parts.node(digest).addAsParent({ index, state: nameState, name, domain, role });
  parts.edge(child, digest).add({ index, state, role });
}

function unlinkedOf({ subjects, origin, index }: Placed): LineageUnlinked[] {
  const unlinked = (child: string, { digest, name, role }: Dependency) =>
    digest === null ? [{ child, name, role, statement: index }] : [];
  return [
    ...subjects.flatMap(({ digest }) => origin.dependencies.flatMap((each) => unlinked(digest, each))),
    ...origin.further.flatMap(({ child, dependency }) => unlinked(child, dependency)),
  ];
}
