import { createHash } from 'node:crypto';
import type { Lineage, LineageEdge, LineageNode } from '@model-signing/core/lineage';
import { layersOf } from './layers.ts';
import { escapedText, fitted } from './markup.ts';
import { pageStyle } from './page-style.ts';
import { countsOf, isAllVerified, summaryOf } from './summary.ts';
import { MAX_DRAWN, pictureStyle, svgPicture } from './svg.ts';
import { conflictText, labels, nameOf, Places, roleText, statementText, typeText } from './words.ts';

/** More rows than anyone reads. `--json` has all. */
const MAX_ROWS = 2000;

/** What a cell says of a statement. The list of statements has the whole. */
const MAX_CELL = 160;

/** A page with the picture and everything in it as text. It needs no network and no script, and allows none. */
export function htmlPage(graph: Lineage): string {
  const sections = [
    picture(graph),
    conflictSection(graph),
    nodeSection(graph),
    edgeSection(graph),
    unlinkedSection(graph),
    statementSection(graph),
    problemSection(graph),
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy()}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>Where the models come from</title>
<style>${pageStyle}</style>
</head>
<body>
<main>
<header>
<h1>Where the models come from</h1>
${verdict(graph)}
</header>
${sections.filter(Boolean).join('\n')}
<footer><p>Made by <code>model-signing lineage</code>. It shows what signatures and attestations say, and by whom. No file of a model was read: <code>model-signing verify</code> does that.</p></footer>
</main>
</body>
</html>
`;
}

/** Nothing is loaded and nothing runs; the two styles of the page are named by their digests. */
function policy(): string {
  const hashes = [pageStyle, pictureStyle].map(
    (style) => `'sha256-${createHash('sha256').update(style).digest('base64')}'`,
  );
  return `default-src 'none'; style-src ${hashes.join(' ')}; base-uri 'none'; form-action 'none'`;
}

function verdict(graph: Lineage): string {
  const { nodes, edges } = countsOf(graph);
  const isGood = isAllVerified(graph);
  const kind = isGood ? 'good' : graph.conflicts.length > 0 ? 'bad' : 'open';
  const words = {
    good: 'Everything here is verified.',
    bad: 'Claims contradict each other.',
    open: nodes.verified + edges.verified === 0 ? 'Nothing here is verified.' : 'Not everything here is verified.',
  }[kind];
  return `<p class="verdict ${kind}"><strong>${words}</strong> ${escapedText(capital(summaryOf(graph)))}.</p>`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function picture(graph: Lineage): string {
  if (graph.nodes.length === 0) return '<p>There are no models.</p>';
  const rest = graph.nodes.length - MAX_DRAWN;
  const note = rest > 0 ? `<figcaption>${rest} more are not drawn. The tables have them.</figcaption>` : '';
  return `<figure><div class="scroll" role="region" aria-label="The picture, which can be scrolled" tabindex="0">\n${svgPicture(graph)}\n</div>${note}</figure>`;
}

function section(id: string, title: string, note: string, columns: readonly string[], rows: readonly string[]): string {
  if (rows.length === 0) return '';
  const shown = rows.slice(0, MAX_ROWS);
  const rest = rows.length - shown.length;
  return [
    '<section>',
    `<h2 id="${id}">${title}</h2>`,
    note === '' ? '' : `<p>${note}</p>`,
    `<div class="scroll" role="region" aria-labelledby="${id}" tabindex="0"><table>`,
    `<thead><tr>${columns.map((column) => `<th scope="col">${column}</th>`).join('')}</tr></thead>`,
    `<tbody>\n${shown.join('\n')}\n</tbody></table></div>`,
    rest > 0 ? `<p>${rest} more are in the output of <code>--json</code>.</p>` : '',
    '</section>',
  ]
    .filter(Boolean)
    .join('\n');
}

function row(cells: readonly string[]): string {
  const [first, ...others] = cells;
  return `<tr><th scope="row">${first}</th>${others.map((cell) => `<td>${cell}</td>`).join('')}</tr>`;
}

function mark(state: string): string {
  return `<span class="state ${state}">${state}</span>`;
}

const unnamed = '<em>without a name</em>';

function nodeName(node: LineageNode): string {
  const name = nameOf(node);
  return name === null ? unnamed : escapedText(name);
}

function nodeSection(graph: Lineage): string {
  const { nodes, statements } = graph;
  const places = new Places(graph);
  const layers = layersOf(nodes, graph.edges);
  const layer = ({ digest }: LineageNode) => layers.get(digest) ?? 0;
  const rows = nodes
    .toSorted((a, b) => layer(a) - layer(b))
    .map((node) => {
      const by = node.signatures.map((index) => statements[index]).filter((each) => each !== undefined);
      const signed = by.map(
        (each) =>
          `${escapedText(fitted(statementText(each), MAX_CELL))} <small>${escapedText(places.text(each))}</small>`,
      );
      const others = node.names.slice(1, 11).map(({ name }) => escapedText(name));
      const also = others.length > 0 ? `<br><small>also called ${others.join(', ')}</small>` : '';
      return row([
        nodeName(node) + also,
        mark(node.state),
        `<code>sha256:${node.digest}</code>`,
        signed.slice(0, 10).join('<br>') || 'no signature at hand',
      ]);
    });
  const note = 'A model or data set is verified if an accepted signer signed it, and absent if it is only named.';
  return section('models', 'Models and data', note, ['Name', 'State', 'Root digest', 'Signature'], rows);
}

function edgeSection(graph: Lineage): string {
  const { edges, nodes, statements } = graph;
  const places = new Places(graph);
  const byDigest = new Map(nodes.map((node) => [node.digest, node]));
  const named = (digest: string) => nodeName(byDigest.get(digest) as LineageNode);
  const said = ({ statements: indices }: LineageEdge) =>
    indices
      .slice(0, 10)
      .flatMap((index) => statements[index] ?? [])
      .map(
        (each) =>
          `${escapedText(fitted(statementText(each), MAX_CELL))} <small>${escapedText(places.text(each))}</small>`,
      )
      .join('<br>');
  const rows = edges.map((edge) =>
    row([
      named(edge.child),
      escapedText(edge.roles.map(roleText).join(' / ')),
      named(edge.parent),
      mark(edge.state),
      said(edge),
    ]),
  );
  const note = 'A link is verified if an attestation by an accepted signer states it.';
  return section('links', 'Made from', note, ['Model', 'Role', 'Made from', 'State', 'Says who'], rows);
}

function conflictSection(graph: Lineage): string {
  const places = new Places(graph);
  const label = labels(graph);
  const rows = graph.conflicts.map((conflict) => {
    const where = conflict.statements
      .slice(0, 10)
      .flatMap((index) => graph.statements[index] ?? [])
      .map((each) => escapedText(places.text(each)));
    return row([conflict.kind, escapedText(conflictText(conflict, label)), [...new Set(where)].join('<br>')]);
  });
  return section('conflicts', 'Conflicts', 'Not all of this can be true.', ['Kind', 'What', 'Where'], rows);
}

function unlinkedSection(graph: Lineage): string {
  const places = new Places(graph);
  const label = labels(graph);
  const rows = graph.unlinked.map(({ child, name, role, statement }) => {
    const where = graph.statements[statement];
    return row([
      name === null ? unnamed : escapedText(name),
      escapedText(roleText(role)),
      escapedText(label(child)),
      where ? escapedText(places.text(where)) : '',
    ]);
  });
  const note = 'These have no SHA-256, so that nothing can be found by it.';
  return section('unlinked', 'Named without a digest', note, ['Name', 'Role', 'Named by', 'Where'], rows);
}

function statementSection(graph: Lineage): string {
  const places = new Places(graph);
  const rows = graph.statements.map((each) =>
    row([
      escapedText(places.text(each)),
      escapedText(typeText(each)),
      mark(each.state),
      escapedText(statementText(each)),
    ]),
  );
  return section('statements', 'Signatures and attestations', '', ['Where', 'What', 'State', 'By whom'], rows);
}

function problemSection(graph: Lineage): string {
  const places = new Places(graph);
  const rows = graph.problems.map((problem) => row([escapedText(places.text(problem)), escapedText(problem.message)]));
  return section('problems', 'Not read', '', ['Where', 'Why'], rows);
}
