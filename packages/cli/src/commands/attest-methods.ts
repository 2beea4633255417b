import { createPrivateKey, createPublicKey } from 'node:crypto';
import { certificateVerifier, keySigner, keyVerifier, type Pem, type Verifier } from '@model-signing/core';
import type { Context } from '../context.ts';
import { usageError } from '../failure.ts';
import { readCertificates } from '../input-file.ts';
import { type AttestFlags, attest } from './attest.ts';
import { type SignCertificateFlags, withCertificateSigner } from './sign-certificate.ts';
import { openSigstoreSigner, type SignSigstoreFlags } from './sign-sigstore.ts';
import { type SigningKey, type SigningKeyFlags, withSigningKey } from './signing-key.ts';
import type { TrustFlags } from './trust.ts';
import { certificateTrust } from './verify-certificate.ts';
import { keyTrust } from './verify-key.ts';
import { sigstoreTrust } from './verify-sigstore.ts';

/** The flags that say who must have signed the model. */
export interface SignedByFlags {
  readonly signerKey?: readonly string[];
  readonly signerCertificate?: readonly string[];
  readonly signerIdentity?: readonly string[];
  readonly signerIdentityProvider?: string;
}

/** `attest key`: attests with a private key. */
export async function attestWithKey(
  operand: string,
  flags: AttestFlags & SigningKeyFlags & SignedByFlags,
  context: Context,
): Promise<void> {
  const trust = signedByTrust(flags, context);
  await withSigningKey(flags, context, async (open) => {
    // The own key says whose signature is accepted, so it is opened first.
    let own: Pem | undefined;
    const signer =
      trust === null
        ? await open((key) => {
            // It says what is wrong with a key, and asks for its passphrase.
            const made = keySigner(key);
            own = publicHalf(key);
            return made;
          })
        : null;
    await attest(
      operand,
      flags,
      {
        openSigner: async () => signer ?? open(keySigner),
        openVerifier: trust ?? (async () => keyVerifier({ publicKey: own as Pem })),
      },
      context,
    );
  });
}

function publicHalf(key: SigningKey): Pem {
  if ('key' in key) return key.key.publicKey;
  const { privateKey, passphrase } = key;
  // It was read as a key before, in PEM or DER.
  const text = Buffer.from(privateKey);
  const secret = passphrase === undefined ? {} : { passphrase: Buffer.from(passphrase) };
  const isPem = text.includes('-----BEGIN');
  const opened = createPrivateKey(
    isPem ? { key: text, ...secret } : { key: text, format: 'der', type: 'pkcs8', ...secret },
  );
  return createPublicKey(opened).export({ type: 'spki', format: 'pem' }).toString();
}

/** `attest certificate`: attests with a private key and its certificate. */
export async function attestWithCertificate(
  operand: string,
  flags: AttestFlags & SignCertificateFlags & SignedByFlags,
  context: Context,
): Promise<void> {
  const trust = signedByTrust(flags, context) ?? ownCertificateTrust(flags, context);
  await withCertificateSigner(flags, context, (openSigner) =>
    attest(operand, flags, { openSigner, openVerifier: trust }, context),
  );
}

/** Accepts what the certificate itself signed: a trust anchor may be the certificate of a signer. */
function ownCertificateTrust({ signingCertificate, anyUsage }: SignCertificateFlags, context: Context) {
  if (signingCertificate === undefined) throw whoSigned();
  return async (): Promise<Verifier> => {
    const [own] = await readCertificates([signingCertificate], 'signing certificate', context.signal);
    return certificateVerifier({ trusted: [firstOf(own as Uint8Array)], usage: anyUsage ? 'any' : 'every' });
  };
}

/** The first certificate of a file: those after it are authorities, which may have certified others. */
function firstOf(file: Uint8Array): string {
  const text = new TextDecoder().decode(file);
  const end = '-----END CERTIFICATE-----';
  const at = text.indexOf(end);
  return at === -1 ? text : text.slice(0, at + end.length);
}

/** `attest sigstore`: attests with an identity. */
export async function attestWithSigstore(
  operand: string,
  flags: AttestFlags & SignSigstoreFlags & SignedByFlags,
  context: Context,
): Promise<void> {
  if (flags.clientId === '') throw usageError('the client ID is empty');
  const openVerifier = signedByTrust(flags, context);
  if (openVerifier === null) throw whoSigned();
  await attest(operand, flags, { openSigner: () => openSigstoreSigner(flags, context), openVerifier }, context);
}

function whoSigned(): Error {
  return usageError(
    'it is not said who must have signed the model',
    'name a key with --signer-key, an authority with --signer-certificate, or an identity with --signer-identity',
  );
}

/** What opens the verifier of the model's signature; null if the flags name no signer. */
function signedByTrust(flags: SignedByFlags, context: Context): (() => Promise<Verifier>) | null {
  const { signerKey, signerCertificate, signerIdentity, signerIdentityProvider } = flags;
  if (signerIdentityProvider !== undefined && signerIdentity === undefined) {
    throw usageError('--signer-identity-provider needs --signer-identity');
  }
  if (signerKey) return keyTrust({ publicKey: signerKey }, context);
  if (signerCertificate) return certificateTrust({ certificateChain: signerCertificate }, context);
  if (!signerIdentity) return null;
  if (signerIdentityProvider === undefined) throw usageError('--signer-identity needs --signer-identity-provider');
  return sigstoreTrust(
    { ...instanceOf(flags as TrustFlags), identity: signerIdentity, identityProvider: signerIdentityProvider },
    context,
  );
}

/** The instance of Sigstore that the attester uses too, if it is by Sigstore. */
function instanceOf({ trustedRoot, trustConfig, useStaging, refreshTrust }: TrustFlags): TrustFlags {
  return {
    ...(trustedRoot !== undefined && { trustedRoot }),
    ...(trustConfig !== undefined && { trustConfig }),
    ...(useStaging !== undefined && { useStaging }),
    ...(refreshTrust !== undefined && { refreshTrust }),
  };
}
