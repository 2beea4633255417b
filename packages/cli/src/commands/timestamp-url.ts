import { httpTimestampAuthority, type TimestampAuthority } from '@model-signing/core';
import type { Context } from '../context.ts';
import { usageError } from '../failure.ts';

/** The authority at an address. The message does not repeat the address, which may contain a password. */
export function authorityAt(url: string, { signal }: Context): TimestampAuthority {
  try {
    return httpTimestampAuthority(url, { signal });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw usageError('the address of --timestamp-url must begin with http:// or https:// and hold no user name');
  }
}
