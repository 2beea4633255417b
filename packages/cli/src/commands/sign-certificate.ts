import { certificateSigner, httpTimestampAuthority, type TimestampAuthority } from '@model-signing/core';
import type { Context } from '../context.ts';
import { usageError } from '../failure.ts';
import { readCertificates } from '../input-file.ts';
import { namingCertificate } from '../named-input.ts';
import { openPrivateKey, type PrivateKeyFlags } from './private-key.ts';
import { type SignFlags, sign } from './sign.ts';

export interface SignCertificateFlags extends SignFlags, PrivateKeyFlags {
  readonly signingCertificate: string;
  readonly certificateChain?: readonly string[];
  readonly timestampUrl?: string;
  readonly anyUsage?: boolean;
}

/** `sign certificate`: signs a model with a private key and its certificate. */
export async function signWithCertificate(
  modelPath: string,
  flags: SignCertificateFlags,
  context: Context,
): Promise<void> {
  const { anyUsage, timestampUrl } = flags;
  const timestampAuthority = timestampUrl === undefined ? undefined : authorityAt(timestampUrl, context);
  const openSigner = async () => {
    const [certificate] = await readCertificates([flags.signingCertificate], 'signing certificate', context.signal);
    const chain = await readCertificates(flags.certificateChain ?? [], 'certificate chain', context.signal);
    return openPrivateKey(
      flags,
      (key) =>
        certificateSigner({
          ...key,
          certificate: certificate as Uint8Array,
          chain,
          usage: anyUsage ? 'any' : 'every',
          timestampAuthority,
        }),
      context,
    );
  };
  const files = {
    'the signing certificate': [flags.signingCertificate],
    'the certificate chain': flags.certificateChain,
  };
  const openNamed = () =>
    openSigner().catch((error) => {
      throw namingCertificate(files, error);
    });
  await sign(modelPath, flags, openNamed, context);
}

/** The message does not repeat the address, which may contain a password. */
function authorityAt(url: string, { signal }: Context): TimestampAuthority {
  try {
    return httpTimestampAuthority(url, { signal });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw usageError('the address of --timestamp-url must begin with http:// or https:// and hold no user name');
  }
}
