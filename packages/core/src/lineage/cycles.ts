import type { LineageEdge } from './lineage.ts';
import { byText } from './parts.ts';

/**
 * The digests that are said to be made from each other, or from themselves: the strongly connected components of the graph with a cycle
 * (Tarjan's algorithm, without recursion, since a chain may be long).
 */
export function cyclesOf(edges: readonly LineageEdge[]): string[][] {
  const parents = new Map<string, string[]>();
  for (const { child, parent } of edges) {
    const known = parents.get(child);
    if (known) known.push(parent);
    else parents.set(child, [parent]);
  }
  const search = new Search(parents);
  for (const child of parents.keys()) search.from(child);
  return search.cycles.map((each) => each.sort(byText)).sort(([a = ''], [b = '']) => byText(a, b));
}

interface Visit {
  readonly digest: string;
  readonly parents: readonly string[];
  next: number;
}

class Search {
  readonly cycles: string[][] = [];
  readonly #parents: ReadonlyMap<string, readonly string[]>;
  readonly #order = new Map<string, number>();
  readonly #low = new Map<string, number>();
  readonly #open: string[] = [];
  readonly #isOpen = new Set<string>();

  constructor(parents: ReadonlyMap<string, readonly string[]>) {
    this.#parents = parents;
  }

  from(start: string): void {
    if (this.#order.has(start)) return;
    const path = [this.#enter(start)];
    for (let visit = path.at(-1); visit; visit = path.at(-1)) {
      const parent = visit.parents[visit.next++];
      if (parent === undefined) {
        path.pop();
        this.#leave(visit.digest, path.at(-1)?.digest);
      } else if (!this.#order.has(parent)) {
        path.push(this.#enter(parent));
      } else if (this.#isOpen.has(parent)) {
        this.#lower(visit.digest, this.#order.get(parent) as number);
      }
    }
  }

  #enter(digest: string): Visit {
    const order = this.#order.size;
    this.#order.set(digest, order);
    this.#low.set(digest, order);
    this.#open.push(digest);
    this.#isOpen.add(digest);
    return { digest, parents: this.#parents.get(digest) ?? [], next: 0 };
  }

  #lower(digest: string, to: number): void {
    this.#low.set(digest, Math.min(this.#low.get(digest) as number, to));
  }

  #leave(digest: string, child: string | undefined): void {
    const low = this.#low.get(digest) as number;
    if (child !== undefined) this.#lower(child, low);
    if (low !== this.#order.get(digest)) return;
    const component = this.#open.splice(this.#open.lastIndexOf(digest));
    for (const each of component) this.#isOpen.delete(each);
    if (component.length > 1 || this.#parents.get(digest)?.includes(digest)) this.cycles.push(component);
  }
}
