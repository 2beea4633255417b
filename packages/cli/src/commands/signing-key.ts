import type { Pem, PrivateKeyHandle, Signer } from '@model-signing/core';
import type { Context } from '../context.ts';
import { usageError } from '../failure.ts';
import type { HeldKey, TokenFlags } from '../key-reference.ts';
import { openPrivateKey, type PrivateKey, type PrivateKeyFlags } from './private-key.ts';

/** The flags for a key to sign with, wherever it is. */
export interface SigningKeyFlags extends PrivateKeyFlags, TokenFlags {
  /** A reference to the key, in place of `privateKey`. */
  readonly key?: string;
}

/** A key to sign with, as the signers of the library take it. */
export type SigningKey = PrivateKey | { readonly key: PrivateKeyHandle };

/** What makes a signer with a key, and with the certificate in PEM that the token of the key has; null for none. */
export type MakeSigner = (key: SigningKey, certificate: string | null) => Signer;

/** Opens the key of the flags. The certificate is for tokens that hold no public key. */
export type OpenSigner = (make: MakeSigner, certificate?: Pem) => Promise<Signer>;

/** Does work with the key of the flags, and ends the session of a key that is elsewhere, whatever happens. */
export async function withSigningKey(
  flags: SigningKeyFlags,
  context: Context,
  work: (open: OpenSigner) => Promise<void>,
): Promise<void> {
  let held: HeldKey | null = null;
  const open: OpenSigner = async (make, certificate) => {
    const reference = flags.key === undefined ? null : await (await loadReferences()).parseKey(flags.key);
    if (reference === null || typeof reference === 'string') {
      if (flags.pinFile !== undefined) throw usageError('--pin-file is for a key in a token, and the key is in a file');
      const inFile = reference === null ? flags : { ...flags, privateKey: reference };
      return openPrivateKey(inFile, (key) => make(key, null), context);
    }
    const given = ['passphraseFile', 'password'].find((name) => flags[name as keyof PrivateKeyFlags] !== undefined);
    if (given) throw usageError('a passphrase is for a key in a file, and the key is elsewhere', 'leave it out');
    const { openKey } = await loadReferences();
    held = await openKey(reference, flags, context, certificate);
    context.output.info(`signing with ${held.description}`);
    return make({ key: held }, held.certificate);
  };
  try {
    await work(open);
  } finally {
    if (held !== null) await (await loadReferences()).closeKey(held, context);
  }
}

/** Few keys are elsewhere, and each module costs time. */
function loadReferences() {
  return import('../key-reference.ts');
}
