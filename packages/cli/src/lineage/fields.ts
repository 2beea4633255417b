import type { Lineage } from '@model-signing/core/lineage';
import { countsOf, isAllVerified } from './summary.ts';

/** A lineage, for results in JSON. */
export function lineageFields(graph: Lineage, verifiedBy: 'policy' | 'signers' | 'nothing', policy: string | null) {
  const { statements, nodes, edges, conflicts, unlinked, problems } = graph;
  return {
    ...{ verifiedBy, policy, verified: isAllVerified(graph), counts: countsOf(graph) },
    nodes: nodes.map(({ digest, ...node }) => ({ digest: named(digest), ...node })),
    edges: edges.map(({ child, parent, ...edge }) => ({ child: named(child), parent: named(parent), ...edge })),
    conflicts: conflicts.map(({ digests, ...conflict }) => ({ ...conflict, digests: digests.map(named) })),
    unlinked: unlinked.map(({ child, ...each }) => ({ child: named(child), ...each })),
    statements,
    problems,
    warnings: [],
  };
}

function named(digest: string): string {
  return `sha256:${digest}`;
}
