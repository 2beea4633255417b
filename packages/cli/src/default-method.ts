/** The method that is meant where none is named. */
const DEFAULT_METHOD = 'sigstore';

/** The commands that are followed by a method. */
const GROUPS: readonly string[] = ['sign', 'verify'];

/**
 * Puts in the method that is left out: `sign MODEL` becomes `sign sigstore MODEL`. With two arguments the first was meant to
 * be a method, so that a mistyped one is refused and no model of that name is signed. Beside a flag that is not known the second
 * may be its value: then the flag is what is refused.
 *
 * @param known every long flag of any command, with whether it takes a value
 * @param isMethod whether a name is one of a method
 */
export function withDefaultMethod(
  args: readonly string[],
  known: ReadonlyMap<string, boolean>,
  isMethod: (group: string, name: string) => boolean,
): string[] {
  const operands = operandsOf(args, known);
  const [group, first] = operands.map((index) => args[index] as string);
  const at = operands[0];
  const named = group === undefined || !GROUPS.includes(group) || first === undefined || isMethod(group, first);
  if (named || at === undefined || (operands.length > 2 && !hasUnknownFlag(args, known))) return [...args];
  return [...args.slice(0, at + 1), DEFAULT_METHOD, ...args.slice(at + 1)];
}

function hasUnknownFlag(args: readonly string[], known: ReadonlyMap<string, boolean>): boolean {
  const end = args.indexOf('--');
  const flags = args.slice(0, end === -1 ? undefined : end).filter((arg) => arg.startsWith('--'));
  return flags.some((flag) => !known.has(flag.replace(/=.*$/s, '')) && flag !== '--help');
}

/** The places of the arguments that are neither flags nor values of flags. */
function operandsOf(args: readonly string[], known: ReadonlyMap<string, boolean>): number[] {
  const operands: number[] = [];
  let flagsEnded = false;
  for (let i = 0; i < args.length; i++) {
    const arg = args[i] as string;
    if (flagsEnded || arg === '-' || !arg.startsWith('-')) operands.push(i);
    else if (arg === '--') flagsEnded = true;
    else if (known.get(arg)) i++;
  }
  return operands;
}
