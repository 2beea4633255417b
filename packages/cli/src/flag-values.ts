import { quote } from '@model-signing/core';
import { usageError } from './failure.ts';
import {
  type Command,
  commandsBelow,
  type Flag,
  type FlagValues,
  flagTerm,
  type Group,
  InvalidValue,
  isGroup,
  keyOf,
  ownFlags,
  type Path,
  pathText,
} from './grammar.ts';
import { isStandardInput } from './standard-streams.ts';
import { didYouMean, oneOf } from './suggestions.ts';

/** A flag as it was typed. */
export interface GivenFlag {
  /** With its hyphens and without its value, which may be a secret. */
  readonly typed: string;
  readonly name: string;
  readonly value: string | undefined;
  /** Whether the value was joined to it by an equals sign. */
  readonly inline: boolean;
}

/** The flags that can be typed after a path, hidden ones too, by their long and short names. */
export function flagsByName(path: Path): [string, Flag][] {
  const entry = path.at(-1) as Group | Command;
  const hidden = isGroup(entry) ? [] : entry.flags.filter((flag) => flag.hidden);
  const flags = [...ownFlags(path), ...hidden, ...path[0].flags];
  const named = flags.map((flag): [string, Flag] => [flag.name, flag]);
  return [...named, ...flags.flatMap((flag): [string, Flag][] => (flag.short ? [[flag.short, flag]] : []))];
}

/**
 * The values of the flags after a path, with presets.
 * @param inferred whether the command was not named, so that a mistyped flag may be one of any command of its group
 * @throws {CommandError} `command/usage` for a value that is wrong, and for flags that are unknown, repeated or in conflict
 */
export function readFlags(given: readonly GivenFlag[], path: Path, inferred: boolean): FlagValues {
  const declared = new Map(flagsByName(path));
  const values: Record<string, unknown> = {};
  const seen = new Map<Flag, GivenFlag>();
  for (const one of given) {
    const flag = declared.get(one.name);
    if (!flag) continue;
    const before = seen.get(flag);
    if (before && flag.value !== undefined && !flag.repeatable) throw repeated(flag, before, one, path);
    seen.set(flag, one);
    const key = keyOf(flag.name);
    values[key] = flagValue(flag, one, values[key], path);
  }
  refuseConflicts([...seen.keys()], path);
  for (const { implies } of seen.keys()) if (implies !== undefined) values[keyOf(implies)] ??= true;
  const unknown = given.find(({ name }) => !declared.has(name));
  if (unknown) throw unknownFlag(unknown, path, inferred);
  const entry = path.at(-1) as Group | Command;
  const presets = isGroup(entry) ? [] : entry.flags.filter(({ preset }) => preset !== undefined);
  return { ...Object.fromEntries(presets.map(({ name, preset }) => [keyOf(name), preset])), ...values };
}

function repeated(flag: Flag, first: GivenFlag, second: GivenFlag, path: Path): Error {
  const values = flag.secret ? '' : `: it is ${quote(first.value ?? '')} and ${quote(second.value ?? '')}`;
  return wrong(path, `option '${flagTerm(flag)}' cannot be given more than once${values}`);
}

/** Refuses flags that exclude each other, also one and its `no-` form, of which neither the first nor the last is a safe choice. */
function refuseConflicts(flags: readonly Flag[], path: Path): void {
  for (const flag of flags) {
    const other = flags.find(
      ({ name }) => flag.conflicts?.includes(name) || (name === `no-${flag.name}` && keyOf(name) === keyOf(flag.name)),
    );
    if (other) throw wrong(path, `option '${flagTerm(flag)}' cannot be used with option '${flagTerm(other)}'`);
  }
}

function flagValue(flag: Flag, { value, inline }: GivenFlag, previous: unknown, path: Path): unknown {
  const invalid = (why: string) => {
    const shown = flag.secret ? '' : ` ${inQuotes(value ?? '')}`;
    return wrong(path, `option '${flagTerm(flag)}' argument${shown} is invalid. ${why.replace(/\.$/, '')}`);
  };
  if (flag.value === undefined) {
    if (inline) throw wrong(path, `option '${flagTerm(flag)}' takes no value`);
    return !flag.name.startsWith('no-');
  }
  if (value === undefined) throw wrong(path, `option '${flagTerm(flag)}' argument missing`);
  // An unset variable of a script must not name the working directory.
  const namesPlace = flag.reads || flag.writes || flag.value === 'directory';
  if (value === '' && namesPlace) throw wrong(path, `option '${flagTerm(flag)}' argument is empty`);
  if (flag.choices?.includes(value) === false) throw invalid(`Allowed choices are ${flag.choices.join(', ')}`);
  try {
    return flag.parse ? flag.parse(value, previous) : value;
  } catch (error) {
    throw error instanceof InvalidValue ? invalid(error.message) : error;
  }
}

function unknownFlag({ typed, name }: GivenFlag, path: Path, inferred: boolean): Error {
  const group = path.at(-2) as Group | undefined;
  const near = inferred && group ? group.commands.flatMap((command) => flagNames([...path.slice(0, -1), command])) : [];
  const candidates = [...flagNames(path), ...near];
  return wrong(
    path,
    `unknown option ${inQuotes(typed)}`,
    commandsWith(name, path) ??
      offByDefault(name, path) ??
      didYouMean(typed.replaceAll('_', '-'), candidates) ??
      (typed.startsWith('--') ? null : 'if it is a path, write ./ before it, or -- before all paths'),
  );
}

/** What to do instead of turning off a flag that is off. */
function offByDefault(name: string, path: Path): string | null {
  const positive = new Map(flagsByName(path)).get(name.replace(/^no-/, ''));
  if (!name.startsWith('no-') || positive === undefined || positive.value !== undefined) return null;
  return `--${positive.name} is off unless it is given`;
}

function flagNames(path: readonly (Group | Command)[]): string[] {
  return ownFlags(path as unknown as Path).map((flag) => `--${flag.name}`);
}

/** Which commands have the flag, first of all those beside the command; null if there are none. */
function commandsWith(name: string, path: Path): string | null {
  const all = commandsBelow([path[0]]).filter((other) => other.at(-1) !== path.at(-1));
  const having = all.filter((other) => new Map(flagsByName(other)).has(name));
  const beside = having.filter((other) => other.length > 2 && other[1] === path[1]);
  const names = (paths: readonly Path[]) => paths.map((other) => pathText(other.slice(1)));
  if (beside.length > 0) return `did you mean ${oneOf(names(beside))}?`;
  return having.length > 0 ? `it is an option of ${names(having).join(', ')}` : null;
}

/**
 * Refuses a command line of which two parts would read standard input.
 * @throws {CommandError} `command/usage`
 */
export function refuseSharedInput(given: readonly GivenFlag[], operands: readonly string[], path: Path): void {
  const declared = new Map(flagsByName(path));
  const command = path.at(-1) as Command;
  const readers = given.flatMap(({ name, value = '' }) => {
    const flag = declared.get(name);
    return flag?.reads && isStandardInput(value) ? [`option '${flagTerm(flag)}'`] : [];
  });
  if (command.operand.reads) {
    for (const _ of operands.filter(isStandardInput)) readers.unshift(`the ${command.operand.name}`);
  }
  if (readers.length > 1)
    throw wrong(path, `standard input can be read only once, and not by ${readers.join(' and ')}`);
}

/** A word of the command line in single quotes, like flags, and cut if it is as long as a file. */
export function inQuotes(word: string): string {
  return `'${word.length > MAX_WORD ? `${word.slice(0, MAX_WORD)}…` : word}'`;
}

const MAX_WORD = 200;

/** A usage error that says where help is. */
export function wrong(path: Path, problem: string, suggestion: string | null = null): Error {
  return usageError(problem, ...(suggestion === null ? [] : [suggestion]), `see ${pathText(path)} --help`);
}
