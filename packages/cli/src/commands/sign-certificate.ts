import { certificateSigner, httpTimestampAuthority } from '@model-signing/core';
import type { Context } from '../context.ts';
import { readCertificates } from '../input-file.ts';
import { openPrivateKey, type PrivateKeyFlags } from './private-key.ts';
import { type SignFlags, sign } from './sign.ts';

export interface SignCertificateFlags extends SignFlags, PrivateKeyFlags {
  readonly signingCertificate: string;
  readonly certificateChain?: readonly string[];
  readonly timestampUrl?: URL;
  readonly anyUsage?: boolean;
}

/** `sign certificate`: signs a model with a private key and the certificate of its public half. */
export async function signWithCertificate(
  modelPath: string,
  flags: SignCertificateFlags,
  context: Context,
): Promise<void> {
  const openSigner = async () => {
    const [certificate] = await readCertificates([flags.signingCertificate], 'signing certificate');
    const chain = await readCertificates(flags.certificateChain ?? [], 'certificate chain');
    const { timestampUrl, anyUsage } = flags;
    const { signal } = context;
    return openPrivateKey(
      flags,
      (key) =>
        certificateSigner({
          ...key,
          certificate: certificate as Uint8Array,
          chain,
          usage: anyUsage ? 'any' : 'every',
          ...(timestampUrl && { timestampAuthority: httpTimestampAuthority(timestampUrl, { signal }) }),
        }),
      context,
    );
  };
  await sign(modelPath, flags, openSigner, context);
}
