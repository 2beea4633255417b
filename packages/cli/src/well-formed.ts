import { type Command, type Flag, type FlagValues, keyOf } from './grammar.ts';
import { globalFlags } from './options.ts';
import { commands, groups } from './program.ts';

/** A command line that was understood. */
export interface CommandLine {
  readonly command: Command;
  readonly operand: string;
  readonly flags: FlagValues;
}

/**
 * Reads a command line that leaves nothing to ask: the command first and named in full, long flags spelled as they are
 * declared, nothing missing and nothing in excess. Null for any other, which Commander has to judge: loading it takes
 * longer than all else that a small model needs. Whatever is read here, Commander reads the same way.
 */
export function readWellFormed(argv: readonly string[]): CommandLine | null {
  const [first = '', second = ''] = argv;
  const group = groups.find(({ name }) => name === first);
  const command = (group?.commands ?? commands).find(({ name }) => name === (group ? second : first));
  if (!command) return null;
  const line = readArguments(argv.slice(group ? 2 : 1), command);
  return line && { command, ...line };
}

function readArguments(args: readonly string[], command: Command): Omit<CommandLine, 'command'> | null {
  const declared = new Map([...command.flags, ...globalFlags].map((flag) => [`--${flag.name}`, flag]));
  const given = new Set<Flag>();
  const flags: Record<string, unknown> = {};
  const operands: string[] = [];
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] as string;
    if (!arg.startsWith('-')) {
      operands.push(arg);
      continue;
    }
    const flag = declared.get(arg);
    const value = flag?.value === undefined ? !arg.startsWith('--no-') : args[++i];
    if (!flag || value === undefined || !setFlag(flags, flag, value)) return null;
    given.add(flag);
  }
  const [operand] = operands;
  if (operand === undefined || operands.length > 1 || !isComplete(given, command)) return null;
  return { operand, flags: withPresets(flags, command) };
}

/** Whether the value is one for this flag. */
function setFlag(flags: Record<string, unknown>, flag: Flag, value: string | boolean): boolean {
  const key = keyOf(flag.name);
  if (typeof value === 'boolean') flags[key] = value;
  else if (value.startsWith('-') || flag.choices?.includes(value) === false) return false;
  else if (!flag.parse) flags[key] = value;
  else {
    try {
      flags[key] = flag.parse(value, flags[key]);
    } catch {
      return false;
    }
  }
  return true;
}

/** Whether every flag that has to be there is, and none that goes on to say something about another. */
function isComplete(given: ReadonlySet<Flag>, { flags }: Command): boolean {
  const names = new Set([...given].map(({ name }) => name));
  return flags.every((flag) =>
    names.has(flag.name)
      ? flag.implies === undefined && !flag.conflicts?.some((other) => names.has(other))
      : !flag.required,
  );
}

function withPresets(flags: FlagValues, command: Command): FlagValues {
  const presets = command.flags.filter(({ preset }) => preset !== undefined);
  return { ...Object.fromEntries(presets.map(({ name, preset }) => [keyOf(name), preset])), ...flags };
}
