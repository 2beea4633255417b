import { mutateBytes } from './mutate/bytes.ts';
import { Random } from './random.ts';
import type { Target } from './target.ts';

/** An input and the identifier that makes it again: `s3` is a seed, `17` is generated, and `s3.40.41` is a mutant of a mutant. */
export interface Input {
  readonly id: string;
  readonly bytes: Uint8Array;
}

/** One input in so many is a seed as it is, until all were tried: a short run must try more than seeds. */
const SEED_EVERY = 4;

/** The number of the input that has an identifier; it follows from the last step. */
export function indexOf(id: string): number {
  const last = Number(/\d+$/.exec(id)?.[0] ?? 0);
  return /^s\d+$/.test(id) ? last * SEED_EVERY : last;
}

/** The most inputs that are kept to be mutated. */
const MAX_KEPT = 400;

/** The most mutations of one input; later ones are rarely different. */
const MAX_GENERATIONS = 12;

/** The inputs of a target in their order. Those that led somewhere new are kept, and mutants are made of them. */
export class Inputs {
  readonly #target: Target;
  readonly #seed: string;
  readonly #seeds: readonly Uint8Array[];
  readonly #kept: Input[] = [];
  readonly #traits = new Set<string>();

  constructor(target: Target, seed: string) {
    this.#target = target;
    this.#seed = seed;
    this.#seeds = target.seeds();
  }

  /** Input number `index`, which also depends on what was kept before. */
  at(index: number): Input {
    const seed = index % SEED_EVERY === 0 ? this.#seeds[index / SEED_EVERY] : undefined;
    if (seed !== undefined) return { id: `s${index / SEED_EVERY}`, bytes: seed };
    const random = this.#random(`choice ${index}`);
    const parent = random.chance(0.6) ? random.pick(this.#kept) : undefined;
    if (parent) return this.#mutant(parent, index);
    if (random.chance(0.4) && this.#seeds.length > 0) {
      const at = random.below(this.#seeds.length);
      return this.#mutant({ id: `s${at}`, bytes: this.#seeds[at] as Uint8Array }, index);
    }
    return { id: String(index), bytes: this.#target.generate(this.#random(index)) };
  }

  /** Keeps an input if its outcome is new. */
  keep(input: Input, trait: string): void {
    if (this.#traits.has(trait) || input.id.split('.').length > MAX_GENERATIONS) return;
    this.#traits.add(trait);
    if (this.#kept.length < MAX_KEPT) this.#kept.push(input);
  }

  /**
   * Makes an input again.
   * @returns null if no input has this identifier
   */
  again(id: string): Input | null {
    const [root = '', ...steps] = id.split('.');
    const first = root.startsWith('s') ? this.#seeds[Number(root.slice(1))] : this.#generated(root);
    if (first === undefined || !steps.every(isIndex)) return null;
    return steps.reduce<Input>((input, step) => this.#mutant(input, Number(step)), { id: root, bytes: first });
  }

  #generated(root: string): Uint8Array | undefined {
    return isIndex(root) ? this.#target.generate(this.#random(Number(root))) : undefined;
  }

  #mutant(parent: Input, index: number): Input {
    const random = this.#random(index);
    const bytes = this.#target.mutate?.(parent.bytes, random) ?? mutateBytes(parent.bytes, random);
    return { id: `${parent.id}.${index}`, bytes };
  }

  #random(what: string | number): Random {
    return new Random(this.#seed, this.#target.name, what);
  }
}

function isIndex(text: string): boolean {
  return /^\d{1,15}$/.test(text);
}
