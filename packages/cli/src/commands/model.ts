import { lstatSync } from 'node:fs';
import {
  type Annotations,
  type Draft,
  type HashAlgorithm,
  type HashModelOptions,
  localModel,
  type Model,
  OmsError,
  quote,
  type Serialization,
} from '@model-signing/core';
import type { Context } from '../context.ts';
import { isSystemError, usageError } from '../failure.ts';
import { resolveIgnorePaths } from '../ignore-paths.ts';
import { listed } from '../output.ts';
import { type ProgressLine, startProgress } from '../progress.ts';

/** The flags that say which files make up a model. */
export interface ModelFlags {
  readonly ignorePaths?: readonly string[];
  readonly ignoreGitPaths?: boolean;
  readonly allowSymlinks?: boolean;
  readonly allowExternalSymlinks?: boolean;
  /** Threads to hash with. */
  readonly jobs?: number;
}

/** The flags that say how a model is hashed. */
export interface HashFlags extends ModelFlags {
  readonly hash?: HashAlgorithm;
  /** Bytes; selects the method `shards`. */
  readonly shardSize?: number;
  /** The draft of the format to follow. */
  readonly draft?: Draft;
  /** What to say of the model, in a draft. */
  readonly annotation?: Annotations;
}

/** @throws {OmsError} `model/not-found`, before anybody is asked for a passphrase */
export function requireModel(modelPath: string): void {
  try {
    lstatSync(modelPath);
  } catch (cause) {
    if (!isSystemError(cause) || (cause.code !== 'ENOENT' && cause.code !== 'ENOTDIR')) throw cause;
    throw new OmsError('model/not-found', `there is no model at ${quote(modelPath)}`, { cause });
  }
}

/** The model at a path, without the signature file that may lie in it. */
export function openModel(modelPath: string, flags: ModelFlags, signaturePath?: string): Model {
  return localModel(modelPath, { signaturePath, allowExternalSymlinks: flags.allowExternalSymlinks });
}

/** The options of the library for which files a model has. */
export async function modelOptions(modelPath: string, flags: ModelFlags) {
  return {
    ignorePaths: await resolveIgnorePaths(modelPath, flags.ignorePaths ?? []),
    ignoreGitPaths: flags.ignoreGitPaths,
    allowSymlinks: flags.allowSymlinks,
    threads: flags.jobs,
  };
}

/** The options of the library for how a model is hashed. */
export async function hashOptions(modelPath: string, flags: HashFlags): Promise<HashModelOptions> {
  if (flags.annotation !== undefined && flags.draft === undefined) {
    throw usageError('--annotation needs a draft of the format, which has a place for it', 'add --draft 1.1');
  }
  return {
    ...(await modelOptions(modelPath, flags)),
    hashAlgorithm: flags.hash,
    method: flags.shardSize === undefined ? 'files' : 'shards',
    shardSize: flags.shardSize,
    draft: flags.draft,
    annotations: flags.annotation,
  };
}

/** The lines that say what a draft adds; null for version 1.0. */
export function draftLines(draft: Draft | undefined, annotations: Annotations = {}): ([string, string] | null)[] {
  if (draft === undefined) return [];
  const said = Object.entries(annotations).map(([key, value]): [string, string] => [
    'claim',
    `${quote(key)} is ${quote(value)} (as the signer says)`,
  ]);
  return [['format', `draft of version ${draft}`], ...said];
}

/** Does work that reads a model, with a progress line; answers with its result and the number of bytes that were read. */
export async function whileReading<T>(
  { output, signal }: Context,
  work: (options: Pick<HashModelOptions, 'onProgress' | 'signal'>) => Promise<T>,
): Promise<T & { readonly bytes: number }> {
  const line: ProgressLine = startProgress(output);
  let bytes = 0;
  try {
    const result = await work({
      signal,
      onProgress(progress) {
        if (bytes === 0) output.debug(`hashing ${progress.totalJobs} pieces`);
        bytes = progress.bytes;
        line.update(progress);
      },
    });
    return { ...result, bytes };
  } finally {
    line.stop();
  }
}

/** Says which links were followed out of the model, since what lies there is not part of it (OMS-LINK-11). */
export function warnOfExternalLinks(links: readonly string[], { output }: Context): void {
  if (links.length > 0) output.warning(`links were followed out of the model: ${listed(links)}`);
}

/** How a model was hashed, as results in JSON say it. */
export function serializationFields({ method, hashType, shardSize }: Serialization) {
  return { method, hashAlgorithm: hashType, shardSize };
}

/** What a draft adds, as results in JSON say it; nothing for version 1.0. */
export function draftFields(draft: Draft | undefined, annotations: Annotations = {}) {
  return draft === undefined ? {} : { draft, annotations };
}

/** What the resources of a manifest are called. */
export function resourceNoun(method: Serialization['method']): 'file' | 'shard' {
  return method === 'files' ? 'file' : 'shard';
}
