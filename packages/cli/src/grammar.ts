import type { Context } from './context.ts';

/** A flag, as data: what can be typed, and what it says of itself. */
export interface Flag {
  /** The long name without its hyphens: `signature`. One that starts with `no-` turns off what the rest of it names. */
  readonly name: string;
  readonly short?: string;
  /** What help calls the value: `file`. Without it the flag takes none. */
  readonly value?: string;
  readonly description: string;
  readonly required?: boolean;
  readonly hidden?: boolean;
  /** What the value is when nobody gives one. */
  readonly preset?: string;
  readonly choices?: readonly string[];
  /**
   * Makes a value of the text, and of what the flag was before if it is repeated.
   * @throws {InvalidValue} if the text is none
   */
  readonly parse?: (text: string, previous: unknown) => unknown;
  /** The names of flags that cannot stand beside it. */
  readonly conflicts?: readonly string[];
  /** The name of a flag that it turns on. */
  readonly implies?: string;
}

/** The text of a flag that is no value for it. The message says what would be one. */
export class InvalidValue extends Error {
  override readonly name = 'InvalidValue';
}

/** The values of flags by {@link keyOf}. */
export type FlagValues = Readonly<Record<string, unknown>>;

/** A command, as data: what can be typed, and what it says of itself. What it does is loaded when it runs. */
export interface Command {
  readonly name: string;
  readonly description: string;
  /** The one argument that it takes. */
  readonly operand: { readonly name: string; readonly description: string };
  readonly flags: readonly Flag[];
  /** Lines that can be copied, without the name of the program. */
  readonly examples: readonly string[];
  /** Takes the flags as the command declares them, which nothing here can check. */
  run(operand: string, flags: never, context: Context): Promise<void>;
}

/** Commands that share their first word. */
export interface Group {
  readonly name: string;
  readonly description: string;
  readonly commands: readonly Command[];
  /** Commands of the format that this version does not have; hidden, so that they are named when they are typed. */
  readonly future: readonly string[];
}

/** Under which name the value of a flag is found: `privateKey` for `private-key`; a flag and its `no-` share one. */
export function keyOf(name: string): string {
  return name.replace(/^no-/, '').replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}

/** The values of a flag that can be repeated. */
export function collect(text: string, previous: unknown): readonly string[] {
  return [...((previous as readonly string[] | undefined) ?? []), text];
}
