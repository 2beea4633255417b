import type { HashEngine, Model, Progress, SignedManifest, SignerIdentity, Verification } from '@model-signing/core';
import { nameProblem } from '@model-signing/core/names';
import {
  aFunction,
  anAbortSignal,
  anObject,
  bytes,
  checkEach,
  count,
  type Rule,
  someText,
  strings,
  withFunctions,
} from '@model-signing/x509/options';
import { type CopyVerifyOptions, copyModel } from './copy/copy-model.ts';
import { findPlace, verifyExisting } from './copy/place.ts';

/** Where to put a model, and how to verify it. */
export interface PullOptions {
  /**
   * The directory to make. Its parents are made if they are missing. If it is there and not empty, it is verified and left as it is.
   */
  readonly to: string;
  /** The bytes of the signature file that was opened. A copy of it is put into the directory. */
  readonly bundle: Uint8Array;
  /**
   * The name of that copy. Default `model.sig`. No copy is made if a signed file needs the name.
   */
  readonly signatureName?: string | undefined;
  /** Names of signed files, or of directories for all signed files below them. Default: all signed files. */
  readonly only?: readonly string[] | undefined;
  /**
   * How to verify. With `strict`, a model that has files beside the signed ones is refused; otherwise those are reported, and never
   * fetched.
   */
  readonly verifyOptions?: CopyVerifyOptions | undefined;
  /** What computes the digests of a directory that is there already. Default: worker threads on this machine. */
  readonly engine?: HashEngine | undefined;
  /** How many files to fetch at the same time. Default 8. */
  readonly concurrency?: number | undefined;
  /** Called at most ten times a second, and at the end. What an earlier attempt left counts as it is hashed again. */
  readonly onProgress?: ((progress: Progress) => void) | undefined;
  /** Ends everything with its reason. What was fetched stays for the next attempt. */
  readonly signal?: AbortSignal | undefined;
}

export interface PullResult<Identity extends SignerIdentity = SignerIdentity> {
  /** Of the directory: `verified`, or with `only` `partial`. */
  readonly verification: Verification<Identity>;
  /** The absolute path of the directory. */
  readonly target: string;
  /** Whether it was there already, and was verified instead of fetched. */
  readonly wasThere: boolean;
  /** Bytes of files that came from the store, whether they were kept or not. */
  readonly downloadedBytes: number;
  /** Bytes that an earlier attempt left, and that were hashed again. */
  readonly resumedBytes: number;
  /** Files in the store that are neither signed nor excluded. They were not fetched. Untrusted: escape them before printing. */
  readonly unsigned: readonly string[];
}

const aName: Rule = {
  expected: 'a relative path without "." and ".."',
  accepts: (value) => typeof value === 'string' && nameProblem(value) === null,
};

const rules = {
  to: someText,
  bundle: bytes,
  signatureName: aName,
  only: strings,
  verifyOptions: anObject,
  engine: withFunctions(['hash'], ['prepare']),
  concurrency: count,
  onProgress: aFunction,
  signal: anAbortSignal,
};

/**
 * Fetches the signed files of a model, and nothing else, into a new directory. The directory appears by one rename, and only once
 * every byte in it was hashed and is what was signed.
 *
 * Files are fetched into `TO.part`, hashed while they are written. After a failure it stays, and the next call goes on from there:
 * what it holds is hashed again, never trusted. Bytes that are wrong as they came from the store are discarded.
 * @param source where the model is: a model of {@link huggingFaceModel} or {@link ociModel}, or any other
 * @param signed what `openSignature` returned
 * @throws {OmsError} `model/mismatch` for missing or other content, in the store or in a directory that was there; `model/not-signed`;
 * other `model/…`
 * @throws {SourceError} `source/no-space`, `source/names-collide`, `source/target-unusable`, and what the store fails with
 *
 * @example
 * const model = await huggingFaceModel('hf://org/model@main');
 * const bundle = await model.readSignature('model.sig');
 * const signed = await openSignature(bundle, keyVerifier({ publicKey: await readFile('key.pub.pem') }));
 * const { target, verification } = await pull(model, signed, { to: 'models/org-model', bundle });
 * console.log(`${verification.verdict}: ${target}`);
 */
export async function pull<Identity extends SignerIdentity>(
  source: Model,
  signed: SignedManifest<Identity>,
  options: PullOptions,
): Promise<PullResult<Identity>> {
  const {
    to,
    bundle,
    signatureName = 'model.sig',
    engine,
    ...checked
  } = checkEach(options, rules, { required: ['to', 'bundle'] });
  if (checked.only?.length === 0) throw new TypeError('the option only must name at least one file, and is empty');
  checked.signal?.throwIfAborted();
  const signature = { name: signatureName, bytes: bundle };
  const place = await findPlace(to);
  const { target } = place;
  if (!place.isFree) {
    const verification = await verifyExisting(signed, target, { ...checked, signature }, engine);
    return { verification, target, wasThere: true, downloadedBytes: 0, resumedBytes: 0, unsigned: [] };
  }
  const unsignedFiles = checked.verifyOptions?.strict ? 'refuse' : 'report';
  const copied = await copyModel(source, signed, { ...checked, target, signature, unsignedFiles });
  return { ...copied, target, wasThere: false };
}
