/** A value that is written a piece at a time, because it may be nearly all of a document. */
export class StreamedValue {
  /** The JSON text of the value, in pieces. */
  readonly pieces: Iterable<string>;
  /** The number of bytes expected of all pieces; a wrong number costs memory and time, nothing else. */
  readonly expectedBytes: number;

  constructor(pieces: Iterable<string>, expectedBytes: number) {
    this.pieces = pieces;
    this.expectedBytes = expectedBytes;
  }
}

/** A list that is written some elements at a time, because it may be nearly all of a document. */
export class StreamedList {
  /** The elements, in lists that are not empty. */
  readonly parts: Iterable<readonly unknown[]>;
  /** The number of bytes expected of the list; a wrong number costs memory and time, nothing else. */
  readonly expectedBytes: number;

  constructor(parts: Iterable<readonly unknown[]>, expectedBytes: number) {
    this.parts = parts;
    this.expectedBytes = expectedBytes;
  }
}

/**
 * A document as compact JSON, byte for byte what `JSON.stringify` gives, with any {@link StreamedValue} and {@link StreamedList} in
 * its place.
 * @param roomFor how many bytes the buffer behind the result should have, if that many are expected
 */
export function encodeJson(document: unknown, roomFor = (bytes: number) => bytes): Uint8Array {
  const writer = new Utf8Writer(roomFor(expectedBytes(document)));
  write(document, writer);
  return writer.bytes;
}

function expectedBytes(document: unknown): number {
  let streamed = 0;
  const rest = JSON.stringify(document, (_key, value: unknown) => {
    if (!(value instanceof StreamedValue || value instanceof StreamedList)) return value;
    streamed += value.expectedBytes - 1;
    return 0;
  });
  return rest.length + streamed;
}

function write(value: unknown, writer: Utf8Writer): void {
  if (value instanceof StreamedValue) {
    for (const piece of value.pieces) writer.write(piece);
  } else if (value instanceof StreamedList) {
    writeParts(value.parts, writer);
  } else if (Array.isArray(value)) {
    writeList('[', value, ']', writer, (item) => write(item, writer));
  } else if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).filter(([, member]) => member !== undefined);
    writeList('{', members, '}', writer, ([name, member]) => {
      writer.write(`${JSON.stringify(name)}:`);
      write(member, writer);
    });
  } else {
    writer.write(JSON.stringify(value) ?? 'null');
  }
}

function writeList<T>(
  open: string,
  items: readonly T[],
  close: string,
  writer: Utf8Writer,
  writeItem: (item: T) => void,
) {
  writer.write(open);
  for (const [index, item] of items.entries()) {
    if (index > 0) writer.write(',');
    writeItem(item);
  }
  writer.write(close);
}

/** Each part is written as a list, and then joined to the one before it: joining text instead would take twice as long. */
function writeParts(parts: StreamedList['parts'], writer: Utf8Writer): void {
  let isFirst = true;
  for (const part of parts) {
    const list = JSON.stringify(part);
    if (isFirst) writer.write(list);
    else writer.writeJoined(list);
    isFirst = false;
  }
  if (isFirst) writer.write('[]');
}

/** The bytes that well-formed text takes as a string in JSON, its quotes included. */
export function bytesInJson(text: string): number {
  let bytes = 2;
  for (let i = 0; i < text.length; i++) bytes += bytesOfUnit(text.charCodeAt(i));
  return bytes;
}

/** The control characters that have an escape of two characters; the others take six. */
const SHORT_ESCAPES: ReadonlySet<number> = new Set([0x08, 0x09, 0x0a, 0x0c, 0x0d]);

function bytesOfUnit(unit: number): number {
  if (unit < 0x20) return SHORT_ESCAPES.has(unit) ? 2 : 6;
  if (unit < 0x80) return unit === 0x22 || unit === 0x5c ? 2 : 1;
  const isHalfOfPair = unit >= 0xd800 && unit <= 0xdfff;
  return unit < 0x800 || isHalfOfPair ? 2 : 3;
}

const COMMA = 0x2c;

/** The most bytes of UTF-8 that one UTF-16 unit takes. */
const MAX_BYTES_PER_UNIT = 3;

/** Collects text as UTF-8 in one buffer, without ever holding the whole of it as a string. */
class Utf8Writer {
  readonly #encoder = new TextEncoder();
  #buffer: Uint8Array;
  #length = 0;

  constructor(bytes: number) {
    this.#buffer = new Uint8Array(bytes);
  }

  write(text: string): void {
    const { read, written } = this.#encoder.encodeInto(text, this.#buffer.subarray(this.#length));
    this.#length += written;
    if (read === text.length) return;
    const larger = new Uint8Array(2 * this.#buffer.length + MAX_BYTES_PER_UNIT * text.length);
    larger.set(this.#buffer);
    this.#buffer = larger;
    this.write(text.slice(read));
  }

  /** Writes a list in JSON as the rest of the list that was written last; neither is empty. */
  writeJoined(list: string): void {
    const closingBracket = --this.#length;
    this.write(list);
    this.#buffer[closingBracket] = COMMA;
  }

  get bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.#length);
  }
}
