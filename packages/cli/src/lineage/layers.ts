import type { LineageEdge, LineageNode } from '@model-signing/core/lineage';

type Link = Pick<LineageEdge, 'child' | 'parent'>;

/**
 * The layer of each node, counted from the top: below everything that it was made from, and as near to what was made from it as that
 * allows. An edge that closes a cycle counts for nothing.
 */
export function layersOf(nodes: readonly Pick<LineageNode, 'digest'>[], edges: readonly Link[]): Map<string, number> {
  const parents = withoutCycles(nodes, edges);
  const layers = new Map<string, number>();
  // In this order, parents come before their children.
  for (const [digest, above] of parents) {
    layers.set(
      digest,
      above.reduce((most, parent) => Math.max(most, (layers.get(parent) ?? 0) + 1), 0),
    );
  }
  /** The highest layer of what was made from each. */
  const below = new Map<string, number>();
  for (const [digest, above] of parents) {
    const layer = layers.get(digest) as number;
    for (const parent of above) below.set(parent, Math.min(below.get(parent) ?? layer, layer));
  }
  for (const [digest, above] of parents) {
    const nearest = below.get(digest);
    if (above.length === 0 && nearest !== undefined) layers.set(digest, nearest - 1);
  }
  return layers;
}

/** The parents of each node without the edges that close a cycle, parents first. */
function withoutCycles(
  nodes: readonly Pick<LineageNode, 'digest'>[],
  edges: readonly Link[],
): ReadonlyMap<string, readonly string[]> {
  const all = Map.groupBy(edges, ({ child }) => child);
  const done = new Map<string, readonly string[]>();
  const open = new Set<string>();
  for (const { digest } of nodes) {
    const path = done.has(digest) ? [] : [visitOf(digest, all, open)];
    for (let visit = path.at(-1); visit; visit = path.at(-1)) {
      const parent = visit.left.pop();
      if (parent === undefined) {
        path.pop();
        open.delete(visit.digest);
        done.set(visit.digest, visit.kept);
      } else if (!open.has(parent)) {
        visit.kept.push(parent);
        if (!done.has(parent)) path.push(visitOf(parent, all, open));
      }
    }
  }
  return done;
}

function visitOf(digest: string, all: ReadonlyMap<string, readonly Link[]>, open: Set<string>) {
  open.add(digest);
  const left = (all.get(digest) ?? []).map(({ parent }) => parent).reverse();
  return { digest, left, kept: [] as string[] };
}
