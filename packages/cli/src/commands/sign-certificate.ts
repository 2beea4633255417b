import {
  certificateSigner,
  OmsError,
  type Pem,
  type Signer,
  type TimestampAuthority,
  type Verifier,
} from '@model-signing/core';
import { parsePemCertificates } from '@model-signing/x509';
import type { Context } from '../context.ts';
import { usageError } from '../failure.ts';
import { readCertificates } from '../input-file.ts';
import { namingCertificate } from '../named-input.ts';
import type { SignLogFlags } from './log-flags.ts';
import { refuseWithoutReuse } from './reuse-flags.ts';
import { type SignFlags, sign } from './sign.ts';
import { type MakeSigner, type OpenSigner, type SigningKeyFlags, withSigningKey } from './signing-key.ts';
import { authorityAt } from './timestamp-url.ts';

export interface SignCertificateFlags
  extends SignFlags,
    SigningKeyFlags,
    Pick<SignLogFlags, 'log' | 'logVersion' | 'trustedRoot'> {
  /** If it is absent, the certificate is that of the token that holds the key. */
  readonly signingCertificate?: string;
  readonly certificateChain?: readonly string[];
  readonly timestampUrl?: string;
  readonly anyUsage?: boolean;
  /** Certificates that the signer of an earlier signature must descend from. */
  readonly reuseCertificateChain?: readonly string[];
  readonly reuseTimestampRoots?: readonly string[];
}

/** `sign certificate`: signs a model with a private key and its certificate. */
export async function signWithCertificate(
  modelPath: string,
  flags: SignCertificateFlags,
  context: Context,
): Promise<void> {
  const trust = ownCertificateTrust(flags, context);
  const { log, logVersion, trustedRoot } = flags;
  const isLogged = log !== undefined || logVersion !== undefined || trustedRoot !== undefined;
  if (isLogged) (await import('./logged.ts')).checkSignLog(flags, false);
  await withCertificateSigner(flags, context, (openSigner, own) => {
    const open = async () => {
      const signer = await openSigner();
      return isLogged ? (await import('./logged.ts')).withLog(signer, flags, false, context) : signer;
    };
    return sign(modelPath, flags, open, async () => ofSubject(own(), await trust()), context);
  });
}

/** What opens a signer is made of. */
type CertificateFlags = Omit<SignCertificateFlags, keyof SignFlags>;

/**
 * Does work with a signer by the key and the certificate of the flags, and ends the session of a key that is elsewhere. The
 * certificate is known once the signer is open.
 */
export async function withCertificateSigner(
  flags: CertificateFlags,
  context: Context,
  work: (openSigner: () => Promise<Signer>, certificate: () => Pem | undefined) => Promise<void>,
): Promise<void> {
  const { key = '', timestampUrl, signingCertificate, certificateChain } = flags;
  if (signingCertificate === undefined && !/^pkcs11:/i.test(key)) {
    throw usageError("the option '--signing-certificate <file>' is required", 'it names the certificate of the key');
  }
  const timestampAuthority = timestampUrl === undefined ? undefined : authorityAt(timestampUrl, context);
  const files = {
    'the signing certificate': signingCertificate === undefined ? undefined : [signingCertificate],
    'the certificate chain': certificateChain,
  };
  await withSigningKey(flags, context, async (open) => {
    let own: Pem | undefined;
    const onCertificate = (certificate: Pem) => {
      own = certificate;
    };
    const openSigner = () =>
      openWithCertificate(flags, timestampAuthority, open, onCertificate, context).catch((error) => {
        throw namingCertificate(files, error);
      });
    await work(openSigner, () => own);
  });
}

async function openWithCertificate(
  { signingCertificate, certificateChain = [], anyUsage }: CertificateFlags,
  timestampAuthority: TimestampAuthority | undefined,
  open: OpenSigner,
  onCertificate: (certificate: Pem) => void,
  { signal }: Context,
): Promise<Signer> {
  const named = signingCertificate === undefined ? [] : [signingCertificate];
  const [inFile] = await readCertificates(named, 'signing certificate', signal);
  const chain = await readCertificates(certificateChain, 'certificate chain', signal);
  const make: MakeSigner = (key, onToken) => {
    const certificate = inFile ?? onToken;
    if (certificate === null) throw noCertificate();
    onCertificate(certificate);
    return certificateSigner({ ...key, certificate, chain, usage: anyUsage ? 'any' : 'every', timestampAuthority });
  };
  return open(make, inFile);
}

/** Authorities certify others too, so an earlier signature must name the same subject as the certificate that signs now. */
function ofSubject(certificate: Pem | undefined, verifier: Verifier): Verifier {
  const [leaf] = certificate === undefined ? [] : parsePemCertificates(certificate);
  if (leaf === undefined) throw new TypeError('the certificate is not open');
  return {
    ...verifier,
    async verify(content, signature, material, warn) {
      const found = await verifier.verify(content, signature, material, warn);
      const { identity } = found;
      if (identity.method === 'certificate' && identity.subject === leaf.subject.text) return found;
      const who = identity.method === 'certificate' ? identity.subject : identity.method;
      const message = `it was made by ${who}, and the certificate that signs now is that of ${leaf.subject.text}`;
      throw new OmsError('signer/identity-mismatch', message, { requirement: null });
    },
  };
}

/**
 * What opens a verifier for an earlier signature.
 * @throws {CommandError} `command/usage` if the flags do not say whose it must be
 */
function ownCertificateTrust(flags: SignCertificateFlags, context: Context): () => Promise<Verifier> {
  const { reuse, reuseCertificateChain: certificateChain, reuseTimestampRoots: timestampRoots, anyUsage } = flags;
  if (reuse === undefined) {
    refuseWithoutReuse({ 'reuse-certificate-chain': certificateChain, 'reuse-timestamp-roots': timestampRoots });
  } else if (certificateChain === undefined) {
    throw usageError(
      "the option '--reuse-certificate-chain <file>' is required with --reuse",
      'it names the certificates that you trust for the earlier signature',
    );
  }
  const given = {
    ...(certificateChain && { certificateChain }),
    ...(timestampRoots && { timestampRoots }),
    ...(anyUsage !== undefined && { anyUsage }),
  };
  return async () => (await import('./verify-certificate.ts')).certificateTrust(given, context)();
}

function noCertificate(): Error {
  const hint = 'name the file that has it with --signing-certificate';
  return usageError('the token has no certificate for this key, or several', hint);
}
