import { quote } from '@model-signing/core';
import type { ExpectedDocument } from '@model-signing/spec/policy';
import { RE2JS } from 're2js';
import type { ExpectedText } from './policy.ts';
import { invalidAt, reasonOf, step } from './refusal.ts';

/** What all patterns of a policy may take together, in instructions of RE2: a usual pattern has a hundred, and each takes time to match. */
const MAX_INSTRUCTIONS = 100_000;

/** Reads the texts that signers must have. A pattern is one of RE2, which takes linear time for every text, and must match the whole text. */
export class ExpectedTexts {
  #instructions = 0;

  /** @throws {PolicyError} `policy/invalid` for a pattern that is not in the syntax of RE2, or too large */
  read(document: ExpectedDocument, pointer: string): ExpectedText {
    if (typeof document === 'string') return { kind: 'exact', text: document, matches: (found) => found === document };
    const { pattern } = document;
    const compiled = compile(pattern, pointer + step('pattern'));
    this.#instructions += compiled.programSize();
    if (this.#instructions > MAX_INSTRUCTIONS) {
      const message = `with ${quote(pattern)}, the patterns of the policy are too large: write fewer or smaller repetitions`;
      throw invalidAt(pointer + step('pattern'), message);
    }
    return { kind: 'pattern', text: pattern, matches: (found) => compiled.matches(found) };
  }
}

function compile(pattern: string, pointer: string): RE2JS {
  try {
    return RE2JS.compile(pattern);
  } catch (error) {
    const message = `${quote(pattern)} is not in the syntax of RE2: ${quote(reasonOf(error))}`;
    throw invalidAt(pointer, message, error);
  }
}
