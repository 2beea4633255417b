import { quote } from './text.ts';

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

export const aString: Rule = { expected: 'a string', accepts: (value) => typeof value === 'string' };

export const aNumber: Rule = { expected: 'a number', accepts: (value) => typeof value === 'number' };

export const aFunction: Rule = { expected: 'a function', accepts: (value) => typeof value === 'function' };

export const strings: Rule = {
  expected: 'an array of strings',
  accepts: (value) => Array.isArray(value) && value.every((one) => typeof one === 'string'),
};

export const pemTexts: Rule = {
  expected: 'an array of PEM texts, each a string or a Uint8Array',
  accepts: (value) =>
    Array.isArray(value) && value.every((one) => typeof one === 'string' || one instanceof Uint8Array),
};

export const validDate: Rule = {
  expected: 'a valid Date',
  accepts: (value) => value instanceof Date && !Number.isNaN(value.getTime()),
};

export function oneOf(...values: readonly string[]): Rule {
  return {
    expected: values.map((value) => `"${value}"`).join(' or '),
    accepts: (value) => values.includes(value as string),
    showsText: true,
  };
}

/** An object that has a member of this type. */
export function having(expected: string, name: string, type: 'function' | 'boolean'): Rule {
  const accepts = (value: unknown) =>
    typeof value === 'object' && value !== null && typeof (value as Record<string, unknown>)[name] === type;
  return { expected, accepts };
}

/**
 * Checks options one by one: a wrong value must not act as another one. An option that is undefined is not given.
 * @returns a copy, so that what was checked is what is used
 * @throws {TypeError} that names the option, what it must be, and what it is
 */
export function checkEach<Options extends object>(options: Options, rules: Readonly<Record<string, Rule>>): Options {
  if (typeof options !== 'object' || options === null) throw new TypeError('the options must be an object');
  const copy = { ...options };
  for (const [name, rule] of Object.entries(rules)) {
    const value = (copy as Record<string, unknown>)[name];
    if (value === undefined || rule.accepts(value)) continue;
    throw new TypeError(`the option ${name} must be ${rule.expected}, and is ${describe(value, rule)}`);
  }
  return copy;
}

function describe(value: unknown, { showsText = false }: Rule): string {
  if (typeof value === 'string') return showsText ? quote(value) : 'a string';
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return String(value);
  return Array.isArray(value) ? 'an array' : `of type ${typeof value}`;
}
