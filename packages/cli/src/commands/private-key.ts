import { OmsError, quote, type Signer } from '@model-signing/core';
import type { Context } from '../context.ts';
import { naming } from '../named-input.ts';
import { fromEnvironment, openSecret, readKey } from '../secret.ts';
import { canPrompt, isStandardInput } from '../standard-streams.ts';

/** The flags for a private key and its passphrase. */
export interface PrivateKeyFlags {
  /** If it is absent, `MODEL_SIGNING_PRIVATE_KEY` decides. */
  readonly privateKey?: string;
  readonly passphraseFile?: string;
  readonly password?: string;
}

/** A private key, as the signers of the library take it. */
export interface PrivateKey {
  readonly privateKey: Uint8Array;
  readonly passphrase?: string | Uint8Array;
}

const PASSPHRASE_VARIABLE = 'MODEL_SIGNING_PASSPHRASE';

/** Makes a signer, or something else, with the private key of the flags or the environment, prompting for the passphrase if necessary. */
export async function openPrivateKey<T = Signer>(
  flags: PrivateKeyFlags,
  make: (key: PrivateKey) => T,
  context: Context,
): Promise<T> {
  return unlockPrivateKey(await readPrivateKey(flags.privateKey, context), flags, make, context);
}

/** Does the same with a private key that was read from the file of the flags. */
export async function unlockPrivateKey<T>(
  privateKey: Uint8Array,
  flags: PrivateKeyFlags,
  make: (key: PrivateKey) => T,
  context: Context,
): Promise<T> {
  const makeSigner = (key: PrivateKey) => {
    try {
      return make(key);
    } catch (error) {
      throw error instanceof OmsError && error.code.startsWith('signer/key-') ? naming(flags.privateKey, error) : error;
    }
  };
  const ask = async () => {
    const { promptPassphrase } = await import('../prompt.ts');
    const name = flags.privateKey === undefined ? 'the private key' : quote(flags.privateKey);
    return makeSigner({ privateKey, passphrase: await promptPassphrase(`passphrase of ${name}`, context.signal) });
  };
  const { password, passphraseFile } = flags;
  if (password === undefined && passphraseFile !== undefined && isStandardInput(passphraseFile) && canPrompt())
    return ask();
  const given = await openSecret(
    {
      what: 'passphrase',
      flag: { name: '--password', value: password },
      fileFlag: { name: '--passphrase-file', value: passphraseFile },
    },
    context,
  );
  if (given !== undefined) return makeSigner({ privateKey, passphrase: given });
  try {
    return makeSigner({ privateKey });
  } catch (error) {
    if (!(error instanceof OmsError && error.code === 'signer/passphrase-missing')) throw error;
    // Asked only now, since the variable may be set for another key.
    const passphrase = fromEnvironment(PASSPHRASE_VARIABLE);
    if (passphrase !== undefined) return makeSigner({ privateKey, passphrase });
    if (!canPrompt()) throw error;
    return ask();
  }
}

function readPrivateKey(file: string | undefined, { output, signal }: Context): Promise<Uint8Array> {
  const source = { what: 'private key', flag: '--private-key', variable: 'MODEL_SIGNING_PRIVATE_KEY' };
  output.debug('reading the private key');
  return readKey(file, source, signal);
}
