import { parseArgs } from 'node:util';

/** What a command line asks for. */
export type Request =
  | { readonly kind: 'help' }
  | { readonly kind: 'list' }
  | {
      readonly kind: 'run';
      readonly targets: readonly string[];
      readonly seed: string;
      readonly minutes: number | null;
      readonly inputs: number | null;
    }
  | { readonly kind: 'again'; readonly target: string; readonly seed: string; readonly id: string }
  | { readonly kind: 'file'; readonly target: string; readonly file: string };

export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const help = `Tries inputs that no program would write on everything that parses untrusted input.

usage: npm run fuzz -- [--minutes N | --inputs N] [--seed S] [TARGET…]
       npm run fuzz -- --seed S --input ID TARGET
       npm run fuzz -- --file FILE TARGET

  --minutes N   stop after N minutes; each target has the same time (default: 1)
  --inputs N    stop after N inputs; each target has the same number, but a slow one has a twentieth
  --seed S      a number that decides all random choices (default: a new one, which is printed)
  --input ID    try one input of this seed again
  --file FILE   try the contents of a file
  --list        print the targets
  --help        print this text

Exits with 0 if nothing was found, 1 if something was, 2 for a wrong command line, 3 if it could not run.
`;

const options = {
  minutes: { type: 'string' },
  inputs: { type: 'string' },
  seed: { type: 'string' },
  input: { type: 'string' },
  file: { type: 'string' },
  list: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

/** @throws {UsageError} */
export function readCommandLine(argv: readonly string[], known: readonly string[]): Request {
  const { values, positionals: named } = parse(argv);
  if (values.help) return { kind: 'help' };
  if (values.list) return { kind: 'list' };
  const unknown = named.find((name) => !known.includes(name));
  if (unknown !== undefined) throw new UsageError(`there is no target "${unknown}": --list prints them`);
  const given = (['minutes', 'inputs', 'input', 'file'] as const).filter((name) => values[name] !== undefined);
  if (given.length > 1) throw new UsageError(`--${given[0]} and --${given[1]} cannot be combined`);
  const seed = seedOf(values.seed);
  const { input, file } = values;
  if (input === undefined && file === undefined) {
    const minutes = values.minutes === undefined ? null : positive('minutes', values.minutes);
    const inputs = values.inputs === undefined ? null : wholeNumber('inputs', values.inputs);
    const targets = named.length > 0 ? [...new Set(named)] : known;
    return { kind: 'run', targets, seed, minutes: inputs === null ? (minutes ?? 1) : null, inputs };
  }
  const [target, ...others] = named;
  if (target === undefined || others.length > 0) throw new UsageError(`--${given[0]} needs one target`);
  if (file !== undefined) return { kind: 'file', target, file };
  if (values.seed === undefined) throw new UsageError('--input needs --seed');
  return { kind: 'again', target, seed, id: input as string };
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function seedOf(text: string | undefined): string {
  if (text === undefined) return String(Math.floor(Math.random() * 1e9));
  if (!/^\d{1,15}$/.test(text)) throw new UsageError('--seed must be a whole number');
  return text;
}

function positive(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new UsageError(`--${name} must be a number above 0`);
  return value;
}

function wholeNumber(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value <= 0) throw new UsageError(`--${name} must be a whole number above 0`);
  return value;
}
