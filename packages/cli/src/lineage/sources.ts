import { createReadStream, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { MAX_BUNDLE_BYTES, OmsError, quote } from '@model-signing/core';
import { type BundleLine, bundleLines } from '@model-signing/core/attestation-file';
import type { SourceModel } from '@model-signing/sources';
import { hasScheme } from '../addresses.ts';
import { foundAttestations, namedPath } from '../attestation-names.ts';
import { storePlace } from '../attestation-places.ts';
import type { Context } from '../context.ts';
import { CommandError, isSystemError, systemMessage, usageError } from '../failure.ts';
import type { NamedModel } from '../model-name.ts';
import { openNamedModel } from '../named-model.ts';
import { isStandardInput, takeStandardInput } from '../standard-streams.ts';

/** A file of signatures and attestations. */
export interface LineageSource {
  /** As it was given or found. */
  readonly name: string;
  /** What the caller calls the model beside it, for the rule of a policy. */
  readonly model: string;
  /** Its entries, each time from the beginning. */
  entries(): AsyncIterable<BundleLine>;
}

/** The names of files that hold bundles. Anything else is a model. */
const ofBundles = /\.(?:sig|json|jsonl)$/;

/** What such a name has behind the name of its model. */
const endings = /\.(?:sig|attestations\.jsonl|intoto\.jsonl|sigstore\.json)$/;

/**
 * Finds what the operands name: files, and for a model its signature and attestations.
 * @param as what the caller calls some of them, as `file=name`
 * @throws {CommandError} `command/usage`, `command/not-found`, `command/unreadable`
 */
export async function findSources(
  operands: readonly string[],
  as: readonly string[],
  context: Context,
): Promise<LineageSource[]> {
  const names = namesOf(as, operands);
  const found = new Map<string, LineageSource>();
  for (const operand of operands) {
    for (const source of await sourcesOf({ operand, isOnly: operands.length === 1 }, names.get(operand), context)) {
      const key = hasScheme(operand) || isStandardInput(source.name) ? source.name : path.resolve(source.name);
      if (!found.has(key)) found.set(key, source);
    }
  }
  return [...found.values()];
}

function namesOf(as: readonly string[], operands: readonly string[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const each of as) {
    // A file may have an equals sign in its name.
    const file = operands.find((operand) => each.startsWith(`${operand}=`));
    if (file === undefined || each.length === file.length + 1) {
      throw usageError(`--as ${quote(each)} is not one of the files, an equals sign and a name`);
    }
    if (names.has(file)) throw usageError(`--as gives ${quote(file)} two names`);
    names.set(file, each.slice(file.length + 1));
  }
  return names;
}

/** What the command line names. */
interface Given {
  readonly operand: string;
  /** Whether it is the only one. */
  readonly isOnly: boolean;
}

async function sourcesOf(
  { operand, isOnly }: Given,
  as: string | undefined,
  context: Context,
): Promise<LineageSource[]> {
  if (isStandardInput(operand)) return [await standardInput(as ?? '-')];
  if (hasScheme(operand)) return await storedSources(operand, as, context);
  if (ofBundles.test(operand) && isFile(operand)) return [fileSource(operand, as ?? nameOf(operand))];
  const files = await besideModel({ operand, isOnly }, context);
  const model = as ?? realpathSync.native(operand);
  return files.map((file) => fileSource(file, model));
}

function isFile(operand: string): boolean {
  try {
    return !statSync(operand).isDirectory();
  } catch (error) {
    throw isSystemError(error) ? unreadable(operand, error) : error;
  }
}

/** The real path of the model that a file is named after. */
function nameOf(file: string): string {
  return path.join(realpathSync.native(path.dirname(file)), path.basename(file).replace(endings, ''));
}

/** The signature of a model and its attestations: `MODEL.sig` first, since one folder may have several models. */
async function besideModel({ operand, isOnly }: Given, context: Context): Promise<string[]> {
  const named = await openNamedModel(operand, {}, context);
  const own = `${namedPath(operand)}.sig`;
  const signature = exists(own) ? own : await foundSignature(named, isOnly, context);
  const files = [...(signature === null ? [] : [signature]), ...foundAttestations(named.path, signature)];
  if (files.length > 0) return files;
  throw new CommandError('command/not-found', `there is no signature and no attestation of ${quote(operand)}`);
}

/** The default signature of a model. Beside several models, it could be that of any of them. */
async function foundSignature(named: NamedModel, isOnly: boolean, { signal }: Context): Promise<string | null> {
  try {
    const { path: file } = await named.findSignature(undefined, signal);
    const isInside = file !== null && path.resolve(file).startsWith(path.resolve(named.operand) + path.sep);
    return isOnly || isInside ? file : null;
  } catch (error) {
    if (error instanceof CommandError && error.code === 'command/not-found') return null;
    throw error;
  }
}

function exists(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isFile() ?? false;
}

function fileSource(name: string, model: string): LineageSource {
  return { name, model, entries: () => readable(name, bundleLines(createReadStream(name, { highWaterMark: PIECE }))) };
}

const PIECE = 1024 * 1024;

async function* readable(name: string, entries: AsyncIterable<BundleLine>): AsyncGenerator<BundleLine, void, void> {
  try {
    yield* entries;
  } catch (error) {
    throw isSystemError(error) ? unreadable(name, error) : error;
  }
}

function unreadable(file: string, cause: NodeJS.ErrnoException): CommandError {
  if (cause.code === 'ENOENT') return new CommandError('command/not-found', `there is no ${quote(file)}`, { cause });
  return new CommandError('command/unreadable', `${quote(file)} cannot be read: ${systemMessage(cause)}`, { cause });
}

/** It is kept in memory, since a policy reads it twice. */
async function standardInput(model: string): Promise<LineageSource> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of takeStandardInput()) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > MAX_BUNDLE_BYTES) {
      throw new OmsError('bundle/too-large', `standard input has more than ${MAX_BUNDLE_BYTES} bytes`);
    }
  }
  return { name: '-', model, entries: () => bundleLines(chunks) };
}

/** The signature of a model in a store, and the attestations that the store has with it. */
async function storedSources(operand: string, as: string | undefined, context: Context): Promise<LineageSource[]> {
  const named = await openNamedModel(operand, {}, context);
  const signature = await named.findSignature(undefined, context.signal);
  const bundle = await signature.read(context.signal);
  const { source } = named;
  const model = as ?? source?.location.reference ?? operand;
  const signed = { name: `${operand} ${signature.name}`, model, entries: () => bundleLines([bundle]) };
  if (source === null) return [signed];
  return [signed, { name: `${operand} attestations`, model, entries: () => attestationsIn(source, context.signal) }];
}

/** Each counts as one line, in the order in which the store lists them; copies add nothing. */
async function* attestationsIn(source: SourceModel, signal: AbortSignal): AsyncGenerator<BundleLine, void, void> {
  let line = 0;
  for await (const entry of storePlace(source).entries(signal)) {
    line++;
    if (entry.kind === 'bundle') yield { line, kind: 'bundle', bytes: entry.bytes };
    else if (entry.kind === 'unknown') yield { line, kind: 'unknown', problem: entry.problem };
  }
}
