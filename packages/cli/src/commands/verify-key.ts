import { keyVerifier } from '@model-signing/core';
import type { Context } from '../context.ts';
import { readSmallFile } from '../input-file.ts';
import { type VerifyFlags, verify } from './verify.ts';

export interface VerifyKeyFlags extends VerifyFlags {
  readonly publicKey: string;
}

/** `verify key`: verifies that a model is what the owner of a key signed. */
export async function verifyWithKey(modelPath: string, flags: VerifyKeyFlags, context: Context): Promise<void> {
  const openVerifier = async () => keyVerifier({ publicKey: await readSmallFile(flags.publicKey, 'public key') });
  await verify(modelPath, flags, openVerifier, context);
}
