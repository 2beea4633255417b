import { anyOf, keyVerifier } from '@model-signing/core';
import type { Context } from '../context.ts';
import { naming } from '../named-input.ts';
import { readKey } from '../secret.ts';
import { type VerifyFlags, verify } from './verify.ts';

export interface VerifyKeyFlags extends VerifyFlags {
  /** If it is absent, `MODEL_SIGNING_PUBLIC_KEY` decides. */
  readonly publicKey?: readonly string[];
}

/** `verify key`: verifies that a model is what the owner of a key signed, of any one key if there are several. */
export async function verifyWithKey(modelPath: string, flags: VerifyKeyFlags, context: Context): Promise<void> {
  const { publicKey: files = [undefined] } = flags;
  const source = { what: 'public key', flag: '--public-key', variable: 'MODEL_SIGNING_PUBLIC_KEY' };
  const openVerifier = async () => {
    const keys = await Promise.all(files.map((file) => readKey(file, source, context.signal)));
    return anyOf(keys.map((publicKey, index) => verifierOf(publicKey, files[index])));
  };
  await verify(modelPath, flags, openVerifier, context);
}

function verifierOf(publicKey: Uint8Array, file: string | undefined) {
  try {
    return keyVerifier({ publicKey });
  } catch (error) {
    throw naming(file, error);
  }
}
