import {
  type CertificateIdentity,
  type KeyIdentity,
  type Signer,
  timestampedSigner,
  timestampedVerifier,
  type Verifier,
} from '@model-signing/core';
import { loggedSigner, loggedVerifier } from '@model-signing/sigstore';
import type { Context } from '../context.ts';
import { usageError } from '../failure.ts';
import { readCertificates } from '../input-file.ts';
import { namingCertificate } from '../named-input.ts';
import type { RequireLogFlags, SignLogFlags } from './log-flags.ts';
import { authorityAt } from './timestamp-url.ts';
import { namingTrust, trustSource } from './trust.ts';

/**
 * Refuses flags that do not fit each other, before anything is read.
 * @throws {CommandError} `command/usage`
 */
export function checkSignLog(
  { log, logVersion, trustedRoot, timestampUrl, draft }: SignLogFlags,
  isKey: boolean,
): void {
  const given = log !== undefined ? '--log' : isKey && timestampUrl !== undefined ? '--timestamp-url' : null;
  if (given !== null && draft === undefined) {
    const what = given === '--log' ? 'log entries' : 'timestamps';
    throw usageError(`${given} needs a draft of the format: version 1.0 has no ${what} with a key`, 'add --draft 1.1');
  }
  if (log === undefined) {
    const lost = logVersion !== undefined ? '--log-version' : trustedRoot !== undefined ? '--trusted-root' : null;
    if (lost !== null) throw usageError(`${lost} is for a signature that is logged`, 'name the log with --log');
    return;
  }
  if (logVersion === '2' && timestampUrl === undefined) {
    throw usageError('a log of version 2 states no time', 'add --timestamp-url with an authority of the trust root');
  }
}

/** A signer that also has its signatures logged, and with a key also timestamped, if the flags say so. */
export async function withLog(signer: Signer, flags: SignLogFlags, isKey: boolean, context: Context): Promise<Signer> {
  const { log, logVersion = '1', timestampUrl } = flags;
  const timed =
    isKey && timestampUrl !== undefined ? timestampedSigner(signer, authorityAt(timestampUrl, context)) : signer;
  if (log === undefined) return timed;
  const { signal, output } = context;
  const trust = await trustSource(rootOf(flags), context);
  try {
    const service = { url: log, version: logVersion === '2' ? 2 : 1 } as const;
    const logged = await loggedSigner(timed, { log: service, trust, signal });
    output.notice(
      'command/public-log',
      'the log publishes the digest of what is signed, the key or certificate and the time, and never removes them',
    );
    return logged;
  } catch (error) {
    if (error instanceof TypeError) throw usageError(`the address of --log is none of a log: ${error.message}`);
    throw namingTrust(flags, error);
  }
}

/** A verifier of keys that also verifies timestamps by the authorities of the flags. */
export async function withTimestampRoots(
  verifier: Verifier<KeyIdentity>,
  files: readonly string[],
  { signal }: Context,
): Promise<Verifier<KeyIdentity>> {
  const timestampRoots = await readCertificates(files, 'timestamp roots', signal);
  try {
    return timestampedVerifier(verifier, { timestampRoots });
  } catch (error) {
    throw namingCertificate({ 'a certificate of a timestamp': files }, error);
  }
}

/** A verifier that also requires an entry in a log of the trust root. */
export async function withRequiredLog<Identity extends KeyIdentity | CertificateIdentity>(
  verifier: Verifier<Identity>,
  flags: RequireLogFlags,
  context: Context,
): Promise<Verifier<Identity>> {
  try {
    return await loggedVerifier(verifier, { trust: await trustSource(rootOf(flags), context), signal: context.signal });
  } catch (error) {
    throw namingTrust(flags, error);
  }
}

function rootOf({ trustedRoot }: RequireLogFlags) {
  return trustedRoot === undefined ? {} : { trustedRoot };
}
