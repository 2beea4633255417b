import { MAX_BUNDLE_BYTES } from '../format/bundle.ts';
import { OmsError } from '../format/errors.ts';

/** The most files and directories of a model: followed links could multiply them, and a bundle cannot list as many (OMS-LIMIT-1). */
const MAX_ENTRIES = 2_000_000;

/** The most characters of all names together: the payload of a bundle, in Base64, cannot list more (OMS-LIMIT-1). */
const MAX_NAME_CHARACTERS = (MAX_BUNDLE_BYTES / 4) * 3;

/** The memory that one entry takes in the heap at most, and each character of its name; `npm run memory` measures them. */
const BYTES_PER_ENTRY = 700;
const BYTES_PER_CHARACTER = 2;

/** The heap is looked at only if a listing needs more than this, since the smallest heap in use has room for it. */
const NEGLIGIBLE_BYTES = 32 * 1024 * 1024;

/** Refuses a listing before it exhausts the memory: what it costs are entries and the characters of their names. */
export class ListingBudget {
  #entries = 0;
  #characters = 0;
  #available: number | null = null;

  /** @throws {OmsError} `model/too-many-files`, `model/out-of-memory` */
  take({ length }: string): void {
    this.#entries++;
    this.#characters += length;
    if (this.#entries > MAX_ENTRIES) {
      throw new OmsError('model/too-many-files', `the model has more than ${MAX_ENTRIES} entries`);
    }
    if (this.#characters > MAX_NAME_CHARACTERS) {
      const limit = `more than ${MAX_NAME_CHARACTERS} characters in all, which is more than a bundle can list`;
      throw new OmsError('model/too-many-files', `the names of the first ${this.#entries} entries have ${limit}`);
    }
    const needed = this.#entries * BYTES_PER_ENTRY + this.#characters * BYTES_PER_CHARACTER;
    if (needed > NEGLIGIBLE_BYTES) this.#checkMemory(needed);
  }

  #checkMemory(needed: number): void {
    this.#available ??= process.getBuiltinModule('node:v8').getHeapStatistics().heap_size_limit;
    if (needed <= this.#available) return;
    const listed = `${this.#entries} entries, whose names have ${this.#characters} characters`;
    const limit = `this process may use ${Math.floor(this.#available / 1e6)} MB for them`;
    throw new OmsError(
      'model/out-of-memory',
      `the model has more than ${listed}, and ${limit}: raise the limit with NODE_OPTIONS=--max-old-space-size=MEGABYTES`,
    );
  }
}
