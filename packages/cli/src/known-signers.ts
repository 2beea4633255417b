import { homedir } from 'node:os';
import path from 'node:path';
import { quote } from '@model-signing/core';
import { readPrivateFile, updatePrivateFile, writePrivateFile } from '@model-signing/core/private-file';
import { loadPolicy, type Policy } from '@model-signing/policy';
import type { PolicyDocument } from '@model-signing/spec/policy';
import { CommandError } from './failure.ts';

/** The policy that `trust` keeps: who signed each model when its user looked. */
export interface KnownSigners {
  readonly file: string;
  /** Null if nothing was ever trusted. */
  readonly policy: Policy | null;
}

/** More than a policy may have, so that it says what is wrong with a larger one. */
const MAX_BYTES = 2 * 1024 * 1024;

const NAME = 'known-signers.json';

/**
 * The file of the known signers.
 *
 * A relative folder is not used: with an empty `HOME`, a file beside a downloaded model would decide whom to trust.
 * @throws {CommandError} `command/failed` if this user has no place for it
 */
export function knownSignersFile(): string {
  const folder = folders().find((place) => place !== undefined && path.isAbsolute(place));
  if (folder !== undefined) return path.join(folder, 'model-signing', NAME);
  throw new CommandError('command/failed', 'there is no place for the known signers: this user has no home directory', {
    hints: ['set HOME, or XDG_CONFIG_HOME, to a directory of yours'],
  });
}

/** The configuration folders of the platform, in order of preference. */
function folders(): (string | undefined)[] {
  const { APPDATA, XDG_CONFIG_HOME } = process.env;
  switch (process.platform) {
    case 'darwin':
      return [XDG_CONFIG_HOME, inHome('Library/Application Support')];
    case 'win32':
      return [APPDATA, inHome('AppData/Roaming')];
    default:
      return [XDG_CONFIG_HOME, inHome('.config')];
  }
}

/** Undefined if this user has no home directory. */
function inHome(name: string): string | undefined {
  try {
    return path.join(homedir(), name);
  } catch {
    return undefined;
  }
}

/**
 * Reads the known signers, by the rules for files that decide whom to trust.
 * @throws {CommandError} `command/unreadable` if another user could have written them
 * @throws {PolicyError} `policy/invalid`, `policy/file-unusable`
 */
export async function readKnownSigners(): Promise<KnownSigners> {
  const file = knownSignersFile();
  const content = await readPrivateFile(file, MAX_BYTES).catch((error) => {
    throw unusable('command/unreadable', file, error);
  });
  return { file, policy: content && (await parse(file, content)) };
}

/**
 * Changes the known signers, one process at a time.
 * @param change called with the policy, or with null if there is none yet; returns the new one, or null to leave it as it is
 * @param isRight whether the new one, as it will be read, says what it should
 * @throws {CommandError} `command/unwritable`, and what {@link readKnownSigners} throws
 */
export async function changeKnownSigners(
  change: (policy: Policy | null) => Promise<PolicyDocument | null>,
  isRight: (policy: Policy) => boolean,
): Promise<string> {
  const file = knownSignersFile();
  let failure: unknown;
  const changed = async (content: Uint8Array | null) => {
    try {
      const document = await change(content && (await parse(file, content)));
      if (document === null) return null;
      const text = `${JSON.stringify(document, null, 2)}\n`;
      if (!isRight(await parse(file, Buffer.from(text))))
        throw new TypeError('the changed known signers are not as meant');
      return text;
    } catch (error) {
      failure = error;
      throw error;
    }
  };
  await updatePrivateFile(file, MAX_BYTES, changed).catch((error) => {
    throw error === failure ? error : unusable('command/unwritable', file, error);
  });
  return file;
}

/** Keeps a file that a known signer needs beside the known signers. Returns its name there. */
export async function keepBeside(name: string, content: Uint8Array): Promise<string> {
  const file = path.join(path.dirname(knownSignersFile()), name);
  await writePrivateFile(file, Buffer.from(content).toString()).catch((error) => {
    throw unusable('command/unwritable', file, error);
  });
  return name;
}

async function parse(file: string, content: Uint8Array): Promise<Policy> {
  const beside = path.dirname(file);
  return loadPolicy(content, {
    async readFile(name) {
      const bytes = await readPrivateFile(path.resolve(beside, name), MAX_BYTES);
      if (bytes === null) throw new Error('it does not exist');
      return bytes;
    },
  }).catch((error) => {
    throw Object.assign(error, { message: `the known signers ${quote(file)} cannot be used: ${error.message}` });
  });
}

function unusable(code: 'command/unreadable' | 'command/unwritable', file: string, error: Error): CommandError {
  const what = code === 'command/unreadable' ? 'used' : 'changed';
  const isOpen = error.message.includes('writable by other users');
  const hints = isOpen ? ['chmod go-w makes it safe; then check with policy check whom it trusts'] : [];
  return new CommandError(code, `the known signers ${quote(file)} cannot be ${what}: ${error.message}`, { hints });
}
