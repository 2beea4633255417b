import type { Verifier } from '@model-signing/core';
import { sigstoreSigner, type TokenSource } from '@model-signing/sigstore';
import { openInBrowser } from '../browser.ts';
import type { Context } from '../context.ts';
import { usageError } from '../failure.ts';
import { promptLine } from '../prompt.ts';
import { openSecret } from '../secret.ts';
import { canPrompt } from '../standard-streams.ts';
import { refuseWithoutReuse } from './reuse-flags.ts';
import { type SignFlags, sign } from './sign.ts';
import { namingTrust, type TrustFlags, trustSource } from './trust.ts';

export interface SignSigstoreFlags extends SignFlags, TrustFlags {
  readonly identityToken?: string;
  readonly identityTokenFile?: string;
  readonly useAmbientCredentials?: boolean;
  readonly oauthForceOob?: boolean;
  readonly clientId?: string;
  readonly clientSecret?: string;
  readonly clientSecretFile?: string;
  /** Who must have made an earlier signature. */
  readonly reuseIdentity?: readonly string[];
  readonly reuseIdentityRegexp?: readonly string[];
  readonly reuseIdentityProvider?: string;
}

/** `sign sigstore`: signs a model with an identity. */
export async function signWithSigstore(modelPath: string, flags: SignSigstoreFlags, context: Context): Promise<void> {
  if (flags.clientId === '') throw usageError('the client ID is empty');
  await sign(modelPath, flags, () => openSigstoreSigner(flags, context), ownSigstoreTrust(flags, context), context);
}

/**
 * What opens a verifier for an earlier signature, by the trust root of the instance that signs.
 * @throws {CommandError} `command/usage` if the flags do not say whose it must be
 */
function ownSigstoreTrust(flags: SignSigstoreFlags, context: Context): () => Promise<Verifier> {
  const { reuse, reuseIdentity: identity, reuseIdentityRegexp: identityRegexp } = flags;
  const { reuseIdentityProvider: identityProvider, trustedRoot, trustConfig, useStaging } = flags;
  if (reuse === undefined) {
    const names = { 'reuse-identity': identity, 'reuse-identity-regexp': identityRegexp };
    refuseWithoutReuse({ ...names, 'reuse-identity-provider': identityProvider });
  } else if (identityProvider === undefined || (identity === undefined && identityRegexp === undefined)) {
    throw usageError(
      'the options --reuse-identity and --reuse-identity-provider are required with --reuse',
      'without them, an earlier signature by anyone would be accepted',
    );
  }
  const given = {
    ...(identity && { identity }),
    ...(identityRegexp && { identityRegexp }),
    ...(trustedRoot !== undefined && { trustedRoot }),
    ...(trustConfig !== undefined && { trustConfig }),
    ...(useStaging !== undefined && { useStaging }),
  };
  return async () => {
    const { sigstoreTrust } = await import('./verify-sigstore.ts');
    return sigstoreTrust({ ...given, identityProvider: identityProvider ?? '' }, context)();
  };
}

/** What opens a signer is made of. */
type SigstoreFlags = Omit<SignSigstoreFlags, keyof SignFlags>;

/** Opens a signer by the identity of the flags. */
export async function openSigstoreSigner(flags: SigstoreFlags, context: Context) {
  const trust = await trustSource(flags, context);
  const token = await tokenSource(flags, context);
  try {
    return await sigstoreSigner({ trust, token, clientId: flags.clientId, signal: context.signal });
  } catch (error) {
    throw namingTrust(flags, error);
  }
}

async function tokenSource(flags: SigstoreFlags, context: Context): Promise<TokenSource> {
  const { output, signal } = context;
  const token = await openSecret(
    {
      what: 'identity token',
      flag: { name: '--identity-token', value: flags.identityToken },
      fileFlag: { name: '--identity-token-file', value: flags.identityTokenFile },
    },
    context,
  );
  if (token !== undefined) return { token: new TextDecoder().decode(token) };
  if (flags.useAmbientCredentials) return { ambient: true };
  if (process.env.CI && !canPrompt()) {
    output.notice(
      'command/no-browser',
      'this looks like a CI job, where no one can sign in: --use-ambient-credentials uses its identity',
    );
  }
  const show = async (address: string) => {
    output.request(`open this address in a browser to sign in:\n${address}`);
    if (!flags.oauthForceOob) openInBrowser(address);
  };
  const readCode = flags.oauthForceOob ? () => promptLine('the code that the browser shows', signal) : undefined;
  const clientSecret = await openSecret(
    {
      what: 'client secret',
      flag: { name: '--client-secret', value: flags.clientSecret },
      fileFlag: { name: '--client-secret-file', value: flags.clientSecretFile },
    },
    context,
  );
  return { login: { show, readCode }, clientSecret: clientSecret && new TextDecoder().decode(clientSecret) };
}
