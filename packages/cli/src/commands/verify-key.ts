import { anyOf, keyVerifier } from '@model-signing/core';
import type { Context } from '../context.ts';
import { naming } from '../named-input.ts';
import { readKey } from '../secret.ts';
import { type VerifyFlags, verify } from './verify.ts';

/** The flags that say whose key to trust. */
export interface KeyTrustFlags {
  /** If it is absent, `MODEL_SIGNING_PUBLIC_KEY` decides. */
  readonly publicKey?: readonly string[];
}

export interface VerifyKeyFlags extends VerifyFlags, KeyTrustFlags {}

/** `verify key`: verifies that a model is what the owner of a key signed, of any one key if there are several. */
export async function verifyWithKey(modelPath: string, flags: VerifyKeyFlags, context: Context): Promise<void> {
  await verify(modelPath, flags, keyTrust(flags, context), context);
}

/** What opens a verifier for the given keys. */
export function keyTrust(flags: KeyTrustFlags, { signal }: Context) {
  const { publicKey: files = [undefined] } = flags;
  const source = { what: 'public key', flag: '--public-key', variable: 'MODEL_SIGNING_PUBLIC_KEY' };
  return async () => {
    const keys = await Promise.all(files.map((file) => readKey(file, source, signal)));
    return anyOf(keys.map((publicKey, index) => verifierOf(publicKey, files[index])));
  };
}

function verifierOf(publicKey: Uint8Array, file: string | undefined) {
  try {
    return keyVerifier({ publicKey });
  } catch (error) {
    throw naming(file, error);
  }
}
