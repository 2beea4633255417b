import { type JsonProblem, parseJsonOf } from '@model-signing/core/json';
import { KeyError } from './key-error.ts';

/** An object of untrusted JSON, of which nothing is known. */
export type JsonObject = Readonly<Record<string, unknown>>;

const problems = { 'not-json': 'is not JSON', 'duplicate-member': 'has a member twice in one object' } as const;

/**
 * Parses the response of a plugin or of a service, which must be one JSON object.
 * @param holder what returned it, to begin a message
 * @throws {KeyError} `key/response-invalid`
 */
export function parseAnswer(bytes: Uint8Array, holder: string, maxBytes: number): JsonObject {
  const refuse = (problem: JsonProblem, message: string) => {
    // Other messages quote the response, in which a secret of the caller or of the plugin could be.
    const shown = problem === 'too-large' ? message : `the response ${problems[problem]}`;
    return new KeyError('key/response-invalid', `${holder}: ${shown}`);
  };
  const document = { title: 'response', refuse };
  if (bytes.length === 0) throw new KeyError('key/response-invalid', `${holder} gave no response`);
  const parsed = parseJsonOf(bytes, document, { maxBytes, maxDepth: 32, maxValues: 100_000 });
  const answer = objectOf(parsed);
  if (answer === null) throw new KeyError('key/response-invalid', `${holder}: the response is not a JSON object`);
  return answer;
}

/** A value, if it is an object; else null. */
export function objectOf(value: unknown): JsonObject | null {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : null;
}

/** The object that is a member of another one; null if there is none. Never one of a prototype. */
export function memberOf(parent: JsonObject | null, name: string): unknown {
  return parent !== null && Object.hasOwn(parent, name) ? parent[name] : undefined;
}
