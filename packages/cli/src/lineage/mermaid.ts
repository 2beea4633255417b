import { printable } from '@model-signing/core';
import type { Lineage, LineageNode } from '@model-signing/core/lineage';
import { summaryOf } from './summary.ts';
import { conflictText, labels, nameOf, roleText, shortDigest } from './words.ts';

/** What renderers of Mermaid draw at most. */
const MAX_EDGES = 400;

/** What is in a file that is read at once. */
const MAX_CONFLICTS = 20;

const classes = [
  'classDef verified fill:#e3f5e8,stroke:#18794e,stroke-width:2px,color:#10291d',
  'classDef claimed fill:#fdf3d7,stroke:#946200,stroke-width:2px,stroke-dasharray:6 4,color:#332600',
  'classDef absent fill:#f3f4f6,stroke:#6b7280,stroke-width:1px,stroke-dasharray:2 4,color:#30343b',
];

/** A graph for Markdown, with ancestors above. Every text is escaped, so that none can end its label or be syntax. */
export function mermaid(graph: Lineage): string {
  const { nodes, edges, conflicts } = graph;
  const shown = edges.slice(0, MAX_EDGES);
  const names = new Map(nodesOf(graph, shown).map((node, index) => [node.digest, { id: `n${index}`, node }]));
  const idOf = (digest: string) => names.get(digest)?.id ?? '';
  const label = labels(graph);
  const left = edges.length - shown.length + (nodes.length - names.size);
  return [
    'flowchart TD',
    `  %% ${comment(summaryOf(graph))}`,
    ...[...names.values()].map(({ id, node }) => `  ${id}["${nodeLabel(node)}"]:::${node.state}`),
    ...shown.map(
      ({ child, parent, roles, state }) =>
        `  ${idOf(parent)} ${state === 'verified' ? '-->' : '-.->'}|"${escaped(roles.map(roleText).join(' / '))}"| ${idOf(child)}`,
    ),
    ...conflicts
      .slice(0, MAX_CONFLICTS)
      .map((conflict, index) => `  c${index}{{"conflict: ${escaped(conflictText(conflict, label))}"}}`),
    ...(conflicts.length > MAX_CONFLICTS ? [`  c["${conflicts.length - MAX_CONFLICTS} more conflicts"]`] : []),
    ...(left > 0 ? [`  more["${left} more models and links are left out"]`] : []),
    ...classes.map((line) => `  ${line}`),
    '',
  ].join('\n');
}

/** All nodes of the edges that are shown, and those without any edge as far as there is room. */
function nodesOf({ nodes, edges }: Lineage, shown: readonly { readonly child: string; readonly parent: string }[]) {
  const linked = new Set(shown.flatMap(({ child, parent }) => [child, parent]));
  const all = new Set(edges.flatMap(({ child, parent }) => [child, parent]));
  const alone = nodes.filter(({ digest }) => !all.has(digest)).slice(0, MAX_EDGES);
  return [...nodes.filter(({ digest }) => linked.has(digest)), ...alone];
}

function nodeLabel(node: LineageNode): string {
  const name = nameOf(node);
  return `${name === null ? '' : `${escaped(name)}<br/>`}${shortDigest(node.digest)}<br/>${node.state}`;
}

/** Whatever could be syntax of Mermaid, Markdown or HTML becomes the number of its character. */
function escaped(text: string): string {
  return printable(text).replace(/[^\p{L}\p{N} .]/gu, (character) => `#${character.codePointAt(0)};`);
}

/** The text is our own, but a comment must stay one. */
function comment(text: string): string {
  return text.replace(/[^\w ,]/g, ' ');
}
