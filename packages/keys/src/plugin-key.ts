import { quote } from '@model-signing/core';
import { KeyError } from './key-error.ts';
import type { OpenedKey } from './opened-key.ts';
import { type CallLimits, callLimits, type PluginKeyOptions } from './options.ts';
import { type PluginMethod, parsePluginAnswer } from './plugin-answer.ts';
import { findPlugin } from './plugin-path.ts';
import { runPlugin } from './plugin-process.ts';
import { type PluginReference, parseKeyReference } from './reference.ts';
import { checkDigest, readServedKey } from './served-key.ts';

/** The numbers that Go has for the hashes of the curves. */
const goHash = { 'P-256': 5, 'P-384': 6, 'P-521': 7 } as const;

/**
 * Opens a key that a program reaches by Sigstore's plugin protocol: `NAME://REST` is the key `REST` of `sigstore-kms-NAME`, which is
 * searched in the absolute directories of `PATH`, also for `openbao` and `hashivault`, which need none elsewhere. Each call runs the
 * program once; it gets digests, never the model.
 * @throws {KeyError} `key/reference-invalid`, `key/module-missing`, `key/unsupported`, `key/unreachable`, `key/refused`,
 * `key/response-invalid`; `sign` throws the last three as well
 *
 * @example
 * await using key = await openPluginKey('awskms:///alias/models');
 * await signModel(localModel('my-model'), keySigner({ key }));
 */
export async function openPluginKey(reference: string, options: PluginKeyOptions = {}): Promise<OpenedKey> {
  const limits = callLimits(options);
  const parsed = pluginReference(reference);
  limits.signal?.throwIfAborted();
  const plugin = new Plugin(parsed, await findPlugin(parsed.plugin, limits.environment), limits);
  const key = readServedKey(await plugin.publicKey(), plugin.title);
  return {
    publicKey: key.pem,
    description: `key ${quote(parsed.resource)} of ${plugin.title}`,
    async sign(digest) {
      checkDigest(digest, key);
      return plugin.sign(digest, goHash[key.curve]);
    },
    async [Symbol.asyncDispose]() {}, // no program runs between two calls
  };
}

/** The names of what is built in elsewhere are names of plugins here: the caller asked for one. */
function pluginReference(reference: string): PluginReference {
  const parsed = parseKeyReference(reference);
  if (parsed.kind === 'plugin') return parsed;
  if (parsed.kind !== 'transit') throw new KeyError('key/reference-invalid', 'the reference is not that of a plugin');
  const { service } = parsed;
  return { kind: 'plugin', plugin: service, resource: reference.slice(`${service}://`.length) };
}

class Plugin {
  readonly title: string;
  readonly #reference: PluginReference;
  readonly #program: string;
  readonly #limits: CallLimits;

  constructor(reference: PluginReference, program: string, limits: CallLimits) {
    this.title = `the plugin sigstore-kms-${reference.plugin}`;
    this.#reference = reference;
    this.#program = program;
    this.#limits = limits;
  }

  /** The public key in PEM. */
  publicKey(): Promise<Uint8Array> {
    return this.#call('publicKey', goHash['P-256'], (rpcOptions) => ({ publicKeyOptions: { rpcOptions } }));
  }

  /** A signature of a digest by a hash, which has Go's number. */
  sign(digest: Uint8Array, hashFunc: number): Promise<Uint8Array> {
    const messageOptions = { digest: Buffer.from(digest).toString('base64'), hashFunc };
    return this.#call('signMessage', hashFunc, (rpcOptions) => ({ signOptions: { rpcOptions, messageOptions } }));
  }

  async #call(method: PluginMethod, hashFunc: number, argumentsOf: (rpcOptions: object) => object) {
    const ctxDeadline = new Date(Date.now() + this.#limits.timeout).toISOString();
    const rpcOptions = { ctxDeadline, keyVersion: '', remoteVerification: false };
    const call = {
      initOptions: {
        ctxDeadline,
        protocolVersion: 'v1',
        keyResourceID: this.#reference.resource,
        hashFunc,
        rpcOptions,
      },
      methodName: method,
      [method]: argumentsOf(rpcOptions),
    };
    const answer = await runPlugin(this.#program, ['v1', JSON.stringify(call)], this.title, this.#limits);
    return parsePluginAnswer(answer, method, this.title, this.#limits.environment);
  }
}
