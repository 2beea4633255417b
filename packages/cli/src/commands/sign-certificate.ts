import { certificateSigner, httpTimestampAuthority, type Signer, type TimestampAuthority } from '@model-signing/core';
import type { Context } from '../context.ts';
import { usageError } from '../failure.ts';
import { readCertificates } from '../input-file.ts';
import { namingCertificate } from '../named-input.ts';
import { type SignFlags, sign } from './sign.ts';
import { type MakeSigner, type OpenSigner, type SigningKeyFlags, withSigningKey } from './signing-key.ts';

export interface SignCertificateFlags extends SignFlags, SigningKeyFlags {
  /** If it is absent, the certificate is that of the token that holds the key. */
  readonly signingCertificate?: string;
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
  const { key = '', timestampUrl, signingCertificate, certificateChain } = flags;
  if (signingCertificate === undefined && !/^pkcs11:/i.test(key)) {
    throw usageError(
      "the option '--signing-certificate <file>' is required",
      'see model-signing sign certificate --help',
    );
  }
  const timestampAuthority = timestampUrl === undefined ? undefined : authorityAt(timestampUrl, context);
  const files = {
    'the signing certificate': signingCertificate === undefined ? undefined : [signingCertificate],
    'the certificate chain': certificateChain,
  };
  await withSigningKey(flags, context, async (open) => {
    const openSigner = () =>
      openWithCertificate(flags, timestampAuthority, open, context).catch((error) => {
        throw namingCertificate(files, error);
      });
    await sign(modelPath, flags, openSigner, context);
  });
}

async function openWithCertificate(
  { signingCertificate, certificateChain = [], anyUsage }: SignCertificateFlags,
  timestampAuthority: TimestampAuthority | undefined,
  open: OpenSigner,
  { signal }: Context,
): Promise<Signer> {
  const named = signingCertificate === undefined ? [] : [signingCertificate];
  const [inFile] = await readCertificates(named, 'signing certificate', signal);
  const chain = await readCertificates(certificateChain, 'certificate chain', signal);
  const make: MakeSigner = (key, onToken) => {
    const certificate = inFile ?? onToken;
    if (certificate === null) throw noCertificate();
    return certificateSigner({ ...key, certificate, chain, usage: anyUsage ? 'any' : 'every', timestampAuthority });
  };
  return open(make, inFile);
}

function noCertificate(): Error {
  const hint = 'name the file that has it with --signing-certificate';
  return usageError('the token has no certificate for this key, or several', hint);
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
