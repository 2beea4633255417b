import { keySigner } from '@model-signing/core';
import type { Context } from '../context.ts';
import { type SignFlags, sign } from './sign.ts';
import { type SigningKeyFlags, withSigningKey } from './signing-key.ts';

export interface SignKeyFlags extends SignFlags, SigningKeyFlags {}

/** `sign key`: signs a model with a private key. */
export async function signWithKey(modelPath: string, flags: SignKeyFlags, context: Context): Promise<void> {
  await withSigningKey(flags, context, (open) => sign(modelPath, flags, () => open(keySigner), context));
}
