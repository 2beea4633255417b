import { parseArgs } from 'node:util';
import { quote } from '@model-signing/core';
import { flagsByName, type GivenFlag, inQuotes, readFlags, refuseSharedInput, wrong } from './flag-values.ts';
import {
  type Command,
  commandsBelow,
  type Flag,
  type FlagValues,
  flagTerm,
  type Group,
  helpFlag,
  isGroup,
  keyOf,
  type Path,
  type Program,
  pathText,
  versionFlag,
} from './grammar.ts';
import { chooseMethod } from './method-choice.ts';
import { didYouMean } from './suggestions.ts';
import { refuseMistakes } from './word-checks.ts';

/** What a command line asks for. */
export type Request =
  | { readonly kind: 'run'; readonly command: Command; readonly operand: string; readonly flags: FlagValues }
  | { readonly kind: 'help'; readonly path: Path }
  | {
      readonly kind: 'version';
      /** Whether what the version runs on is wanted too. */
      readonly inDetail?: true;
    };

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
  const line = split(argv, known);
  const { given, words, namesUpTo } = line;
  refuseMistakes(given, words, known, walk(program, words.slice(0, namesUpTo)));
  const [word, ...others] = namesUpTo > 0 ? words : [];
  if (line.asksForVersion) return { kind: 'version' };
  if (word === 'version' && others.length === 0) return { kind: 'version', inDetail: true };
  if (word === 'version') throw wrong([program], "too many arguments for 'version', which takes none");
  if (word === 'help') return { kind: 'help', path: named(program, others) };
  const asksForHelp = given.some(({ name }) => name === helpFlag.name || name === helpFlag.short);
  const { path, operands, inferred } = resolve(program, line, known, asksForHelp, environment);
  if (asksForHelp) return { kind: 'help', path };
  const entry = path.at(-1) as Group | Command;
  if (isGroup(entry) && operands.length > 0 && namesUpTo < path.length) throw notNamed(entry, path);
  if (isGroup(entry)) throw incomplete(entry, operands, given, path);
  const flags = readFlags(given, path, inferred);
  const operand = readOperand(operands, given, known, entry, path);
  requireFlags(entry, flags, path, environment);
  refuseSharedInput(given, entry.operand.repeatable ? operands : [operand], path);
  const more = entry.operand.repeatable ? { operands } : {};
  return { kind: 'run', command: entry, operand, flags: { ...flags, ...more } };
}

function requireFlags(command: Command, flags: FlagValues, path: Path, environment: NodeJS.ProcessEnv): void {
  for (const flag of command.flags) {
    if (!flag.required || isGiven(flag, flags, environment)) continue;
    const { variable, alternative } = flag;
    const others = [...(variable ? [`set ${variable}`] : []), ...(alternative ? [`give --${alternative}`] : [])];
    const hint = others.length > 0 ? `or ${others.join(', or ')}` : null;
    throw wrong(path, `the option '${flagTerm(flag)}' is required`, hint);
  }
}

/** Whether a flag is given, or what stands in for it. */
function isGiven({ name, variable, alternative }: Flag, flags: FlagValues, environment: NodeJS.ProcessEnv): boolean {
  const names = alternative === undefined ? [name] : [name, alternative];
  return names.some((one) => flags[keyOf(one)] !== undefined) || Boolean(variable && environment[variable]);
}

/** The flags and the other words of a command line, each in their order. */
interface SplitLine {
  readonly given: GivenFlag[];
  readonly words: string[];
  /** How many of the words are before `--`, since the others are no names of commands. */
  readonly namesUpTo: number;
  /** Whether the flag of the version is before the first word. */
  readonly asksForVersion: boolean;
}

/** Words of the program that are no commands. */
const ownWords: readonly string[] = [helpFlag.name, versionFlag.name];

/** How the version is requested, since programs disagree on the short form. */
const versionFlags: readonly string[] = [`--${versionFlag.name}`, '-v', '-V'];

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
    ({ kind, index }) => kind === 'option' && versionFlags.includes(argv[index] as string),
  );
  const end = tokens.findIndex(({ kind }) => kind === 'option-terminator');
  const names = end === -1 ? tokens : tokens.slice(0, end);
  const namesUpTo = names.filter(({ kind }) => kind === 'positional').length;
  return { given, words, namesUpTo, asksForVersion };
}

/** Spells a long flag as it is declared, and reduces a word of short flags to the first unknown one, if there is one. */
function canonical(word: string, known: ReadonlyMap<string, Flag>): string {
  if (word.startsWith('--')) return word.replace(/^[^=]+/, (name) => name.replaceAll('_', '-'));
  const unknown = word.startsWith('-') ? [...word.slice(1)].find((letter) => !known.has(letter)) : undefined;
  return unknown === undefined ? word : `-${unknown}`;
}

/** The command or group that words name, for its help. */
function named(program: Program, words: readonly string[]): Path {
  let path: Path = [program];
  // They have no help of their own: that of the program lists them.
  if (words.length === 1 && ownWords.some((name) => name === words[0])) return path;
  for (const word of words) {
    const entry = path.at(-1) as Group | Command;
    const next = isGroup(entry) ? entry.commands.find(({ name }) => name === word) : undefined;
    if (next) path = [...path, next];
    else if (isGroup(entry)) throw incomplete(entry, [word], [], path);
  }
  return path;
}

interface Resolved {
  readonly path: Path;
  readonly operands: readonly string[];
  /** Whether the last command of the path was not named. */
  readonly inferred: boolean;
}

/**
 * Finds the command that the first words name, or the one of their group that the flags select. If two words follow a group, the
 * first is taken for a command, so that a mistyped command is refused instead of signing a model of that name. This does not
 * apply if there is an unknown flag, because the second word may be its value.
 */
function resolve(
  program: Program,
  { given, words, namesUpTo }: SplitLine,
  known: ReadonlyMap<string, Flag>,
  asksForHelp: boolean,
  environment: NodeJS.ProcessEnv,
): Resolved {
  const hasUnknownFlag = given.some(({ name }) => !known.has(name));
  const path = walk(program, words.slice(0, namesUpTo));
  const entry = path.at(-1) as Group | Command;
  const operands = words.slice(path.length - 1);
  const { fallback } = isGroup(entry) ? entry : {};
  const count = operands.length + (standIn(given, known) ? 1 : 0);
  const isModel = count === 1 || (count > 1 && hasUnknownFlag);
  if (!fallback || !isModel) return { path, operands, inferred: false };
  try {
    return { path: [...path, chooseMethod(path, fallback, given, environment)], operands, inferred: true };
  } catch (error) {
    if (asksForHelp) return { path, operands, inferred: false };
    throw error;
  }
}

/** Follows words from the program as far as they name a command. */
function walk(program: Program, words: readonly string[]): Path {
  let path: Path = [program];
  for (const word of words) {
    const entry = path.at(-1) as Group | Command;
    const next = isGroup(entry) ? entry.commands.find(({ name }) => name === word) : undefined;
    if (!next) return path;
    path = [...path, next];
  }
  return path;
}

function mustFollow({ commands }: Group, path: Path): string {
  return `${pathText(path)} must be followed by one of: ${commands.map(({ name }) => name).join(', ')}`;
}

/** The error for a line whose words that could name a command are all after `--`. */
function notNamed(group: Group, path: Path): Error {
  return wrong(path, mustFollow(group, path), `the ${group.noun} stands before --`);
}

/** The error for a line that names no command. */
function incomplete(group: Group, words: readonly string[], given: readonly GivenFlag[], path: Path): Error {
  const names = group.commands.map(({ name }) => name);
  const expected = mustFollow(group, path);
  const [word, second] = words;
  if (word === undefined) {
    readFlags(given, path, false);
    return wrong(path, expected);
  }
  const problem = `unknown ${group.noun} ${inQuotes(word)}`;
  if (path.length === 1) return wrong(path, problem, didYouMean(word, [...names, ...ownWords]));
  const swapped = second !== undefined && names.includes(second);
  const several = second === undefined || given.length === 0 ? null : ONE_VALUE;
  const hint = swapped
    ? `the ${group.noun} comes first: ${pathText(path)} ${second} MODEL`
    : (didYouMean(word, names) ?? several);
  return wrong(path, `${problem}: ${expected}`, hint);
}

/** For words that may have been meant as further values of the flag before them. */
const ONE_VALUE = 'a flag takes one value: one that takes several is repeated for each';

/** The flag whose value takes the place of the argument. */
function standIn(given: readonly GivenFlag[], known: ReadonlyMap<string, Flag>): GivenFlag | undefined {
  return given.find(({ name, value }) => known.get(name)?.isOperand && value !== undefined);
}

function readOperand(
  operands: readonly string[],
  given: readonly GivenFlag[],
  known: ReadonlyMap<string, Flag>,
  { name, operand }: Command,
  path: Path,
): string {
  const [value] = operands;
  const inPlace = standIn(given, known);
  if (inPlace?.value !== undefined) {
    if (value === undefined) return inPlace.value;
    if (operands.length === 1 && known.get(inPlace.name)?.besides?.(value)) return value;
    const hint = `leave out ${quote(value)}, or ${inPlace.typed}`;
    throw wrong(path, `${inPlace.typed} takes the place of the ${operand.name}, and both are given`, hint);
  }
  if (value === undefined && operand.preset !== undefined) return operand.preset;
  if (value === undefined) {
    const isMethod = (path.at(-2) as Group).fallback !== undefined;
    const hint = isMethod ? `a model that is called ${name} is written ./${name}` : null;
    throw wrong(path, `missing required argument '${operand.name}'`, hint);
  }
  if (operands.length > 1 && !operand.repeatable) {
    const problem = `too many arguments for '${name}'. Expected 1 argument but got ${operands.length}`;
    throw wrong(path, problem, given.length > 0 ? ONE_VALUE : null);
  }
  if (operand.choices?.includes(value) === false)
    throw wrong(path, `the ${operand.name} ${quote(value)} is not one of ${operand.choices.join(', ')}`);
  if (value === '-' && !operand.reads)
    throw wrong(path, `the ${operand.name} cannot be read from standard input`, 'a path named - is written ./-');
  return value;
}
