import type { Lineage, LineageEdge, LineageNode } from '@model-signing/core/lineage';
import { layersOf } from './layers.ts';

/** The size of a node, and the room between nodes. Pixels. */
export const CARD = { width: 288, height: 104, gap: 40, between: 76 };

/** The room of an edge that passes a layer. */
const PASSING = 36;

const SWEEPS = 12;

export interface PlacedNode {
  readonly node: LineageNode;
  /** The upper left corner. */
  readonly x: number;
  readonly y: number;
}

export interface PlacedEdge {
  readonly edge: LineageEdge;
  /** From the parent to the child, by way of the layers between them. */
  readonly points: readonly { readonly x: number; readonly y: number }[];
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly PlacedEdge[];
}

/** A place in a layer: that of a node, or of an edge that passes. */
interface Slot {
  readonly key: string;
  readonly layer: number;
  readonly width: number;
  readonly above: string[];
  readonly below: string[];
  center: number;
}

/** Lays out a graph in layers, ancestors above, with few crossings. */
export function layoutOf({ nodes, edges }: Pick<Lineage, 'nodes' | 'edges'>): Layout {
  const layers = layersOf(nodes, edges);
  const slots = new Map<string, Slot>();
  for (const { digest } of nodes) addSlot(slots, digest, layers.get(digest) ?? 0, CARD.width);
  for (const edge of edges) addPassing(slots, edge, layers);
  const rows = rowsOf([...slots.values()]);
  for (let sweep = 0; sweep < SWEEPS; sweep++) order(rows, slots, sweep % 2 === 0);
  for (let sweep = 0; sweep < SWEEPS; sweep++) place(rows, slots, sweep % 2 === 0);
  return finished({ nodes, edges }, rows, slots);
}

function addSlot(slots: Map<string, Slot>, key: string, layer: number, width: number): Slot {
  const slot = { key, layer, width, above: [], below: [], center: 0 };
  slots.set(key, slot);
  return slot;
}

/** Whether an edge goes down; one that closes a cycle goes up, or stays. */
function goesDown({ child, parent }: LineageEdge, slots: ReadonlyMap<string, Slot>): boolean {
  return (slots.get(parent)?.layer ?? 0) < (slots.get(child)?.layer ?? 0);
}

function passingKey({ child, parent }: LineageEdge, layer: number): string {
  return `${parent} ${child} ${layer}`;
}

function addPassing(slots: Map<string, Slot>, edge: LineageEdge, layers: ReadonlyMap<string, number>): void {
  if (!goesDown(edge, slots)) return;
  const last = layers.get(edge.child) ?? 0;
  let above = slots.get(edge.parent) as Slot;
  for (let layer = above.layer + 1; layer <= last; layer++) {
    const isEnd = layer === last;
    const slot = isEnd ? (slots.get(edge.child) as Slot) : addSlot(slots, passingKey(edge, layer), layer, PASSING);
    above.below.push(slot.key);
    slot.above.push(above.key);
    above = slot;
  }
}

function rowsOf(slots: readonly Slot[]): Slot[][] {
  const rows: Slot[][] = [];
  for (const slot of slots) {
    rows[slot.layer] ??= [];
    rows[slot.layer]?.push(slot);
  }
  const all = rows.map((row) => row ?? []);
  for (const row of all) pack(row);
  return all;
}

/** Puts a row side by side, around 0. */
function pack(row: readonly Slot[]): void {
  let left = 0;
  for (const slot of row) {
    slot.center = left + slot.width / 2;
    left += slot.width + CARD.gap;
  }
  for (const slot of row) slot.center -= (left - CARD.gap) / 2;
}

/** Where the neighbours of a slot are, on average. */
function wanted(slot: Slot, slots: ReadonlyMap<string, Slot>, downwards: boolean): number {
  const near = downwards ? slot.above : slot.below;
  if (near.length === 0) return slot.center;
  return near.reduce((sum, key) => sum + (slots.get(key) as Slot).center, 0) / near.length;
}

function order(rows: Slot[][], slots: ReadonlyMap<string, Slot>, downwards: boolean): void {
  for (const row of downwards ? rows : rows.toReversed()) {
    const by = new Map(row.map((slot) => [slot, wanted(slot, slots, downwards)]));
    row.sort((a, b) => (by.get(a) as number) - (by.get(b) as number));
    pack(row);
  }
}

/** Moves the slots of each row towards their neighbours without changing their order: the mean of packing from either side. */
function place(rows: readonly Slot[][], slots: ReadonlyMap<string, Slot>, downwards: boolean): void {
  for (const row of downwards ? rows : rows.toReversed()) {
    const targets = row.map((slot) => wanted(slot, slots, downwards));
    const fromLeft = pushed(row, targets);
    const mirrored = row.toReversed();
    const fromRight = pushed(
      mirrored,
      targets.toReversed().map((each) => -each),
    ).reverse();
    for (const [i, slot] of row.entries()) slot.center = ((fromLeft[i] as number) - (fromRight[i] as number)) / 2;
  }
}

function pushed(row: readonly Slot[], targets: readonly number[]): number[] {
  const centers: number[] = [];
  for (const [i, slot] of row.entries()) {
    const before = row[i - 1];
    const least = before ? (centers[i - 1] as number) + (before.width + slot.width) / 2 + CARD.gap : -Infinity;
    centers.push(Math.max(least, targets[i] as number));
  }
  return centers;
}

function finished(
  { nodes, edges }: Pick<Lineage, 'nodes' | 'edges'>,
  rows: readonly Slot[][],
  slots: ReadonlyMap<string, Slot>,
): Layout {
  const all = rows.flat();
  const left = Math.min(0, ...all.map(({ center, width }) => center - width / 2));
  const right = Math.max(0, ...all.map(({ center, width }) => center + width / 2));
  const topOf = (layer: number) => layer * (CARD.height + CARD.between);
  const point = (key: string, edge: 'top' | 'bottom') => {
    const { center, layer } = slots.get(key) as Slot;
    return { x: round(center - left), y: topOf(layer) + (edge === 'bottom' ? CARD.height : 0) };
  };
  return {
    width: round(right - left),
    height: Math.max(0, rows.length * (CARD.height + CARD.between) - CARD.between),
    nodes: nodes.map((node) => {
      const { x, y } = point(node.digest, 'top');
      return { node, x: x - CARD.width / 2, y };
    }),
    edges: edges.map((edge) => ({ edge, points: pointsOf(edge, slots, point) })),
  };
}

function pointsOf(
  edge: LineageEdge,
  slots: ReadonlyMap<string, Slot>,
  point: (key: string, edge: 'top' | 'bottom') => { x: number; y: number },
) {
  const between: { x: number; y: number }[] = [];
  if (goesDown(edge, slots)) {
    const last = (slots.get(edge.child) as Slot).layer;
    for (let layer = (slots.get(edge.parent) as Slot).layer + 1; layer < last; layer++) {
      const key = passingKey(edge, layer);
      between.push(point(key, 'top'), point(key, 'bottom'));
    }
  }
  return [point(edge.parent, 'bottom'), ...between, point(edge.child, 'top')];
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
