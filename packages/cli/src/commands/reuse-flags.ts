import type { Draft, HashAlgorithm } from '@model-signing/core';
import { usageError } from '../failure.ts';
import type { AuditValue } from '../reuse-options.ts';

/** The flags for signing a model again whose files are mostly unchanged. */
export interface ReuseFlags {
  /** The earlier signature. */
  readonly reuse?: string;
  /** Canonical names. */
  readonly rehash?: readonly string[];
  readonly audit?: AuditValue;
  readonly reuseFs?: readonly string[];
  /** Undefined unless the caller says. */
  readonly reuseRecord?: boolean;
  readonly hash?: HashAlgorithm;
  readonly shardSize?: number;
  readonly strict?: boolean;
  /** A draft that the earlier signature may follow. */
  readonly draft?: Draft;
}

/** Whether any of them is given, so that what serves them is loaded. */
export function usesReuse(flags: ReuseFlags): boolean {
  return [flags.reuse, flags.rehash, flags.audit, flags.reuseFs, flags.reuseRecord].some(
    (value) => value !== undefined,
  );
}

/**
 * Refuses flags that say whose an earlier signature must be, where none is given.
 * @throws {CommandError} `command/usage`
 */
export function refuseWithoutReuse(values: Readonly<Record<string, unknown>>): void {
  const name = Object.keys(values).find((one) => values[one] !== undefined);
  if (name !== undefined) throw usageError(`--${name} needs --reuse`, 'it says who must have made that signature');
}
