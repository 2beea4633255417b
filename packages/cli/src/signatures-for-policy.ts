import type { SourceModel } from '@model-signing/sources';
import type { Context } from './context.ts';
import { usageError } from './failure.ts';
import type { NamedModel } from './model-name.ts';
import type { NamedSignature } from './named-signature.ts';
import { isStandardInput } from './standard-streams.ts';

/** Far more than any threshold needs. */
const MAX_SIGNATURES = 100;

/**
 * The signatures to judge a model by: those that are named, or else the one that is found; in a store, all that are equally good, because
 * the policy and not the store decides which of them count.
 * @throws {CommandError} `command/usage`, `command/not-found`
 * @throws {SourceError}
 */
export async function signaturesFor(
  named: NamedModel,
  given: readonly string[] | undefined,
  { signal }: Context,
): Promise<NamedSignature[]> {
  if (given === undefined)
    return named.source === null ? [await found(named, signal)] : inStore(named, named.source, signal);
  if (given.length > MAX_SIGNATURES) throw usageError(`--signature is given more than ${MAX_SIGNATURES} times`);
  if (given.filter(isStandardInput).length > 1) throw usageError('standard input can hold only one signature');
  return Promise.all(given.map((one) => named.findSignature(one, signal)));
}

async function found(named: NamedModel, signal: AbortSignal): Promise<NamedSignature> {
  return named.findSignature(undefined, signal);
}

async function inStore(named: NamedModel, source: SourceModel, signal: AbortSignal): Promise<NamedSignature[]> {
  const stored = await source.findSignatures(signal);
  const best = Math.min(...stored.map(({ rank }) => rank));
  const equal = stored.filter(({ rank }) => rank === best);
  if (equal.length < 2 || equal.length > MAX_SIGNATURES) return [await found(named, signal)];
  return equal.map(({ name, why }) => ({
    ...{ name, why, place: 'store', path: null },
    inspect: [source.location.pinned, '--signature', name],
    read: (readSignal) => source.readSignature(name, readSignal),
  }));
}
