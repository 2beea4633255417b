import { anyOf } from '@model-signing/core';
import { sigstoreVerifier } from '@model-signing/sigstore';
import type { Context } from '../context.ts';
import { usageError } from '../failure.ts';
import { namingTrust, type TrustFlags, trustSource } from './trust.ts';
import { type VerifyFlags, verify } from './verify.ts';

/** The flags that say which identities to trust, as which instance of Sigstore knows them. */
export interface SigstoreTrustFlags extends TrustFlags {
  /** Any of them may have signed. */
  readonly identity?: readonly string[];
  readonly identityRegexp?: readonly string[];
  readonly identityProvider: string;
}

export interface VerifySigstoreFlags extends VerifyFlags, SigstoreTrustFlags {}

/** `verify sigstore`: verifies that a given identity signed the model. */
export async function verifyWithSigstore(
  modelPath: string,
  flags: VerifySigstoreFlags,
  context: Context,
): Promise<void> {
  await verify(modelPath, flags, sigstoreTrust(flags, context), context);
}

/**
 * What opens a verifier for the given identities.
 * @throws {CommandError} `command/usage` if none are given
 */
export function sigstoreTrust(flags: SigstoreTrustFlags, context: Context) {
  checkExpected(flags);
  return () => openVerifier(flags, context);
}

/** Refuses empty texts, which come from unset variables and must not mean that anyone is trusted. */
function checkExpected({ identity, identityRegexp, identityProvider }: SigstoreTrustFlags): void {
  if (identity === undefined && identityRegexp === undefined) {
    throw usageError(
      "the option '--identity <name>' is required",
      'without it, a signature by anyone would be accepted',
    );
  }
  if (identity?.includes('') || identityRegexp?.includes('')) throw usageError('the identity is empty');
  if (identityProvider === '') throw usageError('the identity provider is empty');
}

/** A verifier that accepts any of the identities, each of the one provider. */
async function openVerifier(flags: SigstoreTrustFlags, context: Context) {
  const { identity: names = [], identityRegexp: patterns = [], identityProvider: issuer } = flags;
  const expected = [
    ...names.map((identity) => ({ identity })),
    ...patterns.map((identityPattern) => ({ identityPattern })),
  ];
  const verifiers: Awaited<ReturnType<typeof sigstoreVerifier>>[] = [];
  let trust = await trustSource(flags, context);
  try {
    for (const one of expected) {
      verifiers.push(await sigstoreVerifier({ ...one, issuer, trust, signal: context.signal }));
      if ('instance' in trust) trust = { ...trust, refresh: false }; // the first has fetched and stored it
    }
  } catch (error) {
    if (error instanceof SyntaxError && patterns.length > 0) throw usageError(error.message);
    throw namingTrust(flags, error);
  }
  return anyOf(verifiers);
}
