import type { TrustSource } from '@model-signing/sigstore';
import type { Context } from '../context.ts';
import { usageError } from '../failure.ts';
import { readDocument } from '../input-file.ts';
import { naming } from '../named-input.ts';

/** The flags that choose the Sigstore instance to trust. */
export interface TrustFlags {
  readonly trustedRoot?: string;
  readonly trustConfig?: string;
  /** For signing only. */
  readonly signingConfig?: string;
  readonly useStaging?: boolean;
  readonly refreshTrust?: boolean;
}

/** Names the file that an error about the trust root or the services is about. */
export function namingTrust({ trustedRoot, trustConfig, signingConfig }: TrustFlags, error: unknown): unknown {
  const isConfig = error instanceof Error && error.message.startsWith('the signing configuration');
  return naming((isConfig ? signingConfig : trustedRoot) ?? trustConfig, error);
}

/** Reads the files that the flags name. */
export async function trustSource(flags: TrustFlags, { signal }: Pick<Context, 'signal'>): Promise<TrustSource> {
  const { signingConfig } = flags;
  if (flags.trustedRoot !== undefined) {
    return {
      trustedRoot: await readDocument(flags.trustedRoot, 'trust root', signal),
      signingConfig: signingConfig && (await readDocument(signingConfig, 'signing configuration', signal)),
    };
  }
  if (signingConfig !== undefined) throw usageError('--signing-config needs --trusted-root');
  if (flags.trustConfig !== undefined) {
    return { trustConfig: await readDocument(flags.trustConfig, 'trust configuration', signal) };
  }
  return { instance: flags.useStaging ? 'staging' : 'public-good', refresh: flags.refreshTrust };
}
