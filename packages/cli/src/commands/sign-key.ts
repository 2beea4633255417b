import { keySigner } from '@model-signing/core';
import type { Context } from '../context.ts';
import { openPrivateKey, type PrivateKeyFlags } from './private-key.ts';
import { type SignFlags, sign } from './sign.ts';

export interface SignKeyFlags extends SignFlags, PrivateKeyFlags {}

/** `sign key`: signs a model with a private key. */
export async function signWithKey(modelPath: string, flags: SignKeyFlags, context: Context): Promise<void> {
  await sign(modelPath, flags, () => openPrivateKey(flags, keySigner, context), context);
}
