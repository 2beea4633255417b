import { encodeUtf8 } from '../format/encoding.ts';
import { parseJsonOf } from '../format/json.ts';
import { quote } from '../format/text.ts';
import type { FileState } from './file-identity.ts';

/** What a record says: for which signature it is, and how each file was when it was hashed. */
export interface ReuseRecord {
  /** SHA-256 of the bundle, in lowercase hexadecimal. */
  readonly bundle: string;
  readonly files: ReadonlyMap<string, FileState>;
}

const FORMAT = 'model-signing-reuse/1';

/** The most bytes of a record. A model whose record would be larger has none: it has many small files, which are hashed as fast. */
export const MAX_RECORD_BYTES = 64 * 1024 * 1024;

/** Device, file number, size, time of the content, time of any change. */
const STATE_PARTS = 5;

const document = {
  title: 'record',
  refuse: (_: string, message: string) => new Error(message),
};

/**
 * Writes a record. It holds no digest, so the most that it can do is to name a file as unchanged.
 * @returns null if it would be too large
 */
export function encodeRecord({ bundle, files }: ReuseRecord): string | null {
  const entries = Array.from(files, ([name, state]) => [name, ...state.split(':')]);
  const text = `${JSON.stringify({ format: FORMAT, bundle, files: entries })}\n`;
  return encodeUtf8(text).length > MAX_RECORD_BYTES ? null : text;
}

/**
 * Reads a record as untrusted input.
 * @throws {Error} that says what is wrong with it
 */
export function parseRecord(bytes: Uint8Array): ReuseRecord {
  const limits = { maxBytes: MAX_RECORD_BYTES, maxDepth: 3, maxValues: MAX_RECORD_BYTES / 16 };
  const value = parseJsonOf(bytes, document, limits);
  const { format, bundle, files, ...rest } = asObject(value);
  if (format !== FORMAT) throw new Error(`its format is not ${quote(FORMAT)}`);
  if (typeof bundle !== 'string' || !/^[0-9a-f]{64}$/.test(bundle)) throw new Error('it names no signature');
  if (!Array.isArray(files) || Object.keys(rest).length > 0) throw new Error('it has other members than a record');
  const states = new Map<string, FileState>();
  for (const entry of files) {
    const [name, state] = parseEntry(entry);
    if (states.has(name)) throw new Error(`it names ${quote(name)} twice`);
    states.set(name, state);
  }
  return { bundle, files: states };
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw new Error('it is not a JSON object');
}

function parseEntry(entry: unknown): [string, FileState] {
  if (!Array.isArray(entry) || entry.length !== 1 + STATE_PARTS) throw new Error('an entry has not six parts');
  const [name, ...parts] = entry as unknown[];
  if (typeof name !== 'string' || !parts.every(isNumber)) throw new Error('an entry is not a name and five numbers');
  return [name, parts.join(':')];
}

/** Times before 1970 are negative. Numbers are texts because nanoseconds exceed what a JSON number keeps. */
function isNumber(value: unknown): value is string {
  return typeof value === 'string' && /^-?\d{1,20}$/.test(value);
}
