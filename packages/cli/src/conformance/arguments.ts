/** The arguments of one call, by flag name without dashes; lists for what may be repeated. */
export type Arguments = Readonly<Record<string, unknown>>;

/** A call that is not as the protocol has it. */
export class BadCall extends Error {}

const switches = new Set([
  'ignore-unsigned-files',
  'allow-symlinks',
  'allow-external-symlinks',
  'no-ignore-git-paths',
  'strict',
]);
const lists = new Set(['ignore-paths', 'cert-chain', 'timestamp-authority', 'annotation']);

/**
 * Flags as the arguments of a line would be.
 * @throws {BadCall}
 */
export function parseFlags(words: readonly string[]): Arguments {
  const args: Record<string, unknown> = {};
  for (let i = 0; i < words.length; i++) {
    const name = (words[i] as string).replace(/^--/, '');
    if (name === words[i]) throw new BadCall(`a flag was expected in place of "${name}"`);
    if (switches.has(name)) {
      args[name] = true;
      continue;
    }
    const value = words[++i];
    if (value === undefined) throw new BadCall(`--${name} needs a value`);
    args[name] = lists.has(name) ? [...list(args, name), value] : value;
  }
  return args;
}

/** @throws {BadCall} */
export function text(args: Arguments, name: string): string {
  const value = args[name];
  if (typeof value !== 'string') throw new BadCall(`the argument "${name}" is missing or not a string`);
  return value;
}

/** @throws {BadCall} */
export function optionalText(args: Arguments, name: string): string | undefined {
  return args[name] === undefined ? undefined : text(args, name);
}

/** @throws {BadCall} */
export function list(args: Arguments, name: string): string[] {
  const value = args[name] ?? [];
  if (!Array.isArray(value) || value.some((item) => typeof item !== 'string')) {
    throw new BadCall(`the argument "${name}" is not a list of strings`);
  }
  return value;
}

/** @throws {BadCall} */
export function isOn(args: Arguments, name: string): boolean {
  const value = args[name] ?? false;
  if (typeof value !== 'boolean') throw new BadCall(`the argument "${name}" is neither true nor false`);
  return value;
}
