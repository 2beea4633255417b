import { quote } from '@model-signing/core';
import type { ExpectedDocument } from '@model-signing/spec/policy';
import { RE2JS } from 're2js';
import type { ExpectedText } from './policy.ts';
import { invalidAt, reasonOf, step } from './refusal.ts';

/**
 * Reads what a text must be. A pattern is one of RE2, which takes linear time for every text, and must match the whole text.
 * @throws {PolicyError} `policy/invalid` for a pattern that is not in the syntax of RE2
 */
export function readExpected(document: ExpectedDocument, pointer: string): ExpectedText {
  if (typeof document === 'string') return { kind: 'exact', text: document, matches: (found) => found === document };
  const { pattern } = document;
  try {
    const compiled = RE2JS.compile(pattern);
    return { kind: 'pattern', text: pattern, matches: (found) => compiled.matches(found) };
  } catch (error) {
    const message = `${quote(pattern)} is not in the syntax of RE2: ${quote(reasonOf(error))}`;
    throw invalidAt(pointer + step('pattern'), message, error);
  }
}
