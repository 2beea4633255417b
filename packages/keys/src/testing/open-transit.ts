import { inspect } from 'node:util';
import { testKey } from '@model-signing/testing/forge';
import { refusalOf } from '@model-signing/testing/refusal';
import { startTransit, type TestTransit, type TransitOptions } from '@model-signing/testing/transit';
import { temporaryDirectory } from '@model-signing/testing/tree';
import { expect } from 'vitest';
import { KeyError, type KeyErrorCode } from '../key-error.ts';
import type { OpenedKey } from '../opened-key.ts';
import type { TransitKeyOptions } from '../options.ts';
import { openTransitKey } from '../transit-key.ts';

const refused = refusalOf(KeyError);

/** Runs an attempt that must be refused, and returns the error, in which no token may be. */
export async function refusal(code: KeyErrorCode, attempt: () => Promise<unknown>): Promise<KeyError> {
  const error = await refused(code, attempt);
  expect(inspect(error)).not.toMatch(/0123456789|s3cret/);
  return error;
}

/** Opens a key of an engine; nothing but the engine is in the environment. */
export const open = (
  transit: { readonly environment: object },
  reference = 'openbao://release',
  options: TransitKeyOptions = {},
): Promise<OpenedKey> =>
  openTransitKey(reference, {
    timeout: 240_000,
    ...options,
    environment: { HOME: temporaryDirectory(), ...transit.environment, ...options.environment },
  });

/** Starts an engine with one key, whose responses are changed. */
export const startWith = (change?: TransitOptions['change']): Promise<TestTransit> =>
  startTransit({ keys: { release: [testKey()] }, ...(change && { change }) });
