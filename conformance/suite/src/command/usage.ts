import { existsSync } from 'node:fs';
import path from 'node:path';
import { type ParseArgsConfig, parseArgs } from 'node:util';
import { UsageError } from '../errors.ts';
import { unknownName } from '../nearest.ts';

/** The exit codes. */
export const exit = { done: 0, failed: 1, usage: 2, cannotRun: 3, interrupted: 130 } as const;

/**
 * Splits the arguments of the command, called in `base`, from the adapters, each of which follows a `--`.
 * @throws {UsageError}
 */
export function splitAdapters(
  args: readonly string[],
  base: string = process.cwd(),
): { own: string[]; adapters: string[][] } {
  const first = args.indexOf('--');
  if (first === -1) return { own: [...args], adapters: [] };
  const adapters: string[][] = [[]];
  for (const word of args.slice(first + 1)) {
    if (word === '--') adapters.push([]);
    else adapters.at(-1)?.push(fromHere(word, base));
  }
  if (adapters.some((adapter) => adapter.length === 0)) throw new UsageError('an adapter is missing behind "--"');
  return { own: args.slice(0, first), adapters };
}

/** Makes the path of a file absolute, because adapters run in other directories. */
function fromHere(word: string, base: string): string {
  const isPath = word.includes('/') || word.includes(path.sep) || /\.\w+$/.test(word);
  const file = path.resolve(base, word);
  return isPath && !word.startsWith('-') && existsSync(file) ? file : word;
}

/**
 * Parses a whole number in a range.
 * @throws {UsageError}
 */
export function wholeNumber(text: string, flag: string, from: number, to: number): number {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= from && value <= to)) {
    throw new UsageError(`--${flag} takes a whole number from ${from} to ${to}, not "${text}"`);
  }
  return value;
}

/**
 * Reads the flags of a command.
 * @throws {UsageError}
 */
export function parseFlags<T extends ParseArgsConfig>(config: T): ReturnType<typeof parseArgs<T>> {
  try {
    return parseArgs(config);
  } catch (error) {
    throw new UsageError(flagProblem(config) ?? (error as Error).message);
  }
}

/** What is wrong with the flags of a command line, as text; null if it is something else. */
function flagProblem({ args = [], options = {}, allowPositionals = false }: ParseArgsConfig): string | null {
  const { tokens } = parseArgs({ args: [...args], options, strict: false, allowPositionals: true, tokens: true });
  for (const token of tokens) {
    if (token.kind === 'positional' && !allowPositionals) return `"${token.value}" is not a flag, and not needed here`;
    if (token.kind !== 'option') continue;
    const { name, rawName, value, inlineValue } = token;
    const known = Object.hasOwn(options, name) ? options[name] : undefined;
    if (!known) return unknownName(`there is no flag ${rawName}`, name, Object.keys(options), '--');
    if (known.type === 'boolean' && value !== undefined) return `${rawName} takes no value`;
    if (known.type === 'string' && (value === undefined || (!inlineValue && value.startsWith('-')))) {
      return `${rawName} takes a value; one that starts with a dash is written ${rawName}=VALUE`;
    }
  }
  return null;
}
