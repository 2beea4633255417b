import type { LineageEdge, LineageName, LineageNode, LineageStatement } from './lineage.ts';

/** Compares by UTF-16 code units, alike on every machine. */
export function byText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

type State = LineageEdge['state'];

/** What one statement says of something. */
interface Said {
  readonly index: number;
  readonly state: State;
  readonly name: string | null;
  readonly domain: string | null;
}

class NodePart {
  readonly #names = new Map<string, LineageName>();
  readonly #roles = new Set<string>();
  readonly #domains = new Set<string>();
  readonly #signatures = new Set<number>();
  readonly #attestations = new Set<number>();
  #isSigned = false;

  add({ kind, ...said }: Said & Pick<LineageStatement, 'kind'>): void {
    (kind === 'signature' ? this.#signatures : this.#attestations).add(said.index);
    if (kind === 'signature' && said.state === 'verified') this.#isSigned = true;
    // A tool that does not say what its digest is of calls it by the name of any file.
    this.#say(kind === 'attestation' && said.domain === null ? { ...said, name: null } : said);
  }

  addAsParent({ role, ...said }: Said & { readonly role: string }): void {
    this.#roles.add(role);
    this.#say(said);
  }

  #say({ index, state, name, domain }: Said): void {
    if (domain !== null) this.#domains.add(domain);
    if (name === null) return;
    const known = this.#names.get(name);
    if (!known || (known.state === 'claimed' && state === 'verified')) {
      this.#names.set(name, { name, statement: index, state });
    }
  }

  node(digest: string): LineageNode {
    const signatures = [...this.#signatures];
    const attestations = [...this.#attestations];
    const isNamedOnly = signatures.length === 0 && attestations.length === 0;
    return {
      digest,
      state: this.#isSigned ? 'verified' : isNamedOnly ? 'absent' : 'claimed',
      names: [...this.#names.values()].sort((a, b) => byState(a.state, b.state) || byText(a.name, b.name)),
      roles: [...this.#roles].sort(byText),
      domains: [...this.#domains].sort(byText),
      ...{ signatures, attestations },
    };
  }
}

/** Verified comes first. */
function byState(a: State, b: State): number {
  return byText(b, a);
}

class EdgePart {
  readonly child: string;
  readonly parent: string;
  readonly #roles = new Set<string>();
  readonly #statements = new Set<number>();
  #state: State = 'claimed';

  constructor(child: string, parent: string) {
    this.child = child;
    this.parent = parent;
  }

  add({ index, state, role }: { readonly index: number; readonly state: State; readonly role: string }): void {
    this.#roles.add(role);
    this.#statements.add(index);
    if (state === 'verified') this.#state = state;
  }

  edge(): LineageEdge {
    const { child, parent } = this;
    return {
      child,
      parent,
      state: this.#state,
      roles: [...this.#roles].sort(byText),
      statements: [...this.#statements],
    };
  }
}

/** The nodes and edges of a graph that is being built, from statements in the order of their places. */
export class Parts {
  readonly #nodes = new Map<string, NodePart>();
  readonly #edges = new Map<string, EdgePart>();

  node(digest: string): NodePart {
    return kept(this.#nodes, digest, () => new NodePart());
  }

  edge(child: string, parent: string): EdgePart {
    return kept(this.#edges, `${child} ${parent}`, () => new EdgePart(child, parent));
  }

  nodes(): LineageNode[] {
    return [...this.#nodes].sort(([a], [b]) => byText(a, b)).map(([digest, part]) => part.node(digest));
  }

  edges(): LineageEdge[] {
    return [...this.#edges].sort(([a], [b]) => byText(a, b)).map(([, part]) => part.edge());
  }
}

function kept<T>(map: Map<string, T>, key: string, make: () => T): T {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
