/** The arguments of one call, by flag name without hyphens; lists for flags that can be repeated. */
export type Arguments = Readonly<Record<string, unknown>>;

/** A call that breaks the protocol. */
export class BadCall extends Error {}

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
