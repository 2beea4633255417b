import { quote } from '@model-signing/core';
import type { Lineage, LineageEdge, LineageNode } from '@model-signing/core/lineage';
import { table } from '../output.ts';
import { summaryOf } from './summary.ts';
import { conflictText, labels, Places, quotedName, roleText, shortDigest, statementText } from './words.ts';

/** A tree of more lines is no longer read. */
const MAX_LINES = 500;

/** How deep a line is indented at most. */
const MAX_DEPTH = 40;

/** A lineage in lines for people: each model, with what it was made from below it. */
export function treeLines(graph: Lineage): string[] {
  const tree = new Tree(graph);
  for (const node of startsOf(graph)) tree.add(node);
  const places = new Places(graph);
  const label = labels(graph);
  const notes = [
    ...graph.conflicts.map((conflict) => ['conflict', conflictText(conflict, label)] as const),
    ...graph.unlinked.map(
      ({ child, name, role }) =>
        [
          'no digest',
          `${label(child)} names a ${roleText(role)} without a SHA-256: ${name === null ? 'without a name' : quote(name)}`,
        ] as const,
    ),
    ...graph.problems.map((problem) => ['not read', `${places.text(problem)}: ${problem.message}`] as const),
  ];
  return [summaryOf(graph), ...cut(tree.lines), ...table(cutRows(notes))];
}

function cut(lines: readonly string[]): string[] {
  if (lines.length <= MAX_LINES) return [...lines];
  return [...lines.slice(0, MAX_LINES), `and ${lines.length - MAX_LINES} more lines (--json lists all)`];
}

function cutRows(rows: readonly (readonly [string, string])[]): (readonly [string, string])[] {
  if (rows.length <= MAX_LINES) return [...rows];
  return [...rows.slice(0, MAX_LINES), ['and', `${rows.length - MAX_LINES} more (--json lists all)`]];
}

/** What nothing was made from, then what is only in a cycle. */
function startsOf({ nodes, edges }: Lineage): LineageNode[] {
  const parents = new Set(edges.map(({ parent }) => parent));
  return [...nodes.filter(({ digest }) => !parents.has(digest)), ...nodes.filter(({ digest }) => parents.has(digest))];
}

interface Visit {
  readonly digest: string;
  readonly edge: LineageEdge | null;
  readonly prefix: string;
  readonly isLast: boolean;
  readonly depth: number;
}

class Tree {
  readonly lines: string[] = [];
  readonly #graph: Lineage;
  readonly #places: Places;
  readonly #nodes: ReadonlyMap<string, LineageNode>;
  readonly #edges: ReadonlyMap<string, readonly LineageEdge[]>;
  readonly #shown = new Set<string>();

  constructor(graph: Lineage) {
    this.#graph = graph;
    this.#places = new Places(graph);
    this.#nodes = new Map(graph.nodes.map((node) => [node.digest, node]));
    this.#edges = Map.groupBy(graph.edges, ({ child }) => child);
  }

  /** Each model is shown with its origin once; after that, it is only named. So a cycle ends. */
  add({ digest }: LineageNode): void {
    if (this.#shown.has(digest)) return;
    const left: Visit[] = [{ digest, edge: null, prefix: '', isLast: true, depth: 0 }];
    for (let visit = left.pop(); visit; visit = left.pop()) {
      const isNew = !this.#shown.has(visit.digest);
      this.#shown.add(visit.digest);
      this.lines.push(this.#line(visit, isNew));
      const edges = isNew ? (this.#edges.get(visit.digest) ?? []) : [];
      const prefix = this.#prefixBelow(visit);
      for (const [index, edge] of [...edges.entries()].reverse()) {
        const isLast = index === edges.length - 1;
        left.push({ digest: edge.parent, edge, prefix, isLast, depth: visit.depth + 1 });
      }
    }
  }

  #prefixBelow({ prefix, isLast, depth }: Visit): string {
    if (depth === 0 || depth >= MAX_DEPTH) return prefix;
    return `${prefix}${isLast ? '   ' : '│  '}`;
  }

  #line({ digest, edge, prefix, isLast }: Visit, isNew: boolean): string {
    const node = this.#nodes.get(digest) as LineageNode;
    const hasOrigin = this.#edges.has(digest);
    const state = isNew || !hasOrigin ? this.#stateText(node) : 'shown above';
    const what = `${quotedName(node)} ${shortDigest(digest)}: ${state}`;
    if (edge === null) return what;
    const by = `${edge.roles.map(roleText).join(' and ')}, ${edge.state}`;
    return `${prefix}${isLast ? '└─' : '├─'} ${by}: ${what}`;
  }

  #stateText({ state, signatures, attestations }: LineageNode): string {
    if (state === 'absent') return 'absent, nothing about it was given';
    const found = signatures.map((index) => this.#graph.statements[index]);
    const said = found.find((statement) => statement?.state === state) ?? found[0];
    if (said)
      return `${state}, ${state === 'verified' ? 'signed by ' : ''}${statementText(said)} (${this.#places.text(said)})`;
    return `claimed, there is no signature, and ${attestations.length === 1 ? 'an attestation' : `${attestations.length} attestations`}`;
  }
}
