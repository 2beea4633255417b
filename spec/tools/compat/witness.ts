import { isObject } from '../schema-documents.ts';
import type { Change } from './changes.ts';
import { everyPath, mutantsAt, type Samples, valuePaths } from './mutants.ts';
import type { Vocabulary } from './vocabulary.ts';

/** Tells with a real validator whether a document satisfies a schema. */
export type Accepts = (document: unknown) => boolean;

/** Documents that show what a change does: accepted before and refused now, and refused before and accepted now. */
export interface Witnesses {
  readonly backward?: unknown;
  readonly forward?: unknown;
}

/** The input of a search. */
export interface SearchSpace {
  readonly earlier: Accepts;
  readonly later: Accepts;
  /** Known documents of the layer. */
  readonly seeds: readonly unknown[];
  readonly words: Vocabulary;
  /** The most documents that are put to the validators for one question. */
  readonly budget: number;
}

type Effect = 'backward' | 'forward';

/** Compares the verdicts of the two validators on a document, and returns the direction that it shows, if any. */
function effectOf(document: unknown, { earlier, later }: SearchSpace): Effect | 'both' | 'neither' {
  const before = earlier(document);
  const after = later(document);
  if (before === after) return before ? 'both' : 'neither';
  return before ? 'backward' : 'forward';
}

/**
 * Searches for documents that the two versions judge differently. Always finds the same ones.
 *
 * It starts from documents that both accept and changes one thing at a time: where the change applies, then one step
 * around it, then anywhere.
 */
export class WitnessSearch {
  readonly #searchSpace: SearchSpace;
  readonly #samples: Samples;
  readonly #bases: unknown[];
  readonly #telling = new Map<Effect, unknown>();
  #neighbours: unknown[] | null = null;

  constructor(searchSpace: SearchSpace) {
    this.#searchSpace = searchSpace;
    this.#samples = samplesOf(searchSpace.seeds);
    const judged = searchSpace.seeds.map((seed) => ({ seed, effect: effectOf(seed, searchSpace) }));
    const of = (common: boolean) => judged.filter(({ effect }) => (effect === 'both') === common);
    this.#bases = [...of(true), ...of(false)].map(({ seed }) => seed);
    for (const { seed, effect } of judged) this.#note(effect, seed);
  }

  /** Documents that show the effect of a change, for each direction that it claims and for which one was found. */
  witnessesOf(change: Change): Witnesses {
    const found: { backward?: unknown; forward?: unknown } = {};
    const wanted = (['backward', 'forward'] as const).filter((effect) => change[effect]);
    for (const documents of [this.#at(change, this.#bases), this.#around(change)]) {
      for (const document of documents) {
        const effect = effectOf(document, this.#searchSpace);
        if (effect === 'both' || effect === 'neither' || !wanted.includes(effect)) continue;
        found[effect] ??= document;
        if (wanted.every((each) => found[each] !== undefined)) return found;
      }
    }
    for (const effect of wanted) {
      const telling = this.#telling.get(effect);
      if (found[effect] === undefined && telling !== undefined) found[effect] = telling;
    }
    return found;
  }

  /** Documents that show any difference at all, found by changing anything anywhere. */
  anyWitnesses(): Witnesses {
    this.#explored();
    return Object.fromEntries(this.#telling);
  }

  *#at(change: Change, bases: readonly unknown[]): Generator<unknown> {
    let count = 0;
    for (const base of bases) {
      for (const path of valuePaths(base, change.instance)) {
        for (const mutant of mutantsAt(base, path, this.#searchSpace.words, this.#samples)) {
          if (count++ >= this.#searchSpace.budget) return;
          yield mutant;
        }
      }
    }
  }

  /** The same from documents one step away, in which the value is new or matters only beside another one. */
  *#around(change: Change): Generator<unknown> {
    yield* this.#at(change, this.#explored());
  }

  /** Documents that both versions accept, one change away from the known ones. Witnesses found on the way are recorded. */
  #explored(): unknown[] {
    if (this.#neighbours !== null) return this.#neighbours;
    const neighbours = new Map<string, unknown>();
    let count = 0;
    for (const base of this.#searchSpace.seeds) {
      for (const path of everyPath(base)) {
        for (const mutant of mutantsAt(base, path, this.#searchSpace.words, this.#samples)) {
          if (count++ >= this.#searchSpace.budget) break;
          const effect = effectOf(mutant, this.#searchSpace);
          this.#note(effect, mutant);
          if (effect === 'both' && neighbours.size < NEIGHBOURS) neighbours.set(shapeOf(mutant), mutant);
        }
      }
    }
    this.#neighbours = [...neighbours.values()];
    return this.#neighbours;
  }

  #note(effect: Effect | 'both' | 'neither', document: unknown): void {
    if (effect === 'both' || effect === 'neither' || this.#telling.has(effect)) return;
    this.#telling.set(effect, document);
  }
}

const NEIGHBOURS = 120;

/** Two documents with the same members, types and small values are one step away in the same way. */
function shapeOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.length}:${value.slice(0, 2).map(shapeOf).join(',')}]`;
  if (isObject(value)) return `{${Object.entries(value).map(([name, member]) => `${name}:${shapeOf(member)}`)}}`;
  return typeof value === 'string' && value.length > 20 ? 'string' : JSON.stringify(value);
}

/** The values of members in known documents, by name, each once. */
function samplesOf(seeds: readonly unknown[]): Samples {
  const samples = new Map<string, Map<string, unknown>>();
  const walk = (value: unknown): void => {
    if (Array.isArray(value)) for (const element of value) walk(element);
    if (!isObject(value)) return;
    for (const [name, member] of Object.entries(value)) {
      const known = samples.get(name) ?? new Map<string, unknown>();
      if (known.size < 6) known.set(JSON.stringify(member), member);
      samples.set(name, known);
      walk(member);
    }
  };
  for (const seed of seeds) walk(seed);
  return new Map([...samples].map(([name, values]) => [name, [...values.values()]]));
}
