import { printableJson } from './printable.ts';

/** The levels of records, which are those of `--log-level` that are written. */
export type RecordLevel = 'debug' | 'info' | 'warning' | 'error';

/** One message, for a program that collects logs. */
export interface LogRecord {
  readonly level: RecordLevel;
  /** Null for what has no code, such as information. */
  readonly code: string | null;
  readonly message: string;
  /** What else is known, by names. */
  readonly fields?: Readonly<Record<string, unknown>>;
}

/** A record as one line of JSON without hidden characters, and with the time in UTC. */
export function recordLine({ level, code, message, fields }: LogRecord, now = new Date()): string {
  return `${[...printableJson({ time: now.toISOString(), level, code, message, fields })].join('')}\n`;
}
