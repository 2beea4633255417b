import {
  type Annotations,
  type Draft,
  type HashAlgorithm,
  type HashEngine,
  type HashModelOptions,
  type HubLink,
  type Manifest,
  quote,
  type Warning,
} from '@model-signing/core';
import type { Context } from '../context.ts';
import { chooseEngine } from '../engine.ts';
import type { EngineChoice } from '../engine-choice.ts';
import { CommandError, usageError } from '../failure.ts';
import type { NamedModel, NamingFlags } from '../model-name.ts';
import { limitNewObjects } from '../new-objects.ts';
import { listed } from '../output.ts';
import type { HostsEngine } from '../parts/merge.ts';
import { printableName } from '../printable.ts';
import { type ProgressLine, startProgress } from '../progress.ts';
import { formatCount, formatSize } from '../sizes.ts';

/** The flags that say which files make up a model. */
export interface ModelFlags extends NamingFlags {
  readonly ignorePaths?: readonly string[];
  readonly ignoreGitPaths?: boolean;
  readonly allowSymlinks?: boolean;
  /** Threads to hash with. */
  readonly jobs?: number;
  readonly engine?: EngineChoice;
}

/** The flags that say how a model is hashed. */
export interface HashFlags extends ModelFlags {
  readonly hash?: HashAlgorithm;
  /** Bytes; selects the method `shards`. */
  readonly shardSize?: number;
  /** The draft of the format to follow. */
  readonly draft?: Draft;
  /** Claims about the model, in a draft. */
  readonly annotation?: Annotations;
  /** Leaves out attestation files, in a draft. */
  readonly excludeAttestations?: boolean;
  readonly strict?: boolean;
}

/** The options of the library for which files a model has. */
export async function modelOptions(model: NamedModel, flags: ModelFlags) {
  return {
    ignorePaths: await model.ignoredNames(flags.ignorePaths ?? []),
    // Other programs sign every layer of a manifest, .gitattributes among them, and expect all to be signed.
    ignoreGitPaths: flags.ignoreGitPaths ?? (flags.ociLayers ? false : undefined),
    allowSymlinks: flags.allowSymlinks,
    // Files in a store are read in parallel however many threads hash them.
    ...(model.source === null ? { threads: flags.jobs } : { concurrency: flags.jobs }),
  };
}

/** A warning of the command itself or of the library. */
export type AnyWarning = Omit<Warning, 'code'> & { readonly code: string };

/**
 * Warns of ignore paths that name nothing, which are mistyped more often than not.
 * @param names the paths in the model, as {@link modelOptions} returns them
 * @throws {CommandError} `command/ignore-path-absent`, with `--strict`
 */
export async function ignorePathWarnings(
  model: NamedModel,
  { ignorePaths = [], strict }: ModelFlags & { readonly strict?: boolean },
  names: readonly string[] = [],
): Promise<AnyWarning[]> {
  const absent = ignorePaths.length === 0 ? [] : await model.absent(ignorePaths, names);
  if (absent.length === 0) return [];
  const which = absent.length === 1 ? 'the ignore path names' : `${absent.length} ignore paths name`;
  const message = `${which} nothing in the model: ${listed(absent)}`;
  if (strict) throw new CommandError('command/ignore-path-absent', `${message} (refused in strict mode)`);
  return [{ code: 'command/ignore-path-absent', message, requirement: null }];
}

/** The options of the library for how a model is hashed. */
export async function hashOptions(model: NamedModel, flags: HashFlags): Promise<HashModelOptions> {
  if (flags.annotation !== undefined && flags.draft === undefined) {
    throw usageError('--annotation needs a draft of the format: version 1.0 has no annotations', 'add --draft 1.1');
  }
  if (flags.excludeAttestations && flags.draft === undefined) {
    const hint = 'add --draft 1.1, or keep signatures and attestations beside the model';
    throw usageError('--exclude-attestations needs a draft of the format: version 1.0 has no place for it', hint);
  }
  return {
    ...(await modelOptions(model, flags)),
    hashAlgorithm: flags.hash,
    method: flags.shardSize === undefined ? 'files' : 'shards',
    shardSize: flags.shardSize,
    // The digests in a manifest are those of the blobs that it names, so none needs to be read.
    evidence: model.manifest === undefined || flags.strict ? 'bytes' : 'advertised',
    draft: flags.draft,
    annotations: flags.annotation,
    excludeAttestations: flags.excludeAttestations,
    strict: flags.strict,
  };
}

/** The lines for what a draft adds; none for version 1.0. */
export function draftLines(draft: Draft | undefined, annotations: Annotations = {}): ([string, string] | null)[] {
  if (draft === undefined) return [];
  const said = Object.entries(annotations).map(([key, value]): [string, string] => [
    'claim',
    `${quote(key)} is ${quote(value)} (as the signer says)`,
  ]);
  return [['format', `draft of version ${draft}`], ...said];
}

/** How much was hashed, and by what. */
export interface Hashed {
  readonly bytes: number;
  readonly engine: 'native' | 'node' | 'hosts';
  /** How many other hosts have hashed it; absent if this one did. */
  readonly hosts?: number | undefined;
}

/** Runs work that reads a model, with a progress line. Returns its result, and what was hashed for it. */
export async function whileReading<T>(
  { output, signal }: Context,
  { engine: choice = 'auto' }: Pick<ModelFlags, 'engine'>,
  work: (options: Pick<HashModelOptions, 'engine' | 'onProgress' | 'signal'>) => Promise<T>,
  hosts?: HostsEngine,
): Promise<T & Hashed> {
  const { engine, used } = hosts ? byHosts(hosts) : chooseEngine(choice, output);
  const line: ProgressLine = startProgress(output);
  const unlimit = limitNewObjects();
  let bytes = 0;
  try {
    const result = await work({
      engine,
      signal,
      onProgress(progress) {
        if (bytes === 0) output.debug(`hashing ${progress.totalJobs} pieces`);
        bytes = progress.bytes;
        line.update(progress);
      },
    });
    output.debug(`hashed by ${used()}`);
    return { ...result, bytes, engine: used(), hosts: hosts?.hosts };
  } finally {
    unlimit();
    line.stop();
  }
}

function byHosts(engine: HostsEngine): { engine: HashEngine; used: () => Hashed['engine'] } {
  return { engine, used: () => 'hosts' };
}

/** Prints the warnings of a result. */
export function printWarnings(warnings: readonly AnyWarning[], { output }: Context): void {
  for (const { message, code } of warnings) output.warning(message, code);
}

/** Warns of links that were followed out of the model, since their targets are not part of it (OMS-LINK-11, OMS-LINK-14). */
export function warnOfExternalLinks(links: readonly string[], { output }: Context): void {
  if (links.length > 0) output.warning(`links were followed out of the model: ${listed(links)}`);
}

/** How many links to blobs a line shows. */
const MAX_LINKS = 3;

/** The line for the files that are links to blobs in the cache of a hub; null if there are none. */
export function hubLinksLine(links: readonly HubLink[]): [string, string] | null {
  if (links.length === 0) return null;
  const shown = links
    .slice(0, MAX_LINKS)
    .map(({ path, target }) => `${printableName(path)} → ${printableName(target)}`);
  const more = links.length > MAX_LINKS ? ` and ${links.length - MAX_LINKS} more (--json lists all)` : '';
  return ['hub cache', `${formatCount(links.length, 'file')} read from blobs: ${shown.join(', ')}${more}`];
}

/** What was signed or verified. */
type Content = Pick<
  Manifest,
  'rootDigest' | 'publishedRootDigest' | 'serialization' | 'resources' | 'draft' | 'annotations'
>;

/** What was signed, verified or hashed, for results in JSON. */
export function contentFields(model: string | null, content: Content, { bytes, engine, hosts }: Hashed) {
  const { method, hashType, shardSize } = content.serialization;
  return {
    model,
    rootDigest: `sha256:${content.rootDigest}`,
    ...publishedRootFields(content),
    ...draftFields(content.draft, content.annotations),
    serialization: { method, hashAlgorithm: hashType, shardSize },
    resourceCount: content.resources.length,
    bytes,
    engine,
    hashedBy: hosts === undefined ? 'self' : 'hosts',
    ...(hosts !== undefined && { hosts }),
  };
}

/** What was signed or verified, in lines for people. */
export function contentLines(content: Content, { bytes, hosts }: Hashed): ([string, string] | null)[] {
  const by = hosts === undefined ? '' : `, hashed by ${formatCount(hosts, 'host')}, not by this command`;
  const noun = content.serialization.method === 'files' ? 'file' : 'shard';
  return [
    ['content', `${formatCount(content.resources.length, noun)}, ${formatSize(bytes)}${by}`],
    ['digest', `sha256:${content.rootDigest}`],
    content.publishedRootDigest === undefined
      ? null
      : ['digest', `sha256:${content.publishedRootDigest} (as in version 1.0)`],
    ...draftLines(content.draft, content.annotations),
  ];
}

/** The root digest of version 1.0 beside that of a draft, for results in JSON. */
export function publishedRootFields({ publishedRootDigest }: Pick<Manifest, 'publishedRootDigest'>) {
  return publishedRootDigest === undefined ? {} : { publishedRootDigest: `sha256:${publishedRootDigest}` };
}

/** What a draft adds to results in JSON; nothing for version 1.0. */
export function draftFields(draft: Draft | undefined, annotations: Annotations = {}) {
  return draft === undefined ? {} : { draft, annotations };
}
