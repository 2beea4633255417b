import { quote } from '@model-signing/core';
import type { Context } from '../context.ts';
import { usageError } from '../failure.ts';
import type { TokenFlags } from '../key-reference.ts';
import type { SignFlags } from './sign.ts';
import { type SignCertificateFlags, signWithCertificate } from './sign-certificate.ts';
import { signWithKey } from './sign-key.ts';

interface TokenKeyFlags extends TokenFlags {
  readonly pkcs11Uri: string;
}

export interface SignPkcs11KeyFlags extends SignFlags, TokenKeyFlags {}

export interface SignPkcs11CertificateFlags
  extends Omit<SignCertificateFlags, 'key' | 'privateKey' | 'passphraseFile' | 'password'>,
    TokenKeyFlags {}

/** `sign pkcs11-key`: signs a model with a key in a token. */
export async function signWithPkcs11Key(
  modelPath: string,
  { pkcs11Uri: key, ...flags }: SignPkcs11KeyFlags,
  context: Context,
): Promise<void> {
  refuseOtherReferences(key);
  await signWithKey(modelPath, { ...flags, key }, context);
}

/** `sign pkcs11-certificate`: signs a model with a key in a token and its certificate. */
export async function signWithPkcs11Certificate(
  modelPath: string,
  { pkcs11Uri: key, ...flags }: SignPkcs11CertificateFlags,
  context: Context,
): Promise<void> {
  refuseOtherReferences(key);
  await signWithCertificate(modelPath, { ...flags, key }, context);
}

function refuseOtherReferences(uri: string): void {
  if (/^pkcs11:/i.test(uri)) return;
  const hint = 'every other reference to a key is for sign key --key and sign certificate --key';
  throw usageError(`--pkcs11-uri is ${quote(uri)}, and a PKCS #11 URI begins with pkcs11:`, hint);
}
