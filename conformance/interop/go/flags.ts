/** Flags in the spelling of the Go command. A switch is given with its value, so that its default decides nothing. */
export function goFlags(flags: Readonly<Record<string, string | boolean | undefined>>): string[] {
  return Object.entries(flags).flatMap(([name, value]) => (value === undefined ? [] : [`--${name}=${value}`]));
}

/** A flag for each value. The command reads each one as a line of CSV, where a comma separates unless it is quoted. */
export function goList(name: string, values: readonly string[]): string[] {
  return values.map((value) => `--${name}=${/[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value}`);
}
