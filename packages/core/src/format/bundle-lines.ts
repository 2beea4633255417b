import { sha256 } from '#platform';
import { MAX_BUNDLE_BYTES } from './bundle.ts';
import { encodingProblem } from './encoding.ts';
import { OmsError } from './errors.ts';

/** One entry of a file of bundles: a bundle that can be opened, or why there is none. `line` is where it begins, counted from 1. */
export type BundleLine =
  | { readonly kind: 'bundle'; readonly line: number; readonly bytes: Uint8Array }
  | { readonly kind: 'duplicate'; readonly line: number; readonly of: number }
  | { readonly kind: 'unknown'; readonly line: number; readonly problem: string };

/** Far more than one model has; it bounds the time to verify them. */
export const MAX_BUNDLES = 10_000;

const LINE_FEED = 0x0a;
const SPACE = 0x20;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;

/**
 * The bundles of a file in JSON Lines, one at a time, so that the file need not fit into memory. Documents on several lines are read
 * too: they begin with a brace that is not indented, and end with a line that is a brace. Blank lines are left out, and whatever else is
 * no bundle is reported in its place, without effect on the others. An entry that is equal to an earlier one is a duplicate.
 * @param chunks the bytes of the file, in pieces of any size
 * @throws {OmsError} `bundle/too-large` at the entry after the 10,000th
 *
 * @example
 * for await (const entry of bundleLines([await readFile('my-model.attestations.jsonl')])) {
 *   if (entry.kind === 'bundle') console.log(entry.line, entry.bytes.length);
 * }
 */
export async function* bundleLines(
  chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): AsyncGenerator<BundleLine, void, void> {
  const seen = new Map<string, number>();
  let count = 0;
  for await (const entry of entriesOf(chunks)) {
    if (++count > MAX_BUNDLES) {
      throw new OmsError('bundle/too-large', `the file holds more than ${MAX_BUNDLES} bundles`);
    }
    if (entry.bytes === null) {
      yield { kind: 'unknown', line: entry.line, problem: `it has more than ${MAX_BUNDLE_BYTES} bytes` };
    } else if (!isObjectText(entry.bytes)) {
      yield { kind: 'unknown', line: entry.line, problem: encodingProblem(entry.bytes) ?? 'it is no JSON object' };
    } else {
      const digest = sha256([entry.bytes]);
      const of = seen.get(digest);
      if (of === undefined) seen.set(digest, entry.line);
      yield of === undefined
        ? { kind: 'bundle', line: entry.line, bytes: entry.bytes }
        : { kind: 'duplicate', line: entry.line, of };
    }
  }
}

/** A line or a document on several lines; null for one that is too long to hold. The bytes of a line may be those of a chunk. */
interface Text {
  readonly line: number;
  readonly bytes: Uint8Array | null;
  readonly isIndented: boolean;
}

/** The entries of a file. What has to be done for each line is done without waiting, since there may be very many. */
async function* entriesOf(chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): AsyncGenerator<Text, void, void> {
  const lines = new Lines();
  const documents = new Documents();
  for await (const chunk of chunks) {
    for (const line of lines.of(chunk)) {
      for (const entry of documents.with(line)) yield entry;
    }
  }
  for (const line of lines.end()) {
    for (const entry of documents.with(line)) yield entry;
  }
  for (const entry of documents.end()) yield entry;
}

const NONE: readonly Text[] = [];

/** Joins the lines of documents on several lines. */
class Documents {
  readonly #gathered = new Gathered();
  /** Where a document begins that has not ended. */
  #opened: number | null = null;

  /** The entries that end by this line. */
  with(text: Text): readonly Text[] {
    const { bytes, line, isIndented } = text;
    const begins = bytes !== null && bytes[0] === OPENING_BRACE && !isIndented;
    if (this.#opened !== null && bytes !== null && !begins) {
      this.#gathered.add(LINE_END);
      this.#gathered.add(bytes);
      return isIndented || bytes.length > 1 || bytes[0] !== CLOSING_BRACE ? NONE : this.end();
    }
    const before = this.end();
    if (!begins || bytes.at(-1) === CLOSING_BRACE) return [...before, copied(text)];
    this.#opened = line;
    this.#gathered.add(bytes);
    return before;
  }

  /** The document that has not ended, if there is one. */
  end(): readonly Text[] {
    if (this.#opened === null) return NONE;
    const document = { line: this.#opened, bytes: this.#gathered.take(), isIndented: false };
    this.#opened = null;
    return [document];
  }
}

const LINE_END = Uint8Array.of(LINE_FEED);

/** Bytes that arrive in parts, in one buffer: as objects, very many short parts would take far more memory than their bytes. */
class Gathered {
  #buffer = new Uint8Array(0);
  #length = 0;

  get isEmpty(): boolean {
    return this.#length === 0;
  }

  add(bytes: Uint8Array): void {
    const length = this.#length + bytes.length;
    if (length > MAX_BUNDLE_BYTES) {
      this.#buffer = new Uint8Array(0);
    } else if (length > this.#buffer.length) {
      const larger = new Uint8Array(Math.min(Math.max(length, 2 * this.#buffer.length), MAX_BUNDLE_BYTES));
      larger.set(this.#buffer.subarray(0, this.#length));
      this.#buffer = larger;
    }
    if (length <= MAX_BUNDLE_BYTES) this.#buffer.set(bytes, this.#length);
    this.#length = length;
  }

  /** What has arrived, and begins anew; null for more than a bundle may have. */
  take(): Uint8Array | null {
    const bytes = this.#length > MAX_BUNDLE_BYTES ? null : this.#buffer.subarray(0, this.#length);
    this.#buffer = new Uint8Array(0);
    this.#length = 0;
    return bytes;
  }
}

/** The lines that are not blank, without white space around them. */
class Lines {
  readonly #gathered = new Gathered();
  #line = 1;

  *of(chunk: Uint8Array): Generator<Text, void, void> {
    let from = 0;
    for (let feed = chunk.indexOf(LINE_FEED); feed !== -1; feed = chunk.indexOf(LINE_FEED, from)) {
      const rest = chunk.subarray(from, feed);
      if (this.#gathered.isEmpty) {
        yield* shown(trimmed(this.#line++, rest));
      } else {
        this.#gathered.add(rest);
        yield* this.end();
      }
      from = feed + 1;
    }
    if (from < chunk.length) this.#gathered.add(chunk.subarray(from));
  }

  end(): readonly Text[] {
    const bytes = this.#gathered.take();
    const line = this.#line++;
    return shown(bytes === null ? { line, bytes, isIndented: false } : trimmed(line, bytes));
  }
}

/** A reader may use the memory of a chunk again. */
function copied({ bytes, ...text }: Text): Text {
  return { ...text, bytes: bytes && new Uint8Array(bytes) };
}

/** The line, unless it is blank. */
function shown(text: Text): readonly Text[] {
  return text.bytes === null || text.bytes.length > 0 ? [text] : NONE;
}

function trimmed(line: number, bytes: Uint8Array): Text {
  let start = 0;
  let end = bytes.length;
  while (start < end && isSpace(bytes[start])) start++;
  while (end > start && isSpace(bytes[end - 1])) end--;
  return { line, bytes: bytes.subarray(start, end), isIndented: start > 0 };
}

/** The white space of JSON other than the line feed. */
function isSpace(byte: number | undefined): boolean {
  return byte === SPACE || byte === 0x09 || byte === 0x0d;
}

function isObjectText(bytes: Uint8Array): boolean {
  return bytes[0] === OPENING_BRACE && bytes.at(-1) === CLOSING_BRACE;
}
