import { defaultEngine, type HashEngine, type SignerIdentity, type Verification } from '@model-signing/core';
import { aFunction, anAbortSignal, checkEach, someText, trueOrFalse, withFunctions } from '@model-signing/x509/options';
import { SourceError } from '../source-error.ts';
import { Copying } from './copy/copying-engine.ts';
import { findNewPlace } from './copy/place.ts';

/** Where to put the copy of a model, and how to make it. */
export interface CopyVerifiedOptions {
  /** The directory to make, at which there must be nothing. Its parents are made if they are missing. */
  readonly to: string;
  /** The path of the model if it is on this machine: a copy into it is refused, because it would change the model. */
  readonly model?: string | undefined;
  /**
   * Clone each file, and hash the clone: nothing is read twice, and nothing written. Only on Linux, for a model on this machine and a
   * target on the same file system, if that can do it, as Btrfs and XFS can; otherwise the copy is refused. Default false.
   */
  readonly reflink?: boolean | undefined;
  /**
   * Whether everything is written to the disk before the directory appears. If not, a crash of the machine may leave the directory with
   * files that are empty or too short, as it does after `cp`: it is then for a directory that nothing uses after a crash. Default true.
   */
  readonly sync?: boolean | undefined;
  /** What hashes clones. Without `reflink`, files are hashed by Node while they are written. Default: worker threads. */
  readonly engine?: HashEngine | undefined;
  /** Called with the path of the private folder beside the target, for a caller that may be killed and then has to remove it. */
  readonly onFolder?: ((folder: string) => void) | undefined;
  /** Ends everything with its reason. Give it to the verb as well. Nothing is left then. */
  readonly signal?: AbortSignal | undefined;
}

export interface CopyVerifiedResult<Identity extends SignerIdentity = SignerIdentity> {
  /** What the verb returned. */
  readonly verification: Verification<Identity>;
  /** The absolute path of the directory, without links. */
  readonly target: string;
  /** How many files are in it. */
  readonly files: number;
  /** How many bytes they have. */
  readonly bytes: number;
}

const rules = {
  to: someText,
  model: someText,
  reflink: trueOrFalse,
  sync: trueOrFalse,
  engine: withFunctions(['hash'], ['prepare']),
  onFolder: aFunction,
  signal: anAbortSignal,
};

/**
 * Verifies a model, and copies what is verified, while every byte is read once: what was hashed is what was written, so that no
 * program can change a file between the check and its use. The directory appears by one rename, and only if the verification succeeds.
 * It holds the signed files that were verified and nothing else, as plain files with the permissions of new ones: links that were
 * followed become files. An empty file is in it only if it is signed, which under `shards` none is.
 *
 * The copy is put together in `TO.partial-<random>`, which other users cannot look into. After a failure nothing is left of it.
 * @param verify calls a verb, such as `verifyModel` or `verifySome`, with the engine that it is given and evidence of bytes
 * @throws {SourceError} `source/target-unusable` if something is at the target, it is in the model, or cannot be written;
 * `source/no-space`, `source/names-collide`
 * @throws {OmsError} what the verb throws
 * @throws {TypeError} for wrong options, and for a verification of anything but what the given engine hashed
 *
 * @example
 * const bundle = await readFile('model.sig');
 * const verifier = keyVerifier({ publicKey: await readFile('key.pub.pem') });
 * const model = localModel('my-model');
 * const { target, bytes } = await copyVerified((engine) => verifyModel(model, bundle, verifier, { engine }), {
 *   to: 'checked-model',
 *   model: 'my-model',
 * });
 * console.log(`${bytes} verified bytes are in ${target}`);
 */
export async function copyVerified<Identity extends SignerIdentity>(
  verify: (engine: HashEngine) => Promise<Verification<Identity>>,
  options: CopyVerifiedOptions,
): Promise<CopyVerifiedResult<Identity>> {
  const { to, model, reflink, sync = true, engine, onFolder, signal } = checkEach(options, rules, { required: ['to'] });
  if (reflink && process.platform !== 'linux') {
    throw new SourceError(
      'source/target-unusable',
      'files can be cloned on Linux only; without cloning, they are copied',
    );
  }
  signal?.throwIfAborted();
  const target = await findNewPlace(to, model);
  await using copying = new Copying(target, {
    cloned: reflink ? (engine ?? defaultEngine) : undefined,
    sync,
    onFolder,
  });
  const verification = await verify(copying.engine);
  signal?.throwIfAborted();
  const copied = await copying.commit(verification, signal);
  return { verification, target, ...copied };
}
