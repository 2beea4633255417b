import { sigstoreSigner, type TokenSource } from '@model-signing/sigstore';
import { openInBrowser } from '../browser.ts';
import type { Context } from '../context.ts';
import { usageError } from '../failure.ts';
import { promptLine } from '../prompt.ts';
import { readSecret } from '../secret.ts';
import { canPrompt } from '../standard-streams.ts';
import { type SignFlags, sign } from './sign.ts';
import { type TrustFlags, trustSource } from './trust.ts';

export interface SignSigstoreFlags extends SignFlags, TrustFlags {
  readonly identityToken?: string;
  readonly identityTokenFile?: string;
  readonly useAmbientCredentials?: boolean;
  readonly oauthForceOob?: boolean;
  readonly clientId?: string;
  readonly clientSecret?: string;
}

/** `sign sigstore`: signs a model with an identity. */
export async function signWithSigstore(modelPath: string, flags: SignSigstoreFlags, context: Context): Promise<void> {
  if (flags.clientId === '') throw usageError('the client ID is empty');
  await sign(modelPath, flags, () => openSigner(flags, context), context);
}

async function openSigner(flags: SignSigstoreFlags, context: Context) {
  const { output, signal } = context;
  return sigstoreSigner({
    trust: await trustSource(flags, context),
    token: await tokenSource(flags, context),
    clientId: flags.clientId,
    onNotice: (message) => output.warning(message),
    signal,
  });
}

async function tokenSource(flags: SignSigstoreFlags, { output, signal }: Context): Promise<TokenSource> {
  if (flags.identityToken !== undefined) {
    output.warning('other users of this machine can see --identity-token: --identity-token-file is safer');
    return { token: flags.identityToken };
  }
  if (flags.identityTokenFile !== undefined) {
    return {
      token: Buffer.from(await readSecret(flags.identityTokenFile, 'identity token', signal)).toString('latin1'),
    };
  }
  if (flags.useAmbientCredentials) return { ambient: true };
  if (process.env.CI && !canPrompt()) {
    output.warning('this looks like a CI job, where no one can sign in: --use-ambient-credentials uses its identity');
  }
  const show = async (address: string) => {
    output.request(`open this address in a browser to sign in:\n${address}`);
    if (!flags.oauthForceOob) openInBrowser(address);
  };
  const readCode = flags.oauthForceOob ? () => promptLine('the code that the browser shows', signal) : undefined;
  return { login: { show, readCode }, clientSecret: flags.clientSecret };
}
