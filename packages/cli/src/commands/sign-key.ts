import { keySigner, keyVerifierOf, type Verifier } from '@model-signing/core';
import type { Context } from '../context.ts';
import { type SignFlags, sign } from './sign.ts';
import { type SigningKeyFlags, withSigningKey } from './signing-key.ts';

export interface SignKeyFlags extends SignFlags, SigningKeyFlags {}

/** `sign key`: signs a model with a private key. An earlier signature is its signer's own if the public half of that key verifies it. */
export async function signWithKey(modelPath: string, flags: SignKeyFlags, context: Context): Promise<void> {
  await withSigningKey(flags, context, async (open) => {
    let own: (() => Verifier) | undefined;
    const openSigner = () =>
      open((key) => {
        own = () => keyVerifierOf(key);
        return keySigner(key);
      });
    const openOwnVerifier = async () => {
      if (own === undefined) throw new TypeError('the key is not open');
      return own();
    };
    await sign(modelPath, flags, openSigner, openOwnVerifier, context);
  });
}
