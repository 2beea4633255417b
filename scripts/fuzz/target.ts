import type { Random } from './random.ts';

/** What is fuzzed: a parser or a function, the inputs to begin with, and what each verdict must be. */
export interface Target {
  /** As it is typed on the command line. */
  readonly name: string;
  /** One line for `--list`. */
  readonly description: string;
  /** Inputs that are tried as they are and that mutants are made of. They are the same in each run. */
  seeds(): readonly Uint8Array[];
  /** A new input. The same random choices give the same input. */
  generate(random: Random): Uint8Array;
  /** A variant of an input. Default: some bytes are changed. */
  mutate?(input: Uint8Array, random: Random): Uint8Array;
  /**
   * Tries an input. Whatever it throws is a failure of what is fuzzed: {@link WrongVerdict} for a wrong verdict, and anything
   * else because the error has no type that a caller could expect.
   */
  check(input: Uint8Array): Verdict | Promise<Verdict>;
  /** Closes servers and the like. */
  close?(): void | Promise<void>;
}

/** What became of an input. */
export interface Verdict {
  readonly accepted: boolean;
  /** The code of a refusal. */
  readonly code?: string;
  /** What distinguishes this outcome from others; inputs with a new trait are kept to be mutated further. */
  readonly trait: string;
}

/** Something was accepted that must be refused, or refused that must be accepted, or has a wrong value. */
export class WrongVerdict extends Error {
  override readonly name = 'WrongVerdict';
}

export function accepted(trait = ''): Verdict {
  return { accepted: true, trait: `accepted ${trait}` };
}

/** The names of the classes whose errors callers are told to expect, because each has a code of a closed table. */
const typedErrors: ReadonlySet<string> = new Set([
  'OmsError',
  'X509Error',
  'CommandError',
  'SourceError',
  'PolicyError',
]);

/**
 * The verdict that a typed error stands for. Classes are compared by name, because built packages and sources have their own.
 * @throws the error itself, if it has another type
 */
export function refusalBy(error: unknown): Verdict {
  if (!(error instanceof Error) || !typedErrors.has(error.name)) throw error;
  const { code, requirement = '' } = error as Error & { readonly code: string; readonly requirement?: unknown };
  return { accepted: false, code, trait: `${code} ${requirement} ${placeOf(error)}` };
}

/** The verdict for a refusal that is no error, such as that of a schema. */
export function refused(code: string, trait = ''): Verdict {
  return { accepted: false, code, trait: `${code} ${trait}` };
}

/** The places in the sources where an error was made and who called that. */
function placeOf({ stack = '' }: Error): string {
  return [...stack.matchAll(/([\w.-]+:\d+:\d+)\)?$/gm)]
    .slice(0, 3)
    .map(([, place]) => place)
    .join(' ');
}
