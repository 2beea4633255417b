import {
  anyOf,
  type KeyIdentity,
  type KeyVerifierOptions,
  keyVerifier,
  type Pem,
  type Verifier,
} from '@model-signing/core';
import type { Context } from '../context.ts';
import { usageError } from '../failure.ts';
import { type ExtensionFlags, keyExtensions } from '../key-extensions.ts';
import type { TokenFlags } from '../key-reference.ts';
import { naming } from '../named-input.ts';
import { readKey } from '../secret.ts';
import type { RequireLogFlags } from './log-flags.ts';
import { type VerifyFlags, verify } from './verify.ts';

/** The flags that say whose key to trust. */
export interface KeyTrustFlags extends TokenFlags, ExtensionFlags {
  /** If it is absent, and `key` too, `MODEL_SIGNING_PUBLIC_KEY` decides. */
  readonly publicKey?: readonly string[];
  /** References to keys, in place of `publicKey`. */
  readonly key?: readonly string[];
}

export interface VerifyKeyFlags extends VerifyFlags, KeyTrustFlags, RequireLogFlags {
  readonly timestampRoots?: readonly string[];
}

/** `verify key`: verifies that a model is what the owner of a key signed, of any one key if there are several. */
export async function verifyWithKey(modelPath: string, flags: VerifyKeyFlags, context: Context): Promise<void> {
  const { requireLog, trustedRoot, timestampRoots } = flags;
  const open = keyTrust(flags, context);
  if (trustedRoot !== undefined && !requireLog) throw needsRequiredLog();
  const openWithMore = async () => {
    let verifier: Verifier<KeyIdentity> = await open();
    // Few ask for more than the key, and each module costs time.
    const logged = await import('./logged.ts');
    if (timestampRoots !== undefined) verifier = await logged.withTimestampRoots(verifier, timestampRoots, context);
    return requireLog ? logged.withRequiredLog(verifier, flags, context) : verifier;
  };
  const more = requireLog || timestampRoots !== undefined;
  await verify(modelPath, flags, more ? openWithMore : open, context);
}

/** A trust root that nothing uses would look like a check. */
export function needsRequiredLog(): Error {
  return usageError('--trusted-root is for a log entry that is required', 'add --require-log');
}

/**
 * What opens a verifier for the given keys.
 * @param onKey called with each key that is trusted
 */
export function keyTrust(flags: KeyTrustFlags, context: Context, onKey: OnKey = () => {}) {
  const extensions = keyExtensions(flags);
  const { publicKey: files = [undefined], key: references } = flags;
  if (references !== undefined) return () => verifierOfReferences(references, flags, context, onKey);
  if (flags.pinFile !== undefined) throw usageError('--pin-file is for a key in a token, which --key names');
  return async () => {
    const keys = await Promise.all(files.map((file) => readKey(file, inFile, context.signal)));
    return anyOf(keys.map((publicKey, index) => verifierOf({ publicKey, extensions }, files[index], onKey)));
  };
}

const inFile = { what: 'public key', flag: '--public-key', variable: 'MODEL_SIGNING_PUBLIC_KEY' };

/** One after another, since each token may ask for its PIN. */
async function verifierOfReferences(
  references: readonly string[],
  flags: KeyTrustFlags,
  context: Context,
  onKey: OnKey,
) {
  const verifiers = [];
  for (const text of references) verifiers.push(await verifierOfReference(text, flags, context, onKey));
  return anyOf(verifiers);
}

async function verifierOfReference(text: string, flags: KeyTrustFlags, context: Context, onKey: OnKey) {
  const { parseKey, readPublicKey } = await import('../key-reference.ts');
  const reference = await parseKey(text);
  if (typeof reference === 'string') {
    const publicKey = await readKey(reference, inFile, context.signal);
    return verifierOf({ publicKey, extensions: keyExtensions(flags) }, reference, onKey);
  }
  const { publicKey, description } = await readPublicKey(reference, flags, context);
  context.output.info(`the public key is that of ${description}`);
  return verifierOf({ publicKey }, undefined, onKey);
}

type OnKey = (publicKey: Pem) => void;

function verifierOf(key: KeyVerifierOptions, file: string | undefined, onKey: OnKey) {
  onKey(key.publicKey);
  try {
    return keyVerifier(key);
  } catch (error) {
    throw naming(file, error);
  }
}
