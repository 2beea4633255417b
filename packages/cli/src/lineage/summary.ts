import type { Lineage } from '@model-signing/core/lineage';
import { formatCount, groupDigits } from '../sizes.ts';

/** How many of each state there are. */
export function countsOf({ nodes, edges }: Lineage) {
  const count = (items: readonly { readonly state: string }[], state: string) =>
    items.filter((item) => item.state === state).length;
  return {
    nodes: { verified: count(nodes, 'verified'), claimed: count(nodes, 'claimed'), absent: count(nodes, 'absent') },
    edges: { verified: count(edges, 'verified'), claimed: count(edges, 'claimed') },
  };
}

/** Whether nothing is left that was not verified, or that contradicts something else. */
export function isAllVerified(graph: Lineage): boolean {
  const { nodes, edges, conflicts, unlinked, problems } = graph;
  const isVerified = ({ state }: { readonly state: string }) => state === 'verified';
  if (nodes.length === 0 || conflicts.length + unlinked.length + problems.length > 0) return false;
  return nodes.every(isVerified) && edges.every(isVerified);
}

/** The counts in one sentence for people, without a period. */
export function summaryOf(graph: Lineage): string {
  const { nodes, edges } = countsOf(graph);
  const { conflicts, unlinked, problems } = graph;
  const all = groupDigits(graph.nodes.length);
  const models = `${groupDigits(nodes.verified)} of ${all} models and data sets signed by an accepted signer`;
  const links = `${edges.verified} of ${formatCount(graph.edges.length, 'link')} attested by one`;
  const others = [
    nodes.absent > 0 ? `${nodes.absent} absent` : '',
    conflicts.length > 0 ? formatCount(conflicts.length, 'conflict') : '',
    unlinked.length > 0 ? `${unlinked.length} named without a digest` : '',
    problems.length > 0 ? `${problems.length} not read` : '',
  ].filter(Boolean);
  return [models, links, ...others].join(', ');
}
