import { escapeSpecial, printable, shorten } from './text.ts';

/** What the value of an option must be. */
export interface Rule {
  /** In words. */
  readonly expected: string;
  readonly accepts: (value: unknown) => boolean;
  /** Whether a wrong text may be shown; any other text could be a secret in the wrong place. */
  readonly showsText?: boolean;
}

export const trueOrFalse: Rule = { expected: 'true or false', accepts: (value) => typeof value === 'boolean' };

export const count: Rule = {
  expected: 'a whole number of at least 1',
  accepts: (value) => Number.isSafeInteger(value) && (value as number) >= 1,
};

/** The most milliseconds that a timer can wait; it takes more for none. */
const MAX_MILLISECONDS = 2 ** 31 - 1;

export const milliseconds: Rule = {
  expected: `a number of milliseconds from 1 to ${MAX_MILLISECONDS}`,
  accepts: (value) => typeof value === 'number' && value >= 1 && value <= MAX_MILLISECONDS,
};

export const aString: Rule = { expected: 'a string', accepts: (value) => typeof value === 'string' };

export const someText: Rule = {
  expected: 'a string that is not empty',
  accepts: (value) => typeof value === 'string' && value !== '',
};

export const aNumber: Rule = { expected: 'a number', accepts: (value) => typeof value === 'number' };

export const aBigInt: Rule = { expected: 'a bigint', accepts: (value) => typeof value === 'bigint' };

export const aFunction: Rule = { expected: 'a function', accepts: (value) => typeof value === 'function' };

export const anObject: Rule = {
  expected: 'an object',
  accepts: (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
};

export const bytes: Rule = { expected: 'a Uint8Array', accepts: (value) => value instanceof Uint8Array };

export const textOrBytes: Rule = {
  expected: 'a string or a Uint8Array',
  accepts: (value) => typeof value === 'string' || value instanceof Uint8Array,
};

export const strings: Rule = {
  expected: 'an array of strings',
  accepts: (value) => Array.isArray(value) && value.every((one) => typeof one === 'string'),
};

export const pemTexts: Rule = {
  expected: 'an array of PEM texts, each a string or a Uint8Array',
  accepts: (value) => Array.isArray(value) && value.every(textOrBytes.accepts),
};

export const validDate: Rule = {
  expected: 'a valid Date',
  accepts: (value) => value instanceof Date && !Number.isNaN(value.getTime()),
};

/** Only true: an option that chooses something by being there. */
export const onlyTrue: Rule = { expected: 'true', accepts: (value) => value === true };

export function oneOf(...values: readonly string[]): Rule {
  return {
    expected: values.map((value) => `"${value}"`).join(' or '),
    accepts: (value) => values.includes(value as string),
    showsText: true,
  };
}

/** An object with these functions, and without any other value in place of one of those that may be missing. */
export function withFunctions(names: readonly string[], optional: readonly string[] = []): Rule {
  const accepts = (value: unknown) => {
    if (typeof value !== 'object' || value === null) return false;
    const members = value as Record<string, unknown>;
    const isFine = (name: string) => typeof members[name] === 'function';
    return names.every(isFine) && optional.every((name) => members[name] === undefined || isFine(name));
  };
  const listed = names.map((name) => `\`${name}\``).join(' and ');
  return { expected: `an object with the function${names.length > 1 ? 's' : ''} ${listed}`, accepts };
}

const listener = withFunctions(['addEventListener', 'throwIfAborted']);

export const anAbortSignal: Rule = {
  expected: 'an AbortSignal',
  accepts: (value) => listener.accepts(value) && typeof (value as AbortSignal).aborted === 'boolean',
};

const ALL = 'the options';

interface Check {
  /** Options that must be given. Default: none. */
  readonly required?: readonly string[];
  /** The option that holds these options, if they are those of another one. */
  readonly within?: string;
}

/**
 * Checks options one by one: a wrong value must not act as another one. An option that is undefined is not given.
 * @returns a copy, so that what was checked is what is used
 * @throws {TypeError} that names the option, what it must be, and what it is
 */
export function checkEach<Options extends object>(
  options: Options,
  rules: Readonly<Record<string, Rule>>,
  { required = [], within }: Check = {},
): Options {
  const what = within === undefined ? ALL : `the option ${within}`;
  if (!anObject.accepts(options)) throw wrong(what, options, anObject);
  const copy = { ...options };
  for (const [name, rule] of Object.entries(rules)) {
    const value = (copy as Record<string, unknown>)[name];
    if (value === undefined ? !required.includes(name) : rule.accepts(value)) continue;
    throw wrong(`the option ${within === undefined ? '' : `${within}.`}${name}`, value, rule);
  }
  return copy;
}

/**
 * Checks an argument that is no option.
 * @throws {TypeError} that names it, what it must be, and what it is
 */
export function checkArgument(what: string, value: unknown, rule: Rule): void {
  if (!rule.accepts(value)) throw wrong(what, value, rule);
}

function wrong(what: string, value: unknown, rule: Rule): TypeError {
  const verb = what === ALL ? 'are' : 'is';
  return new TypeError(`${what} must be ${rule.expected}, and ${verb} ${describe(value, rule)}`);
}

/** The UTF-16 code units of a wrong text that a message shows. */
const MAX_SHOWN = 200;

function describe(value: unknown, { showsText = false }: Rule): string {
  if (typeof value === 'string') {
    if (!showsText) return value === '' ? 'empty' : 'a string';
    return `"${printable(escapeSpecial(shorten(value, MAX_SHOWN), '"\\'))}"`;
  }
  if (value === undefined) return 'missing';
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (Array.isArray(value)) return 'an array';
  return typeof value === 'object' ? 'another object' : `of type ${typeof value}`;
}
