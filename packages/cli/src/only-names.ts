import { quote } from '@model-signing/core';
import { CommandError } from './failure.ts';
import { InvalidValue } from './grammar.ts';
import { asText, readNamesFile } from './input-file.ts';
import { canonicalName } from './source-options.ts';

/** The flags that name files of a model, in place of all. */
export interface OnlyFlags {
  readonly only?: readonly string[];
  /** A file that lists names, one on each line. */
  readonly onlyFrom?: string;
}

/** As many as a signature can list. */
const MAX_NAMES = 1_000_000;

/**
 * The names of the files to look at; undefined for all files.
 * @throws {CommandError} `command/not-found`; `command/unreadable` for a list without names, and for one in which a line is no name
 */
export async function namesOf(
  { only, onlyFrom }: OnlyFlags,
  signal: AbortSignal,
): Promise<readonly string[] | undefined> {
  if (onlyFrom === undefined) return only;
  const names = parseNames(await readNamesFile(onlyFrom, signal), onlyFrom);
  return [...(only ?? []), ...names];
}

/**
 * Parses a list of names. Lines end in LF or CRLF, empty ones are skipped, and a name that comes twice counts once.
 * @param file what messages call the list
 */
function parseNames(bytes: Uint8Array, file: string): string[] {
  const names = new Set<string>();
  let line = 0;
  for (const text of textOf(bytes, file).split('\n')) {
    line++;
    const name = text.endsWith('\r') ? text.slice(0, -1) : text;
    if (name === '') continue;
    try {
      names.add(canonicalName(name));
    } catch (error) {
      if (!(error instanceof InvalidValue)) throw error;
      throw unusable(file, `line ${line} is ${quote(name)}. ${error.message}`);
    }
    if (names.size > MAX_NAMES) throw unusable(file, `it has more than ${MAX_NAMES} names`);
  }
  if (names.size === 0) throw unusable(file, 'it has no names');
  return [...names];
}

function textOf(bytes: Uint8Array, file: string): string {
  const text = asText(bytes, 'list of names');
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(text);
  } catch {
    const before = new TextDecoder().decode(text).split('\ufffd', 1)[0] as string;
    throw unusable(file, `line ${before.split('\n').length} is not valid UTF-8`);
  }
}

function unusable(file: string, why: string): CommandError {
  const where = file === '-' ? 'on standard input' : quote(file);
  return new CommandError('command/unreadable', `the list of names ${where} cannot be used: ${why}`);
}
