import { quote } from './format/text.ts';

interface Rule {
  /** What the value must be, in words. */
  readonly expected: string;
  readonly accepts: (value: unknown) => boolean;
}

const trueOrFalse: Rule = { expected: 'true or false', accepts: (value) => typeof value === 'boolean' };
const count: Rule = {
  expected: 'a whole number of at least 1',
  accepts: (value) => Number.isSafeInteger(value) && (value as number) >= 1,
};
const text: Rule = { expected: 'a string', accepts: (value) => typeof value === 'string' };
const number: Rule = { expected: 'a number', accepts: (value) => typeof value === 'number' };

/** What each option must be. A value of the right type that the format does not allow is an `OmsError` elsewhere. */
const rules = {
  ignorePaths: {
    expected: 'an array of strings',
    accepts: (value) => Array.isArray(value) && value.every((path) => typeof path === 'string'),
  },
  ignoreGitPaths: trueOrFalse,
  allowSymlinks: trueOrFalse,
  ignoreUnsignedFiles: trueOrFalse,
  strict: trueOrFalse,
  ignoredFiles: oneOf('report', 'refuse'),
  evidence: oneOf('bytes', 'advertised'),
  method: oneOf('files', 'shards'),
  hashAlgorithm: text,
  shardSize: number,
  draft: text,
  annotations: { expected: 'an object', accepts: (value) => typeof value === 'object' && value !== null },
  threads: count,
  concurrency: count,
  onProgress: { expected: 'a function', accepts: (value) => typeof value === 'function' },
  engine: { expected: 'an object with a function `hash`', accepts: (value) => hasMember(value, 'hash', 'function') },
  signal: { expected: 'an AbortSignal', accepts: (value) => hasMember(value, 'aborted', 'boolean') },
} satisfies Readonly<Record<string, Rule>>;

/** The options that are checked: those of every verb. */
export type CheckedOption = keyof typeof rules;

function oneOf(...values: readonly string[]): Rule {
  return {
    expected: values.map((value) => `"${value}"`).join(' or '),
    accepts: (value) => values.includes(value as string),
  };
}

function hasMember(value: unknown, name: string, type: string): boolean {
  return typeof value === 'object' && value !== null && typeof (value as Record<string, unknown>)[name] === type;
}

/**
 * Checks the options of a verb before anything is read: a wrong value must not act as another one.
 * @returns a copy, so that what was checked is what is used
 * @throws {TypeError} that names the option, what it must be, and what it is
 */
export function checkOptions<Options extends { readonly [Name in CheckedOption]?: unknown }>(
  options: Options,
): Options {
  if (typeof options !== 'object' || options === null) throw new TypeError('the options must be an object');
  const copy = { ...options };
  for (const [name, { expected, accepts }] of Object.entries(rules)) {
    const value = copy[name as CheckedOption];
    if (value === undefined || accepts(value)) continue;
    throw new TypeError(`the option ${name} must be ${expected}, and is ${describe(value)}`);
  }
  if (copy.method === 'files' && copy.shardSize !== undefined) {
    throw new TypeError('the option shardSize needs the method "shards", and the method is "files"');
  }
  return copy;
}

function describe(value: unknown): string {
  if (typeof value === 'string') return quote(value);
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return String(value);
  return Array.isArray(value) ? 'an array' : `of type ${typeof value}`;
}
