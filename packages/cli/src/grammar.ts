import type { Context } from './context.ts';

/** A flag, as data: how it is typed, and what help says of it. */
export interface Flag {
  /** The long name without its hyphens: `signature`. One that starts with `no-` turns off the flag named after it. */
  readonly name: string;
  readonly short?: string;
  /** What help calls the value: `file`. A flag without it takes no value. */
  readonly value?: string;
  readonly description: string;
  readonly required?: boolean;
  readonly hidden?: boolean;
  /** The value if the flag is not given. */
  readonly preset?: string;
  readonly choices?: readonly string[];
  /** Values to complete, of a flag that takes others too, such as another case. */
  readonly offers?: readonly string[];
  /** Whether it can be given more than once. */
  readonly repeatable?: boolean;
  /** Whether the value may be or hold a secret, so that no message repeats it. */
  readonly secret?: boolean;
  /** Whether the value is a text of the user's own, which may hold a certificate, but not a key. */
  readonly freeText?: boolean;
  /** Whether the value names a file to read, where `-` is standard input. */
  readonly reads?: boolean;
  /** Whether the value names a file to write, where `-` is standard output. */
  readonly writes?: boolean;
  /** Whether its value takes the place of the argument of the command, which is then left out. */
  readonly isOperand?: boolean;
  /** Of such a flag: the arguments that can be given besides, and are the argument then. */
  readonly besides?: (operand: string) => boolean;
  /** A variable of the environment that stands in for it. */
  readonly variable?: string;
  /** The name of a flag that can be given in its place. */
  readonly alternative?: string;
  /** Whether a command that is not named is chosen only if it is given, although the command may do without it. */
  readonly selects?: boolean;
  /**
   * Converts the text, given the value so far if the flag is repeated.
   * @throws {InvalidValue} if the text is not a value of this flag
   */
  readonly parse?: (text: string, previous: unknown) => unknown;
  /** The names of flags that cannot be given with it. */
  readonly conflicts?: readonly string[];
  /** The name of a flag that it turns on. */
  readonly implies?: string;
}

/** The text is not a value of the flag. The message says what would be. */
export class InvalidValue extends Error {
  override readonly name = 'InvalidValue';
}

/** The values of flags by {@link keyOf}. */
export type FlagValues = Readonly<Record<string, unknown>>;

/** The one argument of a command. */
export interface Operand {
  readonly name: string;
  readonly description: string;
  readonly choices?: readonly string[];
  /** Whether it names a file to read, where `-` is standard input. */
  readonly reads?: boolean;
  /** The value if none is given. */
  readonly preset?: string;
  /** Whether there can be several. All of them are the flag value `operands`. */
  readonly repeatable?: boolean;
}

/** A command, as data: how it is typed, and what help says of it. Its code is loaded when it runs. */
export interface Command {
  readonly name: string;
  readonly description: string;
  readonly operand: Operand;
  readonly flags: readonly Flag[];
  /** Whether only its `selects` flags choose it, so that without them it has no part in the choice between the others. */
  readonly isApart?: boolean;
  /** Command lines to copy, without the name of the program. */
  readonly examples: readonly string[];
  /** The type of `flags` follows from `flags` above, which the compiler cannot check. */
  run(operand: string, flags: never, context: Context): Promise<void>;
}

/** Commands that share their first words. The program itself is the outermost group. */
export interface Group {
  readonly name: string;
  readonly description: string;
  /** How help writes what follows the name. */
  readonly usage: string;
  /** What messages call its commands: `method`. */
  readonly noun: string;
  readonly commands: readonly (Group | Command)[];
  /** The command to run if none is named, and if no flag is given that only another one takes. */
  readonly fallback?: Command;
  readonly examples: readonly string[];
}

/** A whole program: a group, with the flags that every command has. */
export interface Program extends Group {
  readonly flags: readonly Flag[];
  /** The last paragraphs of its help. */
  readonly closing: readonly string[];
}

/** The program, then each word of a command down to the command or group itself. */
export type Path = readonly [Program, ...(Group | Command)[]];

export const helpFlag: Flag = { name: 'help', short: 'h', description: 'show this help' };

/** Only the program itself has it. */
export const versionFlag: Flag = { name: 'version', short: 'V', description: 'show the version' };

export function isGroup(entry: Group | Command): entry is Group {
  return 'commands' in entry;
}

/** The flags to list for the last entry of a path, without the ones that every command has. */
export function ownFlags(path: Path): readonly Flag[] {
  const entry = path.at(-1) as Group | Command;
  const own = isGroup(entry) ? (path.length === 1 ? [versionFlag] : []) : entry.flags;
  return [...own.filter(({ hidden }) => !hidden), helpFlag];
}

/** All commands below a path, in their order. */
export function commandsBelow(path: Path): Path[] {
  const entry = path.at(-1) as Group | Command;
  return isGroup(entry) ? entry.commands.flatMap((child) => commandsBelow([...path, child])) : [path];
}

/** A path as it is typed. */
export function pathText(path: readonly { readonly name: string }[]): string {
  return path.map(({ name }) => name).join(' ');
}

/** A flag with its short form and the name of its value: `-q, --quiet`, `--hash <algorithm>`. */
export function flagTerm({ name, short, value }: Flag): string {
  return `${short ? `-${short}, ` : ''}--${name}${value ? ` <${value}>` : ''}`;
}

/** The property that holds the value of a flag: `privateKey` for `private-key`; a flag and its `no-` form share one. */
export function keyOf(name: string): string {
  return name.replace(/^no-/, '').replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}

/** Collects the values of a flag that can be repeated. */
export function collect(text: string, previous: unknown): readonly string[] {
  return [...((previous as readonly string[] | undefined) ?? []), text];
}
