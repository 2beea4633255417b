import { quote } from '@model-signing/core';
import { invalidAt } from './refusal.ts';

const DAY = 86_400_000;

/**
 * Reads a date of a policy: `2027-12-31` or `2027-12-31T18:30:00Z`.
 * @param edge the moment that a date without a time stands for: the first of that day in UTC, or the last
 * @throws {PolicyError} `policy/invalid` for a day or time that does not exist
 */
export function readDate(text: string, edge: 'first' | 'last', pointer: string): Date {
  const isDay = !text.includes('T');
  const time = Date.parse(isDay ? `${text}T00:00:00Z` : text);
  // Date.parse takes the 30th of February for the 1st or 2nd of March.
  if (Number.isNaN(time) || !new Date(time).toISOString().startsWith(text.replace('Z', ''))) {
    throw invalidAt(pointer, `${quote(text)} is not a date that exists`);
  }
  return new Date(isDay && edge === 'last' ? time + DAY - 1 : time);
}
