import { readFileSync } from 'node:fs';
import { objectOf, textOf } from '../adapter/answer.ts';
import { UsageError } from '../errors.ts';
import { type State, stateNames } from './states.ts';

/** Why an implementation is known not to pass a vector. */
export interface ExpectedFailure {
  readonly reason: string;
  /** A public report or decision. */
  readonly link: string | null;
  /** The state of the failure; any state if absent. */
  readonly state?: State;
}

export type ExpectedFailures = ReadonlyMap<string, ExpectedFailure>;

/**
 * Reads a list of `{"vector", "reason", "link", "state"}`.
 * @param known ids of all vectors
 * @throws {UsageError}
 */
export function readExpectedFailures(file: string, known: ReadonlySet<string>): ExpectedFailures {
  try {
    const list: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (!Array.isArray(list)) throw new Error('it is not an array');
    const entries = list.map((item, index) => readEntry(item, `entry ${index + 1}`, known));
    const ids = new Set(entries.map(([id]) => id));
    if (ids.size !== entries.length) throw new Error('a vector is on it twice');
    return new Map(entries);
  } catch (error) {
    throw new UsageError(`the list of expected failures cannot be used: ${(error as Error).message}`);
  }
}

function readEntry(item: unknown, what: string, known: ReadonlySet<string>): [string, ExpectedFailure] {
  const { vector, reason, link, state } = objectOf(item, what);
  const id = textOf(vector, `the vector of ${what}`);
  if (!known.has(id)) throw new Error(`${what} names the vector "${id}", which does not exist`);
  if (textOf(reason, `the reason of ${what}`).trim() === '') throw new Error(`${what} gives no reason`);
  if (state !== undefined && !stateNames.includes(state as State)) throw new Error(`${what} names no state`);
  return [
    id,
    {
      reason: reason as string,
      link: link === undefined || link === null ? null : textOf(link, `the link of ${what}`),
      ...(state === undefined ? {} : { state: state as State }),
    },
  ];
}
