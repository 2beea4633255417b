import { createHash } from 'node:crypto';
import {
  type CertificateIdentity,
  certificateVerifier,
  type VerificationMaterial,
  type Verifier,
} from '@model-signing/core';
import { parsePemCertificates } from '@model-signing/x509';
import type { Context } from '../context.ts';
import { usageError } from '../failure.ts';
import { readCertificates } from '../input-file.ts';
import { namingCertificate } from '../named-input.ts';
import type { Output } from '../output.ts';
import type { RequireLogFlags } from './log-flags.ts';
import { type VerifyFlags, verify } from './verify.ts';
import { needsRequiredLog } from './verify-key.ts';

/** The flags that say which certificates to trust, and how. */
export interface CertificateTrustFlags {
  readonly certificateChain?: readonly string[];
  readonly systemRoots?: boolean;
  readonly requireSelfSignedRoot?: boolean;
  readonly timestampRoots?: readonly string[];
  readonly verificationTime?: Date;
  readonly anyUsage?: boolean;
  readonly logFingerprints?: boolean;
}

export interface VerifyCertificateFlags extends VerifyFlags, CertificateTrustFlags, RequireLogFlags {}

/** `verify certificate`: verifies that the holder of a trusted certificate signed the model. */
export async function verifyWithCertificate(
  modelPath: string,
  flags: VerifyCertificateFlags,
  context: Context,
): Promise<void> {
  const { requireLog, trustedRoot } = flags;
  const open = certificateTrust(flags, context);
  if (trustedRoot !== undefined && !requireLog) throw needsRequiredLog();
  const openLogged = async () => (await import('./logged.ts')).withRequiredLog(await open(), flags, context);
  await verify(modelPath, flags, requireLog ? openLogged : open, context);
}

/**
 * What opens a verifier for the given certificates.
 * @param onRead called with the trusted certificates, and with those of timestamp authorities
 * @throws {CommandError} `command/usage` if none are given
 */
export function certificateTrust(
  flags: CertificateTrustFlags,
  context: Context,
  onRead?: (trusted: readonly Uint8Array[], authorities: readonly Uint8Array[]) => void,
): () => Promise<Verifier<CertificateIdentity>> {
  const { certificateChain = [], timestampRoots = [], systemRoots, anyUsage } = flags;
  if (certificateChain.length === 0 && !systemRoots) {
    throw usageError(
      "the option '--certificate-chain <file>' is required",
      'it names the certificates that you trust; --system-roots trusts those of the operating system',
    );
  }
  return async () => {
    const trusted = await readCertificates(certificateChain, 'certificate chain', context.signal);
    const authorities = await readCertificates(timestampRoots, 'timestamp roots', context.signal);
    onRead?.(trusted, authorities);
    try {
      const verifier = certificateVerifier({
        trusted,
        systemRoots,
        requireSelfSignedRoot: flags.requireSelfSignedRoot,
        timestampRoots: authorities,
        verificationTime: flags.verificationTime,
        usage: anyUsage ? 'any' : 'every',
      });
      return flags.logFingerprints ? loggingFingerprints(verifier, trusted, context.output) : verifier;
    } catch (error) {
      const files = { 'a trusted certificate': certificateChain, 'a certificate of a timestamp': timestampRoots };
      throw namingCertificate(files, error);
    }
  };
}

/** Logs the fingerprints of the trusted certificates and of those in the bundle, in the format of the Python command. */
function loggingFingerprints(
  verifier: Verifier<CertificateIdentity>,
  trusted: readonly Uint8Array[],
  output: Output,
): Verifier<CertificateIdentity> {
  for (const pem of trusted) for (const { raw } of parsePemCertificates(pem)) log('trusted', raw, output);
  return {
    ...verifier,
    verify(content, signature, material, warn) {
      for (const der of certificatesOf(material)) log('bundle', der, output);
      return verifier.verify(content, signature, material, warn);
    },
  };
}

function certificatesOf({ x509CertificateChain, certificate }: VerificationMaterial): Buffer[] {
  const certificates = x509CertificateChain?.certificates ?? (certificate ? [certificate] : []);
  return certificates.map(({ rawBytes }) => Buffer.from(rawBytes, 'base64'));
}

/** @param certificate DER, not yet checked */
function log(where: string, certificate: Uint8Array, output: Output): void {
  const digest = createHash('sha256').update(certificate).digest('hex').toUpperCase();
  output.info(`[${where}] sha256 Fingerprint: ${digest.match(/../g)?.join(':')}`);
}
