import { sigstoreSigner, type TokenSource } from '@model-signing/sigstore';
import { openInBrowser } from '../browser.ts';
import type { Context } from '../context.ts';
import { usageError } from '../failure.ts';
import { promptLine } from '../prompt.ts';
import { openSecret } from '../secret.ts';
import { canPrompt } from '../standard-streams.ts';
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
}

/** `sign sigstore`: signs a model with an identity. */
export async function signWithSigstore(modelPath: string, flags: SignSigstoreFlags, context: Context): Promise<void> {
  if (flags.clientId === '') throw usageError('the client ID is empty');
  await sign(modelPath, flags, () => openSigner(flags, context), context);
}

async function openSigner(flags: SignSigstoreFlags, context: Context) {
  const trust = await trustSource(flags, context);
  const token = await tokenSource(flags, context);
  try {
    return await sigstoreSigner({ trust, token, clientId: flags.clientId, signal: context.signal });
  } catch (error) {
    throw namingTrust(flags, error);
  }
}

async function tokenSource(flags: SignSigstoreFlags, context: Context): Promise<TokenSource> {
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
