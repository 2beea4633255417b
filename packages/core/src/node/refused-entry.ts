import type { OmsError } from '../format/errors.ts';
import type { UnusableEntry } from '../model.ts';

/** Makes its error only when it is needed, since a model may have very many such entries and errors are large. */
export class RefusedEntry implements UnusableEntry {
  readonly name: string;
  readonly #makeError: (name: string) => OmsError;

  constructor(name: string, makeError: (name: string) => OmsError) {
    this.name = name;
    this.#makeError = makeError;
  }

  get error(): OmsError {
    return this.#makeError(this.name);
  }
}
