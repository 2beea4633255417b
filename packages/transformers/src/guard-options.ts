import type { Draft, HashEngine, SignerIdentity, Verifier } from '@model-signing/core';
import {
  anAbortSignal,
  aString,
  checkEach,
  type Rule,
  someText,
  strings,
  textOrBytes,
  trueOrFalse,
  withFunctions,
} from '@model-signing/x509/options';
import type { GuardCache } from './store.ts';

/** Which model to guard, and whose signature to accept. */
export interface GuardOptions<Identity extends SignerIdentity> {
  /** The name of the model on the hub, as it is given to transformers.js: `org/name`. */
  readonly model: string;
  /** The revision that is read whichever one transformers.js asks for. A commit always has the same files. */
  readonly revision: string;
  /** Whose signature to accept. */
  readonly verifier: Verifier<Identity>;
  /** The bytes of the signature, or the name of its file in the repository. Default `model.sig`. */
  readonly signature?: string | Uint8Array | undefined;
  /**
   * Where files are kept between loads; null for nowhere. Default: what transformers.js would use, which is its custom cache, the cache
   * of the browser or, in Node, its directory.
   */
  readonly cache?: GuardCache | null | undefined;
  /**
   * Give the loader each file in memory, so that nothing that can write to the cache can change it after it was compared. It costs memory
   * and time, and no file may have more than 2 GiB. Default false: in Node, the loader gets the paths of ONNX files in the directory, and
   * `confirm()` fails if one of them was changed in the meantime. Everywhere else, files are always in memory.
   */
  readonly inMemory?: boolean | undefined;
  /** What computes digests. Default: that of core. */
  readonly engine?: HashEngine | undefined;
  /**
   * Beginnings of addresses on the host of the model that may be requested and are not checked. Default: none. All addresses on other hosts
   * may be requested.
   */
  readonly unguarded?: readonly string[] | undefined;
  /** Refuse whatever would be a warning about the signature. Default false. */
  readonly strict?: boolean | undefined;
  /** Also accept signatures of this draft of the format. Default: none. */
  readonly draft?: Draft | undefined;
  /** Ends the wait for the signature and the verifier with its reason. */
  readonly signal?: AbortSignal | undefined;
}

const aCache = withFunctions(['match', 'put'], ['delete']);

/** Anything else would begin every address, or none. */
const isAbsolute = (address: string) => /^https?:\/\/[^/?#]/i.test(address) && URL.canParse(address);

const rules = {
  model: someText,
  revision: someText,
  verifier: withFunctions(['verify']),
  signature: {
    expected: 'a name that is not empty or a Uint8Array',
    accepts: (value) => value !== '' && textOrBytes.accepts(value),
  },
  cache: { expected: `null or ${aCache.expected}`, accepts: (value) => value === null || aCache.accepts(value) },
  inMemory: trueOrFalse,
  engine: withFunctions(['hash'], ['prepare']),
  unguarded: {
    expected: 'absolute addresses with https: or http:',
    accepts: (value) => strings.accepts(value) && (value as string[]).every(isAbsolute),
  },
  strict: trueOrFalse,
  draft: aString,
  signal: anAbortSignal,
} satisfies Readonly<Record<string, Rule>>;

/** @throws {TypeError} that names the option */
export function checkGuardOptions<Options extends GuardOptions<SignerIdentity>>(options: Options): Options {
  return checkEach(options, rules, { required: ['model', 'revision', 'verifier'] });
}
