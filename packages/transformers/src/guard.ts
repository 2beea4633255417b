import {
  MAX_BUNDLE_BYTES,
  OmsError,
  openSignature,
  quote,
  type SignedManifest,
  type SignerIdentity,
} from '@model-signing/core';
import { directoryStore } from '#directory-store';
import { ModelAddresses } from './addresses.ts';
import { checkEnvironment, type TransformersEnv } from './environment.ts';
import { checkGuardOptions, type GuardOptions } from './guard-options.ts';
import { GuardedModel } from './guarded-model.ts';
import { Installation, type Original, originalOf } from './installation.ts';
import { readBounded } from './read-bounded.ts';
import type { GuardReport } from './report.ts';
import { cacheStore, type FileStore, type GuardCache, noStore } from './store.ts';
import { StoredModel } from './stored-model.ts';

/** A model that transformers.js loads only as it was signed. */
export interface Guarded<Identity extends SignerIdentity = SignerIdentity> {
  /** The revision that is read. */
  readonly revision: string;
  readonly signed: SignedManifest<Identity>;
  /** What has been seen so far. */
  readonly report: GuardReport<Identity>;
  /**
   * Fails if a file was refused and has not been verified since, or was changed on the disk after it was compared. Call it after loading and
   * before use: transformers.js goes on without some files that it cannot get, and browsers replace the error of a refusal.
   * @throws {OmsError} the first such refusal; `model/changed`
   */
  confirm(): void;
  /** Ends the guard. With the last one, `env` is as it was before the first. What is loaded afterwards is not checked. */
  release(): void;
}

/**
 * Lets transformers.js load a model only as it was signed: every file that it gets, from the hub or from its cache, is compared with what was
 * signed. Files that are not signed, signed files that the server does not have, and other models on the same host are refused; whichever
 * revision is asked for, the guarded one is read. Local models are off. What is requested from other hosts passes, and is listed in the report.
 *
 * Call it before anything of the model is loaded: transformers.js remembers what it has read. Settings that would lead around the guard cannot
 * be changed until it is released.
 * @param env the `env` of transformers.js 4
 * @throws {OmsError} `model/not-found` and `model/unreadable` for the signature; `bundle/…`, `envelope/…`, `signer/…`, `statement/…`,
 * `manifest/…`
 * @throws {TypeError} for another `env`, and for a model that is guarded already
 *
 * @example
 * const verifier = keyVerifier({ publicKey: await readFile('key.pub.pem') });
 * const guarded = await guard(env, { model: 'org/name', revision: 'main', verifier });
 * const extract = await pipeline('feature-extraction', 'org/name', { revision: guarded.revision });
 * guarded.confirm();
 * console.log(`${guarded.report.verified.length} files verified, ${guarded.report.unchecked} not read`);
 */
export async function guard<Identity extends SignerIdentity>(
  env: TransformersEnv,
  options: GuardOptions<Identity>,
): Promise<Guarded<Identity>> {
  const {
    model,
    revision,
    verifier,
    signature = 'model.sig',
    cache,
    engine,
    inMemory = false,
    unguarded = [],
    ...opening
  } = checkGuardOptions(options);
  checkEnvironment(env);
  const addresses = new ModelAddresses({ host: env.remoteHost, template: env.remotePathTemplate }, model, revision);
  const original = Installation.of(env)?.original ?? originalOf(env);
  const bundle =
    typeof signature === 'string' ? await readSignature(original, addresses, signature, opening) : signature;
  const signed = await openSignature(bundle, verifier, opening);
  const guarded = new GuardedModel(addresses, signed, engine);
  const store = await storeFor(env, original, addresses, cache);
  if (Installation.of(env)?.guards(model)) throw new TypeError(`the model ${quote(model)} is guarded already`);
  const files = new StoredModel(guarded, inMemory ? { ...store, disk: undefined } : store);
  const release = Installation.add(env, files, unguarded);
  return {
    revision,
    signed,
    get report() {
      return guarded.findings.report(signed.signer, guarded.names.size);
    },
    confirm() {
      files.confirmUnchanged();
      guarded.findings.confirm();
    },
    release,
  };
}

async function readSignature(
  { fetch }: Original,
  addresses: ModelAddresses,
  name: string,
  { signal }: { readonly signal?: AbortSignal | undefined },
): Promise<Uint8Array> {
  const address = addresses.addressOf(name);
  const { status, body } = await fetch(address, signal ? { signal } : {});
  const what = `the signature ${quote(name)} of the model ${quote(addresses.model)}`;
  if (status !== 200 || !body) {
    body?.cancel().catch(() => {});
    const isMissing = status === 404 || status === 410;
    const message = `${what} cannot be read: ${quote(address)} responds with status ${status}`;
    throw new OmsError(isMissing ? 'model/not-found' : 'model/unreadable', message);
  }
  const bytes = await readBounded(body, MAX_BUNDLE_BYTES);
  if (!bytes) throw new OmsError('bundle/too-large', `${what} has more than ${MAX_BUNDLE_BYTES} bytes`);
  return bytes;
}

/** Where transformers.js keeps files by itself, unless the caller says where. */
async function storeFor(
  env: TransformersEnv,
  original: Original,
  addresses: ModelAddresses,
  chosen: GuardCache | null | undefined,
): Promise<FileStore> {
  if (chosen === null) return noStore;
  const cache = chosen ?? original.cache ?? (env.useBrowserCache ? await browserCache(env.cacheKey) : null);
  if (cache) return cacheStore(cache, (name) => addresses.addressOf(name));
  if (!env.useFSCache || env.cacheDir === null) return noStore;
  return directoryStore(env.cacheDir, addresses.model, addresses.revision);
}

/** Some pages may not use the cache of the browser. */
async function browserCache(name: string): Promise<GuardCache | null> {
  try {
    const { caches } = globalThis as { caches?: { open(name: string): Promise<GuardCache> } };
    return (await caches?.open(name)) ?? null;
  } catch {
    return null;
  }
}
