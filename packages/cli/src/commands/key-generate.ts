import { generateKeyPair } from 'node:crypto';
import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { quote } from '@model-signing/core';
import type { Context } from '../context.ts';
import { CommandError, isSystemError, systemMessage, usageError } from '../failure.ts';
import { writeNewFile } from '../new-file.ts';
import { table } from '../output.ts';
import { promptSecrets } from '../prompt.ts';
import { fromEnvironment, openSecret } from '../secret.ts';
import { canPrompt, isStandardInput } from '../standard-streams.ts';
import { publicKeyFields } from './key-public.ts';

export interface KeyGenerateFlags {
  readonly curve: 'P-256' | 'P-384' | 'P-521';
  readonly passphraseFile?: string;
}

/** `key generate`: makes a key pair in two new files that only the user can read. */
export async function keyGenerate(file: string, flags: KeyGenerateFlags, context: Context): Promise<void> {
  await refuseReference(file);
  refusePublicName(file);
  const publicFile = publicNameOf(file);
  // Before a passphrase is typed for nothing; writing the files checks it again.
  for (const each of [file, publicFile]) if (existsSync(each)) throw unwritable(each, alreadyThere);
  const passphrase = await newPassphrase(flags.passphraseFile, context);
  const { privateKey, publicKey } = await promisify(generateKeyPair)('ec', { namedCurve: flags.curve });
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const encryption = passphrase === null ? {} : { cipher: 'aes-256-cbc', passphrase };
  const privatePem = privateKey.export({ type: 'pkcs8', format: 'pem', ...encryption });
  context.signal.throwIfAborted();
  // No signal comes between two synchronous calls, so there is never one file without the other.
  writeNew(file, privatePem);
  try {
    writeNew(publicFile, pem);
  } catch (error) {
    rmSync(file, { force: true });
    throw error;
  }
  const encrypted = passphrase !== null;
  const fields = publicKeyFields(pem);
  context.output.success(
    'key-generate',
    { privateKey: file, publicKeyFile: publicFile, encrypted, ...fields, warnings: [] },
    () => [
      'The key pair was generated',
      ...table([
        ['private', `${quote(file)} (${encrypted ? 'encrypted' : 'not encrypted: --passphrase-file encrypts it'})`],
        ['public', quote(publicFile)],
        ['curve', fields.curve],
        ['SHA-256', fields.fingerprint.slice('sha256:'.length)],
        ['hint', `${fields.hint} (names the key in signatures)`],
      ]),
    ],
  );
}

/** `key.pub.pem` for `key.pem`. */
function publicNameOf(file: string): string {
  const { dir, name, ext } = path.parse(file);
  return path.join(dir, `${name}.pub${ext}`);
}

/** The passphrase to encrypt the key with; null for none. */
async function newPassphrase(file: string | undefined, context: Context): Promise<Buffer | string | null> {
  const passphrase =
    file !== undefined && isStandardInput(file) && canPrompt()
      ? await typedTwice(context.signal)
      : ((await openSecret({ what: 'passphrase', fileFlag: { name: '--passphrase-file', value: file } }, context)) ??
        fromEnvironment('MODEL_SIGNING_PASSPHRASE'));
  if (passphrase?.length === 0) throw usageError('the passphrase is empty', 'leave it out for a key without one');
  if (passphrase === undefined) return null;
  return typeof passphrase === 'string' ? passphrase : Buffer.from(passphrase);
}

async function typedTwice(signal: AbortSignal): Promise<string> {
  const questions = ['passphrase of the new key', 'the same again'];
  const [first = '', second] = await promptSecrets(questions, 'passphrase', signal);
  if (first !== second) throw usageError('the two passphrases differ, and no key was made');
  return first;
}

/** What `--key` would not read as the name of a file is none to write a key to. */
async function refuseReference(file: string): Promise<void> {
  const { parseKeyReference } = await import('@model-signing/keys');
  if (file === '' || parseKeyReference(file).kind === 'file') return;
  throw usageError(`a key is generated into a file, and ${quote(file)} names one elsewhere`, 'name a file for it');
}

/** A private key that is called like a public one would sooner or later be given away. */
function refusePublicName(file: string): void {
  if (!/\.pub(?:\.[^.]+)?$/i.test(path.basename(file))) return;
  const hint = 'name the file of the private key: the public key is put beside it, as in key.pem and key.pub.pem';
  throw usageError(`the private key would be called like a public key, ${quote(file)}`, hint);
}

/** A key that was there may be the only copy. */
function writeNew(file: string, content: string | Buffer): void {
  try {
    writeNewFile(file, content, 0o600);
  } catch (cause) {
    if (!isSystemError(cause)) throw cause;
    throw unwritable(file, cause.code === 'EEXIST' ? alreadyThere : systemMessage(cause), cause);
  }
}

const alreadyThere = 'there is a file already, and a key is never replaced';

function unwritable(file: string, why: string, cause?: unknown): CommandError {
  const hints = why === alreadyThere ? ['name another file for the private key'] : [];
  return new CommandError('command/unwritable', `the key cannot be written to ${quote(file)}: ${why}`, {
    hints,
    cause,
  });
}
