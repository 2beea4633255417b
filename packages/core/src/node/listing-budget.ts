import { MAX_BUNDLE_BYTES } from '../format/bundle.ts';
import { OmsError } from '../format/errors.ts';
import { heapBytes } from './heap.ts';

/** The most files and directories of a model: followed links could multiply them, and a bundle cannot list as many (OMS-LIMIT-4). */
const MAX_ENTRIES = 2_000_000;

/** The most characters of all names together: the payload of a bundle, in Base64, cannot list more (OMS-LIMIT-1). */
const MAX_NAME_CHARACTERS = (MAX_BUNDLE_BYTES / 4) * 3;

/** What one entry, and one character of its name, take in the heap at most while a model is signed; `npm run memory` measures it. */
const BYTES_PER_ENTRY = 700;
const BYTES_PER_CHARACTER = 2;

/** Every heap in use has room for a listing that needs less than this. */
const NEGLIGIBLE_BYTES = 16 * 1024 * 1024;

/** What an error takes, about, with its stack and that of its cause, in characters. */
const CHARACTERS_PER_ERROR = 2000;

/**
 * Refuses a listing before it exhausts the memory: what it costs are its entries, the characters of their names, and those of all
 * other texts that are kept, such as the targets of links.
 */
export class ListingBudget {
  #entries = 0;
  #characters = 0;
  #kept = 0;
  #available: number | null = null;

  /**
   * Counts an entry whose name has so many characters.
   * @throws {OmsError} `model/too-many-files`, `model/out-of-memory`
   */
  take(length: number): void {
    this.#entries++;
    this.#characters += length;
    if (this.#entries > MAX_ENTRIES) {
      throw new OmsError('model/too-many-files', `the model has more than ${MAX_ENTRIES} entries`);
    }
    if (this.#characters > MAX_NAME_CHARACTERS) {
      const limit = `more than ${MAX_NAME_CHARACTERS} characters in all, which no bundle can list`;
      throw new OmsError('model/too-many-files', `the names of the first ${this.#entries} entries have ${limit}`);
    }
    this.#check();
  }

  /**
   * Counts a text of so many characters that is kept besides the names.
   * @throws {OmsError} `model/out-of-memory`
   */
  keep(length: number): void {
    this.#kept += length;
    this.#check();
  }

  /**
   * Counts an error that is kept.
   * @throws {OmsError} `model/out-of-memory`
   */
  keepError(): void {
    this.keep(CHARACTERS_PER_ERROR);
  }

  #check(): void {
    const needed = this.#entries * BYTES_PER_ENTRY + (this.#characters + this.#kept) * BYTES_PER_CHARACTER;
    if (needed > NEGLIGIBLE_BYTES) this.#checkMemory(needed);
  }

  #checkMemory(needed: number): void {
    this.#available ??= heapBytes();
    if (needed <= this.#available) return;
    const besides = this.#kept === 0 ? '' : `, and ${this.#kept} characters of links and errors`;
    const listed = `${this.#entries} entries and more, whose names have ${this.#characters} characters${besides}`;
    const megabytes = Math.floor(this.#available / 2 ** 20);
    const advice = 'raise the limit with NODE_OPTIONS=--max-old-space-size=MEGABYTES, or leave a part out';
    const message = `the model has ${listed}: too many for the ${megabytes} MB of memory of this process; ${advice}`;
    throw new OmsError('model/out-of-memory', message);
  }
}
