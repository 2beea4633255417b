import { keySigner, OmsError, quote, type Signer } from '@model-signing/core';
import type { Context } from '../context.ts';
import { readSmallFile } from '../input-file.ts';
import { canPrompt, promptPassphrase, readPassphrase } from '../passphrase.ts';
import { type SignFlags, sign } from './sign.ts';

export interface SignKeyFlags extends SignFlags {
  readonly privateKey: string;
  readonly passphraseFile?: string;
  readonly password?: string;
}

/** `sign key`: signs a model with a private key. */
export async function signWithKey(modelPath: string, flags: SignKeyFlags, context: Context): Promise<void> {
  await sign(modelPath, flags, () => openSigner(flags, context), context);
}

async function openSigner(flags: SignKeyFlags, { output, signal }: Context): Promise<Signer> {
  output.debug(`reading the private key ${quote(flags.privateKey)}`);
  const privateKey = await readSmallFile(flags.privateKey, 'private key');
  if (flags.password !== undefined) {
    output.warning('other users of this machine can see --password: --passphrase-file is safer');
    return keySigner({ privateKey, passphrase: flags.password });
  }
  const ask = async () => {
    const passphrase = await promptPassphrase(`passphrase of ${quote(flags.privateKey)}`, signal);
    return keySigner({ privateKey, passphrase });
  };
  if (flags.passphraseFile === '-' && canPrompt()) return ask();
  if (flags.passphraseFile !== undefined) {
    return keySigner({ privateKey, passphrase: await readPassphrase(flags.passphraseFile) });
  }
  try {
    return keySigner({ privateKey });
  } catch (error) {
    if (!(error instanceof OmsError && error.code === 'signer/passphrase-missing' && canPrompt())) throw error;
    return ask();
  }
}
