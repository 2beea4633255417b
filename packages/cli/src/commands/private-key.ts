import { OmsError, quote, type Signer } from '@model-signing/core';
import type { Context } from '../context.ts';
import { isSecretText, readSmallFile } from '../input-file.ts';
import { canPrompt, promptPassphrase, readPassphrase } from '../passphrase.ts';

/** The flags for a private key and its passphrase. */
export interface PrivateKeyFlags {
  readonly privateKey: string;
  readonly passphraseFile?: string;
  readonly password?: string;
}

/** A private key, as the signers of the library take it. */
export interface PrivateKey {
  readonly privateKey: Uint8Array;
  readonly passphrase?: string | Uint8Array;
}

/** Makes a signer with the private key of the flags, prompting for the passphrase if necessary. */
export async function openPrivateKey(
  flags: PrivateKeyFlags,
  makeSigner: (key: PrivateKey) => Signer,
  { output, signal }: Context,
): Promise<Signer> {
  if (!isSecretText(flags.privateKey)) output.debug(`reading the private key ${quote(flags.privateKey)}`);
  const privateKey = await readSmallFile(flags.privateKey, 'private key');
  if (flags.password !== undefined) {
    output.warning('other users of this machine can see --password: --passphrase-file is safer');
    return makeSigner({ privateKey, passphrase: flags.password });
  }
  const ask = async () => {
    const passphrase = await promptPassphrase(`passphrase of ${quote(flags.privateKey)}`, signal);
    return makeSigner({ privateKey, passphrase });
  };
  if (flags.passphraseFile === '-' && canPrompt()) return ask();
  if (flags.passphraseFile !== undefined) {
    return makeSigner({ privateKey, passphrase: await readPassphrase(flags.passphraseFile) });
  }
  try {
    return makeSigner({ privateKey });
  } catch (error) {
    if (!(error instanceof OmsError && error.code === 'signer/passphrase-missing' && canPrompt())) throw error;
    return ask();
  }
}
