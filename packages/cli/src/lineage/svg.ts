import type { SignerIdentity } from '@model-signing/core';
import type { Lineage, LineageNode, LineageState } from '@model-signing/core/lineage';
import { CARD, layoutOf, type PlacedEdge, type PlacedNode } from './layout.ts';
import { escapedText, fitted } from './markup.ts';
import { summaryOf } from './summary.ts';
import { nameOf, roleText, shortDigest } from './words.ts';

/** A picture of more is no help to anyone. */
export const MAX_DRAWN = 200;

const MARGIN = 24;
const LEGEND = 56;
const MIN_WIDTH = 460;

/** How far an edge that goes up is from the nodes. */
const UPWARD = 90;

/** The style of the picture, for light and dark. */
export const pictureStyle = `
.lineage{--ground:#fbfcfd;--card:#ffffff;--ink:#16202b;--soft:#4d5a68;--line:#d5dce3;--ok:#127a4b;--ok-soft:#e2f4ea;--open:#8a5a00;--open-soft:#fdf1d3;--none:#5b6672;--none-soft:#eef1f4;--bad:#b42318;font-family:ui-sans-serif,system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif}
@media (prefers-color-scheme:dark){.lineage{--ground:#12171d;--card:#1b222b;--ink:#eef2f6;--soft:#a9b5c1;--line:#36414d;--ok:#4cc38a;--ok-soft:#163325;--open:#f0b429;--open-soft:#3a2d0c;--none:#98a4b0;--none-soft:#242c35;--bad:#ff8a80}}
.lineage .ground{fill:var(--ground)}
.lineage .card{fill:var(--card);stroke:var(--line);stroke-width:1.5}
.lineage .claimed .card{stroke:var(--open);stroke-dasharray:7 5}
.lineage .absent .card{fill:var(--none-soft);stroke:var(--none);stroke-dasharray:2 4}
.lineage .stripe{fill:var(--none)}
.lineage .verified .stripe,.lineage .dot.verified{fill:var(--ok)}
.lineage .claimed .stripe,.lineage .dot.claimed{fill:var(--open)}
.lineage .dot.absent{fill:var(--none)}
.lineage .dot-mark{fill:none;stroke:var(--card);stroke-width:2.2;stroke-linecap:round;stroke-linejoin:round}
.lineage .dot-text{fill:var(--card);font-size:13px;font-weight:700;text-anchor:middle}
.lineage .kicker{fill:var(--soft);font-size:11px;font-weight:600;letter-spacing:.07em}
.lineage .name{fill:var(--ink);font-size:17px;font-weight:650}
.lineage .by{fill:var(--soft);font-size:12.5px}
.lineage .digest{fill:var(--soft);font-size:11.5px;font-family:ui-monospace,"SFMono-Regular",Menlo,Consolas,"DejaVu Sans Mono",monospace}
.lineage .edge{fill:none;stroke-width:2}
.lineage .edge.verified{stroke:var(--ok)}
.lineage .edge.claimed{stroke:var(--open);stroke-dasharray:7 5}
.lineage .edge.conflict{stroke:var(--bad)}
.lineage .head.verified{fill:var(--ok)}
.lineage .head.claimed{fill:var(--open)}
.lineage .head.conflict{fill:var(--bad)}
.lineage .pill{fill:var(--ground);stroke:var(--line)}
.lineage .pill.conflict{stroke:var(--bad)}
.lineage .role{fill:var(--ink);font-size:12px;text-anchor:middle}
.lineage .legend{fill:var(--soft);font-size:12px}
`;

/** The picture as a file of its own. */
export function svgFile(graph: Lineage): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${svgPicture(graph)}\n`;
}

/** The picture: nodes and links, in layers, with its own style. Every text in it is escaped. */
export function svgPicture(graph: Lineage): string {
  const nodes = graph.nodes.slice(0, MAX_DRAWN);
  const drawn = new Set(nodes.map(({ digest }) => digest));
  const edges = graph.edges
    .filter(({ child, parent }) => drawn.has(child) && drawn.has(parent))
    .slice(0, 2 * MAX_DRAWN);
  const layout = layoutOf({ nodes, edges });
  const beside = layout.edges.some(isUpward) ? UPWARD + MARGIN : 0;
  const width = Math.max(MIN_WIDTH, layout.width + 2 * (MARGIN + beside));
  const height = layout.height + 2 * MARGIN + LEGEND;
  const left = (width - layout.width) / 2;
  const inCycle = cycleMembers(graph);
  const roles = rolesIn(graph);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="lineage" role="img" aria-labelledby="lineage-title lineage-text" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">`,
    '<title id="lineage-title">Where the models come from</title>',
    `<desc id="lineage-text">${escapedText(summaryOf(graph))}. What something was made from is above it.</desc>`,
    `<style>${pictureStyle}</style>`,
    `<rect class="ground" width="${width}" height="${height}" rx="14"/>`,
    `<g transform="translate(${left} ${MARGIN})">`,
    ...layout.edges.map((edge) => edgeMarkup(edge, inCycle)),
    ...layout.nodes.map((placed) => cardMarkup(placed, graph, roles)),
    ...layout.edges.map((edge) => pillMarkup(edge, inCycle)),
    '</g>',
    legend(width, height, graph),
    '</svg>',
  ].join('\n');
}

function cycleMembers({ conflicts }: Lineage): (child: string, parent: string) => boolean {
  const cycles = conflicts.filter(({ kind }) => kind === 'cycle').map(({ digests }) => new Set(digests));
  return (child, parent) => cycles.some((cycle) => cycle.has(child) && cycle.has(parent));
}

/** What each node is: the role that it has for others, or else a model. */
function rolesIn({ nodes }: Lineage): ReadonlyMap<string, string> {
  const known = new Map([
    ['dataset', 'DATA SET'],
    ['base-model', 'MODEL'],
    ['adapter', 'ADAPTER'],
    ['teacher', 'MODEL'],
  ]);
  return new Map(
    nodes.map(({ digest, roles }) => [
      digest,
      known.get(roles[0] ?? '') ?? (roles.length > 0 ? 'DEPENDENCY' : 'MODEL'),
    ]),
  );
}

function cardMarkup({ node, x, y }: PlacedNode, graph: Lineage, roles: ReadonlyMap<string, string>): string {
  const { width, height } = CARD;
  const { state, digest } = node;
  const name = nameOf(node);
  const line = (top: number, kind: string, text: string) => `<text class="${kind}" x="20" y="${top}">${text}</text>`;
  return [
    `<g class="${state}">`,
    `<title>${escapedText(name ?? 'without a name')}, ${state}, sha256:${digest}</title>`,
    `<rect class="card" x="${x}" y="${y}" width="${width}" height="${height}" rx="12"/>`,
    `<rect class="stripe" x="${x + 8}" y="${y + 16}" width="4" height="${height - 32}" rx="2"/>`,
    // What is too wide is cut off at the edge of the inner picture.
    `<svg x="${x}" y="${y}" width="${width - 12}" height="${height}">`,
    line(26, 'kicker', roles.get(digest) ?? 'MODEL'),
    line(49, 'name', escapedText(fitted(name ?? 'without a name', 28))),
    line(70, 'by', escapedText(fitted(byLine(node, graph), 42))),
    line(90, 'digest', `sha256:${shortDigest(digest)}…`),
    '</svg>',
    dot(state, x + width - 24, y + 24),
    '</g>',
  ].join('');
}

function byLine({ state, signatures, attestations }: LineageNode, { statements }: Lineage): string {
  if (state === 'absent') return 'named only, nothing at hand';
  const found = signatures.map((index) => statements[index]);
  const said = found.find((statement) => statement?.state === state) ?? found[0];
  if (said === undefined)
    return `attested ${attestations.length === 1 ? 'once' : `${attestations.length} times`}, not signed`;
  if (said.state === 'claimed') return 'signed, not by an accepted signer';
  const { signedBy, signer } = said;
  return `signed by ${signedBy === null ? shortSigner(signer) : `${signedBy} (${methodText(signer)})`}`;
}

function methodText(signer: SignerIdentity | null): string {
  if (signer?.method === 'key') return `key on ${signer.curve}`;
  return signer?.method === 'sigstore' ? 'identity' : 'certificate';
}

/** Enough of the signer for a card. */
function shortSigner(signer: SignerIdentity | null): string {
  if (signer === null) return 'an accepted signer';
  if (signer.method === 'key') return `key ${shortDigest(signer.hint)}…`;
  return signer.method === 'sigstore' ? signer.identity : signer.subject;
}

/** A mark that does not depend on colour alone. */
function dot(state: LineageState, x: number, y: number): string {
  const circle = `<circle class="dot ${state}" cx="${x}" cy="${y}" r="10"/>`;
  if (state === 'verified') return `${circle}<path class="dot-mark" d="M${x - 4.5} ${y + 0.5}l3 3.2 6-6.6"/>`;
  return `${circle}<text class="dot-text" x="${x}" y="${y + 4.6}">${state === 'claimed' ? '?' : '–'}</text>`;
}

type InCycle = (child: string, parent: string) => boolean;

function edgeKind({ edge }: PlacedEdge, inCycle: InCycle): string {
  return inCycle(edge.child, edge.parent) ? 'conflict' : edge.state;
}

function edgeMarkup(placed: PlacedEdge, inCycle: InCycle): string {
  const kind = edgeKind(placed, inCycle);
  const { path, head } = isUpward(placed) ? upwardRoute(placed) : downwardRoute(placed);
  const dashed = placed.edge.state === 'claimed' ? ' claimed' : '';
  return `<path class="edge${dashed} ${kind}" d="${path}"/><path class="head ${kind}" d="${head}"/>`;
}

interface Point {
  readonly x: number;
  readonly y: number;
}

const endsOf = ({ points }: PlacedEdge) => [points[0], points.at(-1)] as [Point, Point];

/** Whether it closes a cycle, so that what was made is not below what it was made from. */
function isUpward(placed: PlacedEdge): boolean {
  const [from, to] = endsOf(placed);
  return from.y >= to.y;
}

function downwardRoute({ points }: PlacedEdge) {
  const [{ x, y }, ...others] = points as readonly [Point, ...Point[]];
  const end = others.at(-1) as Point;
  const curves = others.map((to, i) => {
    const from = points[i] as Point;
    const reach = from.x === to.x ? (to.y - from.y) / 3 : (to.y - from.y) / 2;
    const target = to === end ? to.y - 7 : to.y;
    return `C${from.x} ${round(from.y + reach)} ${to.x} ${round(to.y - reach)} ${to.x} ${target}`;
  });
  return { path: `M${x} ${y}${curves.join('')}`, head: `M${end.x} ${end.y - 1}l-5.5 -9.5h11z` };
}

/** From the right side of the parent to that of the child. */
function upwardEnds(placed: PlacedEdge) {
  const [from, to] = endsOf(placed);
  const middle = CARD.height / 2;
  const right = CARD.width / 2;
  return [
    { x: from.x + right, y: from.y - middle + 22 },
    { x: to.x + right, y: to.y + middle - 22 },
  ] as const;
}

function upwardRoute(placed: PlacedEdge) {
  const [from, to] = upwardEnds(placed);
  const side = Math.max(from.x, to.x) + UPWARD;
  return {
    path: `M${from.x} ${from.y}C${side} ${from.y} ${side} ${to.y} ${to.x + 7} ${to.y}`,
    head: `M${to.x + 1} ${to.y}l9.5 -5.5v11z`,
  };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

/** Where the role of an edge is written. */
function pillCenter(placed: PlacedEdge): Point {
  if (isUpward(placed)) {
    const [from, to] = upwardEnds(placed);
    const side = Math.max(from.x, to.x) + UPWARD;
    return { x: round((from.x + to.x + 6 * side) / 8), y: round((from.y + to.y) / 2) };
  }
  const { points } = placed;
  const middle = Math.floor((points.length - 1) / 2);
  const [from, to] = [points[middle] as Point, points[middle + 1] as Point];
  return { x: round((from.x + to.x) / 2), y: round((from.y + to.y) / 2) };
}

function pillMarkup(placed: PlacedEdge, inCycle: InCycle): string {
  const text = fitted(placed.edge.roles.map(roleText).join(' / '), 30);
  const { x, y } = pillCenter(placed);
  const width = round(Math.max(60, [...text].length * 6.6 + 22));
  const conflict = edgeKind(placed, inCycle) === 'conflict' ? ' conflict' : '';
  const box = `<rect class="pill${conflict}" x="${round(x - width / 2)}" y="${y - 12}" width="${width}" height="24" rx="12"/>`;
  return `${box}<text class="role" x="${x}" y="${y + 4}">${escapedText(text)}</text>`;
}

function legend(width: number, height: number, { nodes }: Lineage): string {
  const y = height - 28;
  const items: readonly (readonly [LineageState, string])[] = [
    ['verified', 'verified'],
    ['claimed', 'only claimed'],
    ['absent', 'absent'],
  ];
  const step = 130;
  const left = (width - step * items.length) / 2 + 20;
  const marks = items.map(
    ([state, text], i) =>
      `${dot(state, left + i * step, y)}<text class="legend" x="${left + i * step + 18}" y="${y + 4}">${text}</text>`,
  );
  const more =
    nodes.length > MAX_DRAWN
      ? `<text class="legend" x="20" y="${height - 6}">${nodes.length - MAX_DRAWN} more are not drawn</text>`
      : '';
  return `<g>${marks.join('')}${more}</g>`;
}
