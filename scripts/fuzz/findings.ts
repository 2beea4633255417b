import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Failure } from './messages.ts';

/** The most files for failures that look alike. */
const MAX_ALIKE = 2;

/** The command that tries the input of a failure again. */
export function replayCommand(seed: string, { target, id }: Pick<Failure, 'target' | 'id'>): string {
  return `npm run fuzz -- --seed ${seed} --input ${id} ${target}`;
}

/** Writes the inputs of failures into a folder, each beside a text that says what happened and how to see it again. */
export class Findings {
  readonly #folder: string;
  readonly #seed: string;
  readonly #seen = new Map<string, number>();

  constructor(folder: string, seed: string) {
    this.#folder = folder;
    this.#seed = seed;
  }

  /** @returns the file, or null if there are enough of its kind */
  write(failure: Failure): string | null {
    const { target, id, kind, message, trait, input } = failure;
    const alike = `${target} ${kind} ${trait}`;
    const seen = this.#seen.get(alike) ?? 0;
    this.#seen.set(alike, seen + 1);
    if (seen >= MAX_ALIKE) return null;
    mkdirSync(this.#folder, { recursive: true });
    const file = path.join(this.#folder, `${target}-${this.#seed}-${id}`);
    if (input !== null) writeFileSync(file, Buffer.from(input, 'base64'));
    writeFileSync(`${file}.txt`, `${kind}\n${replayCommand(this.#seed, failure)}\n\n${message}\n`);
    return file;
  }
}
