import { sigstoreVerifier } from '@model-signing/sigstore';
import type { Context } from '../context.ts';
import { usageError } from '../failure.ts';
import { type TrustFlags, trustSource } from './trust.ts';
import { type VerifyFlags, verify } from './verify.ts';

export interface VerifySigstoreFlags extends VerifyFlags, TrustFlags {
  readonly identity?: string;
  readonly identityRegexp?: string;
  readonly identityProvider: string;
}

/** `verify sigstore`: verifies that a given identity signed the model. */
export async function verifyWithSigstore(
  modelPath: string,
  flags: VerifySigstoreFlags,
  context: Context,
): Promise<void> {
  checkExpected(flags);
  await verify(modelPath, flags, () => openVerifier(flags, context), context);
}

/** Refuses empty texts, which come from unset variables and must not mean that anyone is trusted. */
function checkExpected({ identity, identityRegexp, identityProvider }: VerifySigstoreFlags): void {
  if (identity === undefined && identityRegexp === undefined) {
    throw usageError(
      "the option '--identity <name>' is required",
      'without it, a signature by anyone would be accepted',
    );
  }
  if (identity === '' || identityRegexp === '') throw usageError('the identity is empty');
  if (identityProvider === '') throw usageError('the identity provider is empty');
}

async function openVerifier(flags: VerifySigstoreFlags, context: Context) {
  const trust = await trustSource(flags, context);
  try {
    return await sigstoreVerifier({
      identity: flags.identity,
      identityPattern: flags.identityRegexp,
      issuer: flags.identityProvider,
      trust,
      signal: context.signal,
    });
  } catch (error) {
    if (error instanceof SyntaxError && flags.identityRegexp !== undefined) throw usageError(error.message);
    throw error;
  }
}
