import { homedir } from 'node:os';
import path from 'node:path';
import { readPrivateFile, writePrivateFile } from '@model-signing/core/private-file';
import type { Instance } from '../instances.ts';
import type { UpdateFiles } from './update-chain.ts';

/** Far more than hundreds of roots and a trust root have. */
const MAX_BYTES = 8 * 1024 * 1024;

const FORM = 'model-signing/trust-cache/v1';

/**
 * Returns the file that keeps what was fetched of an instance; null if there is no place for it.
 *
 * A relative directory is used only if the caller names it: with an empty `HOME`, a file beside a downloaded model would
 * otherwise be read.
 */
export function trustCacheFile(instance: Instance, directory = defaultDirectory()): string | null {
  return directory === null ? null : path.resolve(directory, `${instance}.json`);
}

function defaultDirectory(): string | null {
  const directory = candidates().find((place) => place !== undefined && path.isAbsolute(place));
  return directory === undefined ? null : path.join(directory, 'model-signing');
}

/** Cache directories of the platform in order of preference. */
function candidates(): (string | undefined)[] {
  const { LOCALAPPDATA, XDG_CACHE_HOME } = process.env;
  switch (process.platform) {
    case 'darwin':
      return [inHome('Library/Caches')];
    case 'win32':
      return [LOCALAPPDATA, inHome('AppData/Local')];
    default:
      return [XDG_CACHE_HOME, inHome('.cache')];
  }
}

/** Undefined if this user has no home directory: no `HOME`, and no entry in the system's list of users. */
function inHome(name: string): string | undefined {
  try {
    return path.join(homedir(), name);
  } catch {
    return undefined;
  }
}

/**
 * Reads what was fetched last; null if nothing was. It is as untrusted as what a server sends: verify it.
 * @throws {Error} whose message continues a sentence about the file
 */
export async function readTrustCache(file: string): Promise<UpdateFiles | null> {
  const bytes = await readPrivateFile(file, MAX_BYTES);
  return bytes && parseCache(new TextDecoder().decode(bytes));
}

function parseCache(text: string): UpdateFiles {
  let value: Record<string, unknown> | null;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Error('it is not JSON');
  }
  if (value?.form !== FORM || !Array.isArray(value.roots))
    throw new Error('it is not in the form that this version writes');
  const { timestamp, snapshot, targets, trustedRoot } = value;
  return {
    roots: value.roots.map(decode),
    timestamp: decode(timestamp),
    snapshot: decode(snapshot),
    targets: decode(targets),
    trustedRoot: decode(trustedRoot),
  };
}

/** Writes what was fetched. */
export async function writeTrustCache(file: string, files: UpdateFiles): Promise<void> {
  const { roots, timestamp, snapshot, targets, trustedRoot } = files;
  const encoded = {
    form: FORM,
    roots: roots.map(encode),
    timestamp: encode(timestamp),
    snapshot: encode(snapshot),
    targets: encode(targets),
    trustedRoot: encode(trustedRoot),
  };
  const text = `${JSON.stringify(encoded)}\n`;
  if (text.length > MAX_BYTES) throw new Error(`it would have more than ${MAX_BYTES} bytes`);
  await writePrivateFile(file, text);
}

function encode(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}

function decode(text: unknown): Uint8Array {
  if (typeof text !== 'string') throw new Error('a member of it is missing');
  return new Uint8Array(Buffer.from(text, 'base64'));
}
