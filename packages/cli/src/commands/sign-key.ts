import { keySigner, keyVerifierOf, type Verifier } from '@model-signing/core';
import type { Context } from '../context.ts';
import { type ExtensionFlags, keyExtensions } from '../key-extensions.ts';
import type { SignLogFlags } from './log-flags.ts';
import { type SignFlags, sign } from './sign.ts';
import { type SigningKeyFlags, withSigningKey } from './signing-key.ts';

export interface SignKeyFlags
  extends SignFlags,
    SigningKeyFlags,
    Omit<SignLogFlags, 'draft'>,
    Pick<ExtensionFlags, 'extension'> {}

/** `sign key`: signs a model with a private key. An earlier signature is its signer's own if the public half of that key verifies it. */
export async function signWithKey(modelPath: string, flags: SignKeyFlags, context: Context): Promise<void> {
  const extensions = keyExtensions(flags);
  const { log, logVersion, trustedRoot, timestampUrl } = flags;
  // Few signatures are logged, and each module costs time.
  const isPlain = [log, logVersion, trustedRoot, timestampUrl].every((each) => each === undefined);
  if (!isPlain) (await import('./logged.ts')).checkSignLog(flags, true);
  await withSigningKey(flags, context, async (open) => {
    let own: (() => Verifier) | undefined;
    const openSigner = async () => {
      const signer = await open((key) => {
        own = () => keyVerifierOf({ ...key, extensions });
        return keySigner({ ...key, extensions });
      });
      return isPlain ? signer : (await import('./logged.ts')).withLog(signer, flags, true, context);
    };
    const openOwnVerifier = async () => {
      if (own === undefined) throw new TypeError('the key is not open');
      return own();
    };
    await sign(modelPath, flags, openSigner, openOwnVerifier, context);
  });
}
