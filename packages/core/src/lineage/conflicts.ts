import { cyclesOf } from './cycles.ts';
import type { Placed } from './facts.ts';
import type { LineageConflict, LineageEdge, LineageNode } from './lineage.ts';
import { byText } from './parts.ts';

/** What statements contradict each other on, or themselves. */
export function conflictsOf(
  facts: readonly Placed[],
  nodes: readonly LineageNode[],
  edges: readonly LineageEdge[],
): LineageConflict[] {
  return [
    ...cycles(edges),
    ...baseModels(facts),
    ...edges.filter(({ roles }) => roles.length > 1).map(rolesOf),
    ...nodes.filter(({ names }) => names.length > 1).map(namesOf),
    ...nodes.filter(({ domains }) => domains.length > 1).map(domainsOf),
    ...facts.flatMap(otherSubject),
  ];
}

/** Each edge is looked at once: there may be as many cycles as edges. */
function cycles(edges: readonly LineageEdge[]): LineageConflict[] {
  const found = cyclesOf(edges).map((digests) => ({ digests, statements: new Set<number>() }));
  const cycleOf = new Map(found.flatMap((each) => each.digests.map((digest) => [digest, each] as const)));
  for (const { child, parent, statements } of edges) {
    const each = cycleOf.get(child);
    if (each === undefined || each !== cycleOf.get(parent)) continue;
    for (const index of statements) each.statements.add(index);
  }
  return found.map(({ digests, statements }) => ({
    ...{ kind: 'cycle', digests, texts: [] },
    statements: [...statements].sort((a, b) => a - b),
  }));
}

/** What one attestation names as base models, as a text that can be compared, and the attestations that name just these. */
type BaseSets = Map<string, number[]>;

/** Attestations that each name base models of a subject, and not the same ones. One that names none does not contradict. */
function baseModels(facts: readonly Placed[]): LineageConflict[] {
  const named = new Map<string, BaseSets>();
  for (const { subjects, origin, index } of facts) {
    const bases = origin.dependencies.filter(({ role }) => role === 'base-model');
    if (bases.length === 0) continue;
    // What has a digest is compared by it, and anything else by its name.
    const digests = sortedSet(bases.flatMap(({ digest }) => digest ?? []));
    const texts = sortedSet(bases.flatMap(({ digest, name }) => (digest === null ? (name ?? '') : [])));
    const key = JSON.stringify({ digests, texts });
    for (const { digest } of subjects) {
      const sets: BaseSets = named.get(digest) ?? new Map();
      named.set(digest, sets);
      const same = sets.get(key);
      if (same) same.push(index);
      else sets.set(key, [index]);
    }
  }
  const differing = [...named].filter(([, sets]) => sets.size > 1).sort(([a], [b]) => byText(a, b));
  return differing.map(([child, sets]) => {
    const all = [...sets.keys()].map((key) => JSON.parse(key) as Record<'digests' | 'texts', string[]>);
    const statements = [...sets.values()].flat().sort((a, b) => a - b);
    const digests = [child, ...sortedSet(all.flatMap((each) => each.digests))];
    return { kind: 'base-models', digests, texts: sortedSet(all.flatMap(({ texts }) => texts)), statements };
  });
}

function sortedSet(texts: readonly string[]): string[] {
  return [...new Set(texts)].sort(byText);
}

function rolesOf({ child, parent, roles, statements }: LineageEdge): LineageConflict {
  return { kind: 'roles', digests: [parent, child], texts: roles, statements };
}

function namesOf({ digest, names }: LineageNode): LineageConflict {
  const texts = names.map(({ name }) => name).sort(byText);
  const statements = [...new Set(names.map(({ statement }) => statement))].sort((a, b) => a - b);
  return { kind: 'names', digests: [digest], texts, statements };
}

function domainsOf({ digest, domains, signatures, attestations }: LineageNode): LineageConflict {
  return { kind: 'domains', digests: [digest], texts: domains, statements: [...signatures, ...attestations] };
}

function otherSubject({ origin: { about }, subjects, index }: Placed): LineageConflict[] {
  if (about === null || subjects.length === 0 || subjects.some(({ digest }) => digest === about)) return [];
  const digests = [(subjects[0] as Placed['subjects'][number]).digest, about];
  return [{ kind: 'subject', digests, texts: [], statements: [index] }];
}
