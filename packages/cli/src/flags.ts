/**
 * Makes `_` and `-` the same in long flags: `--private_key` becomes `--private-key`. Values are left alone.
 *
 * @param known every long flag of any command, with whether it takes a value
 */
export function normaliseFlags(argv: readonly string[], known: ReadonlyMap<string, boolean>): string[] {
  const args: string[] = [];
  for (let i = 0; i < argv.length; i++) {
    const arg = argv[i] as string;
    if (arg === '--') return [...args, ...argv.slice(i)];
    if (!arg.startsWith('--')) {
      args.push(arg);
      continue;
    }
    const equals = arg.indexOf('=');
    const flag = (equals === -1 ? arg : arg.slice(0, equals)).replaceAll('_', '-');
    // The value of an unknown flag may be a secret, and what is refused is quoted: only its name goes on.
    args.push(known.has(flag) && equals !== -1 ? flag + arg.slice(equals) : flag);
    const value = argv[i + 1];
    if (equals === -1 && known.get(flag) && value !== undefined) {
      args.push(value);
      i++;
    }
  }
  return args;
}
