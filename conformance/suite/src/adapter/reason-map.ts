import { readFileSync } from 'node:fs';
import { objectOf, textOf } from './answer.ts';

interface Rule {
  readonly pattern: RegExp;
  readonly reason: string;
}

/** Finds the class of a refusal in the output of a program. */
export class ReasonMap {
  readonly #rules: readonly Rule[];

  constructor(rules: readonly Rule[]) {
    this.#rules = rules;
  }

  /** The class of the first rule that matches, or null. */
  classify(output: string): string | null {
    return this.#rules.find(({ pattern }) => pattern.test(output))?.reason ?? null;
  }
}

/**
 * Reads a list of `{"pattern": …, "reason": …}`, of which the first match wins. The patterns are regular expressions by the
 * author of the adapter.
 * @param known the classes that exist
 * @throws {Error} that says what is wrong with it
 */
export function readReasonMap(file: string, known: ReadonlySet<string>): ReasonMap {
  const list = JSON.parse(readFileSync(file, 'utf8'));
  if (!Array.isArray(list)) throw new Error('a reason map is an array of rules');
  return new ReasonMap(
    list.map((rule, index) => {
      const what = `rule ${index + 1}`;
      const { pattern, reason } = objectOf(rule, what);
      const name = textOf(reason, `the reason of ${what}`);
      if (!known.has(name)) throw new Error(`${what} names the reason "${name}", which does not exist`);
      return { pattern: new RegExp(textOf(pattern, `the pattern of ${what}`), 'm'), reason: name };
    }),
  );
}
