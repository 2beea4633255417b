import { parseArgs } from 'node:util';
import { usageError } from './failure.ts';
import {
  type Command,
  commandsBelow,
  type Flag,
  type FlagValues,
  flagTerm,
  type Group,
  helpFlag,
  InvalidValue,
  isGroup,
  keyOf,
  ownFlags,
  type Path,
  type Program,
  pathText,
  versionFlag,
} from './grammar.ts';
import { didYouMean } from './suggestions.ts';

/** What a command line asks for. */
export type Request =
  | { readonly kind: 'run'; readonly command: Command; readonly operand: string; readonly flags: FlagValues }
  | { readonly kind: 'help'; readonly path: Path }
  | { readonly kind: 'version' };

/** A flag as it was typed. */
interface GivenFlag {
  /** With its hyphens and without its value, which may be a secret. */
  readonly typed: string;
  readonly name: string;
  readonly value: string | undefined;
  /** Whether the value was joined to it by an equals sign. */
  readonly inline: boolean;
}

/**
 * Reads a command line. Flags may stand anywhere, and `_` and `-` are the same in them.
 * @throws {CommandError} `command/usage`, with a hint if a word looks mistyped
 */
export function readCommandLine(
  argv: readonly string[],
  program: Program,
  environment: NodeJS.ProcessEnv = process.env,
): Request {
  const known = new Map(commandsBelow([program]).flatMap(flagsByName));
  const { given, words, asksForVersion } = split(argv, known);
  if (asksForVersion) return { kind: 'version' };
  const { path, operands } = resolve(program, words, !given.every(({ name }) => known.has(name)));
  if (given.some(({ name }) => name === helpFlag.name || name === helpFlag.short)) return { kind: 'help', path };
  const entry = path.at(-1) as Group | Command;
  if (isGroup(entry)) throw incomplete(entry, operands[0], given, path);
  const flags = readFlags(given, path, entry);
  const operand = readOperand(operands, entry, path);
  for (const flag of entry.flags) {
    if (!flag.required || flags[keyOf(flag.name)] !== undefined) continue;
    const { variable } = flag;
    if (variable === undefined) throw wrong(path, `the option '${flagTerm(flag)}' is required`);
    if (!environment[variable]) throw wrong(path, `the option '${flagTerm(flag)}' is required`, `or set ${variable}`);
  }
  return { kind: 'run', command: entry, operand, flags };
}

/** The flags that can be typed after a path, hidden ones too, by their long and short names. */
function flagsByName(path: Path): [string, Flag][] {
  const entry = path.at(-1) as Group | Command;
  const hidden = isGroup(entry) ? [] : entry.flags.filter((flag) => flag.hidden);
  const flags = [...ownFlags(path), ...hidden, ...path[0].flags];
  const named = flags.map((flag): [string, Flag] => [flag.name, flag]);
  return [...named, ...flags.flatMap((flag): [string, Flag][] => (flag.short ? [[flag.short, flag]] : []))];
}

/** The flags and the other words of a command line, each in their order. */
interface SplitLine {
  readonly given: GivenFlag[];
  readonly words: string[];
  /** Whether the flag of the version is before the first word. */
  readonly asksForVersion: boolean;
}

/** Separates flags from other words, by all flags of the program, since the command is not known yet. */
function split(argv: readonly string[], known: ReadonlyMap<string, Flag>): SplitLine {
  const options = [...new Set(known.values())].map(({ name, short, value }) => {
    return [name, { type: value === undefined ? 'boolean' : 'string', ...(short && { short }) }] as const;
  });
  const { tokens } = parseArgs({
    args: argv.map((word) => canonical(word, known)),
    options: Object.fromEntries(options),
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  // Words and values are taken from argv itself, where no `_` was replaced.
  const words = tokens.flatMap(({ kind, index }) => (kind === 'positional' ? [argv[index] as string] : []));
  const given = tokens.flatMap((token) => {
    if (token.kind !== 'option') return [];
    const { name, rawName, inlineValue: inline = false, index } = token;
    const [written] = (argv[index] as string).split('=', 1);
    const typed = rawName.startsWith('--') ? (written as string) : rawName;
    return [{ name, typed, inline, value: token.value === undefined || inline ? token.value : argv[index + 1] }];
  });
  const first = tokens.findIndex(({ kind }) => kind === 'positional');
  const before = first === -1 ? tokens : tokens.slice(0, first);
  const asksForVersion = before.some(
    (token) => token.kind === 'option' && argv[token.index] === `--${versionFlag.name}`,
  );
  return { given, words, asksForVersion };
}

/** Spells a long flag as it is declared, and reduces a word of short flags to the first unknown one, if there is one. */
function canonical(word: string, known: ReadonlyMap<string, Flag>): string {
  if (word.startsWith('--')) return word.replace(/^[^=]+/, (name) => name.replaceAll('_', '-'));
  const unknown = word.startsWith('-') ? [...word.slice(1)].find((letter) => !known.has(letter)) : undefined;
  return unknown === undefined ? word : `-${unknown}`;
}

/**
 * Finds the command that the first words name, or the fallback of their group. If two words follow a group, the first is taken
 * for a command, so that a mistyped command is refused instead of signing a model of that name. This does not apply if there is
 * an unknown flag, because the second word may be its value.
 */
function resolve(program: Program, words: readonly string[], unknownFlag: boolean): { path: Path; operands: string[] } {
  const operands = [...words];
  let path: Path = [program];
  let entry: Group | Command = program;
  while (isGroup(entry)) {
    const next: Group | Command | undefined = entry.commands.find(({ name }) => name === operands[0]);
    if (next) operands.shift();
    if (!next && entry.future?.includes(operands[0] ?? ''))
      throw usageError(`the ${entry.noun} ${operands[0]} is not available in this version`);
    const fallback: Command | undefined =
      operands.length === 1 || (operands.length > 1 && unknownFlag) ? entry.fallback : undefined;
    if (!next && !fallback) break;
    entry = (next ?? fallback) as Group | Command;
    path = [...path, entry];
  }
  return { path, operands };
}

/** The error for a line that names no command. */
function incomplete(group: Group, word: string | undefined, given: readonly GivenFlag[], path: Path): Error {
  const names = group.commands.map(({ name }) => name);
  const expected = `${pathText(path)} must be followed by one of: ${names.join(', ')}`;
  if (word === undefined) {
    readFlags(given, path, group);
    return wrong(path, expected);
  }
  const problem = `unknown ${group.noun} '${word}'`;
  return wrong(path, path.length === 1 ? problem : `${problem}: ${expected}`, didYouMean(word, names));
}

/** @throws {CommandError} `command/usage` for a value that is wrong, and for flags that are unknown, repeated or in conflict */
function readFlags(given: readonly GivenFlag[], path: Path, entry: Group | Command): FlagValues {
  const declared = new Map(flagsByName(path));
  const values: Record<string, unknown> = {};
  const seen = new Map<string, Flag>();
  for (const one of given) {
    const flag = declared.get(one.name);
    if (!flag) continue;
    const repeated = seen.has(flag.name) && flag.value !== undefined && !flag.repeatable;
    if (repeated) throw wrong(path, `option '${flagTerm(flag)}' cannot be given more than once`);
    seen.set(flag.name, flag);
    const key = keyOf(flag.name);
    values[key] = flagValue(flag, one, values[key], path);
  }
  for (const flag of seen.values()) {
    const other = flag.conflicts?.map((name) => seen.get(name)).find((conflicting) => conflicting);
    if (other) throw wrong(path, `option '${flagTerm(flag)}' cannot be used with option '${flagTerm(other)}'`);
    if (flag.implies !== undefined) values[keyOf(flag.implies)] ??= true;
  }
  const unknown = given.find(({ name }) => !declared.has(name));
  if (unknown) throw unknownFlag(unknown.typed, path);
  const presets = isGroup(entry) ? [] : entry.flags.filter(({ preset }) => preset !== undefined);
  return { ...Object.fromEntries(presets.map(({ name, preset }) => [keyOf(name), preset])), ...values };
}

function flagValue(flag: Flag, { value, inline }: GivenFlag, previous: unknown, path: Path): unknown {
  const invalid = (why: string) =>
    wrong(path, `option '${flagTerm(flag)}' argument '${value}' is invalid. ${why.replace(/\.$/, '')}`);
  if (flag.value === undefined) {
    if (inline) throw wrong(path, `option '${flagTerm(flag)}' takes no value`);
    return !flag.name.startsWith('no-');
  }
  if (value === undefined) throw wrong(path, `option '${flagTerm(flag)}' argument missing`);
  if (flag.choices?.includes(value) === false) throw invalid(`Allowed choices are ${flag.choices.join(', ')}`);
  try {
    return flag.parse ? flag.parse(value, previous) : value;
  } catch (error) {
    throw error instanceof InvalidValue ? invalid(error.message) : error;
  }
}

function unknownFlag(typed: string, path: Path): Error {
  const candidates = [...ownFlags(path), ...path[0].flags].map(({ name }) => `--${name}`);
  return wrong(path, `unknown option '${typed}'`, didYouMean(typed.replaceAll('_', '-'), candidates));
}

function readOperand(operands: readonly string[], { name, operand }: Command, path: Path): string {
  const [value] = operands;
  if (value === undefined) throw wrong(path, `missing required argument '${operand.name}'`);
  if (operands.length > 1)
    throw wrong(path, `too many arguments for '${name}'. Expected 1 argument but got ${operands.length}`);
  if (operand.choices?.includes(value) === false)
    throw wrong(path, `the ${operand.name} ${JSON.stringify(value)} is not one of ${operand.choices.join(', ')}`);
  return value;
}

/** A usage error that says where help is. */
function wrong(path: Path, problem: string, suggestion: string | null = null): Error {
  return usageError(problem, ...(suggestion === null ? [] : [suggestion]), `see ${pathText(path)} --help`);
}
