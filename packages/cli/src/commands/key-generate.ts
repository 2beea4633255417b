import { generateKeyPair } from 'node:crypto';
import { existsSync } from 'node:fs';
import { unlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { quote } from '@model-signing/core';
import type { Context } from '../context.ts';
import { CommandError, isSystemError, systemMessage, usageError } from '../failure.ts';
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
  const publicFile = publicNameOf(file);
  // Before a passphrase is typed for nothing; writing the files checks it again.
  for (const each of [file, publicFile]) if (existsSync(each)) throw unwritable(each, alreadyThere);
  const passphrase = await newPassphrase(flags.passphraseFile, context);
  const { privateKey, publicKey } = await promisify(generateKeyPair)('ec', { namedCurve: flags.curve });
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
  const encryption = passphrase === null ? {} : { cipher: 'aes-256-cbc', passphrase };
  await writeNew(file, privateKey.export({ type: 'pkcs8', format: 'pem', ...encryption }));
  try {
    await writeNew(publicFile, pem);
  } catch (error) {
    await unlink(file);
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

/** Writes a file that does not exist yet. A key that was there may be the only copy. */
async function writeNew(file: string, content: string | Buffer): Promise<void> {
  try {
    await writeFile(file, content, { flag: 'wx', mode: 0o600 });
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
