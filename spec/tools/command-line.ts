import { parseArgs } from 'node:util';

/** What a command is called with: its arguments in order, and its flags by name. */
export interface Given {
  readonly args: readonly string[];
  readonly flags: Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>;
}

/** A command of the program. */
export interface Command {
  /**
   * How it is called, which is also its grammar: the words that name it, arguments as `<name>`, flags as `--name` or
   * `--name <value>`, optional ones in brackets, repeatable ones followed by `...`.
   */
  readonly usage: string;
  readonly description: string;
  /** The meaning of its flags and arguments, by name. */
  readonly words?: Readonly<Record<string, string>>;
  /** Does the work; returns true if it found what it looks for. */
  readonly run: (given: Given) => Promise<boolean> | boolean;
}

/** A command line that cannot be understood; the message says why. */
export class UsageError extends Error {}

interface Flag {
  readonly name: string;
  readonly required: boolean;
  readonly valued: boolean;
  readonly repeated: boolean;
}

const FLAG = /(\[)?--([a-z]+)( <[^>]+>)?\]?(\.\.\.)?/g;

function flagsOf({ usage }: Command): Flag[] {
  return [...usage.matchAll(FLAG)].map(([, optional, name = '', value, dots]) => ({
    name,
    required: optional === undefined,
    valued: value !== undefined,
    repeated: dots !== undefined,
  }));
}

function argumentsOf({ usage }: Command): string[] {
  return [...usage.replaceAll(FLAG, '').matchAll(/<([^>]+)>/g)].map(([, name = '']) => name);
}

/** The words that name a command, such as `vector add`. */
export function nameOf({ usage }: Command): string {
  return /^[a-z]+(?: [a-z]+)*/.exec(usage)?.[0] ?? usage;
}

/** What a command was given on the command line, without the words that name it. @throws {UsageError} */
export function readArguments(command: Command, words: readonly string[]): Given {
  const flags = flagsOf(command);
  const options = Object.fromEntries(
    flags.map(({ name, valued, repeated }) => [
      name,
      { type: valued ? ('string' as const) : ('boolean' as const), multiple: repeated },
    ]),
  );
  let given: Given;
  try {
    const { values, positionals } = parseArgs({ args: [...words], options, allowPositionals: true });
    given = { args: positionals, flags: values };
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
  const missing = flags.find(({ name, required }) => required && given.flags[name] === undefined);
  if (missing !== undefined) throw new UsageError(`the flag --${missing.name} is required`);
  const names = argumentsOf(command);
  if (given.args.length === names.length) return given;
  const expected = names.length === 0 ? 'no argument' : names.map((name) => `<${name}>`).join(' ');
  throw new UsageError(`expected ${expected}, found ${given.args.length === 0 ? 'none' : given.args.join(' ')}`);
}

/** The help of one command. */
export function commandHelp(program: string, { usage, description, words = {} }: Command): string {
  const width = Math.max(...Object.keys(words).map((word) => word.length));
  const lines = Object.entries(words).map(([word, meaning]) => `\n  ${word.padEnd(width)}  ${meaning}`);
  return `Usage: ${program} ${usage}\n\n${description}${lines.length === 0 ? '' : `\n${lines.join('')}`}`;
}
