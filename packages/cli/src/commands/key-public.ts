import { createHash, createPrivateKey, createPublicKey } from 'node:crypto';
import { inspectPublicKey, keySigner, type Pem, quote } from '@model-signing/core';
import type { Context } from '../context.ts';
import { CommandError, usageError } from '../failure.ts';
import { readSmallFile } from '../input-file.ts';
import { type HeldPublicKey, parseKey, readPublicKey, type TokenFlags } from '../key-reference.ts';
import { naming } from '../named-input.ts';
import { isStandardInput } from '../standard-streams.ts';
import { type PrivateKey, unlockPrivateKey } from './private-key.ts';

export interface KeyPublicFlags extends Pick<TokenFlags, 'pinFile'> {
  readonly passphraseFile?: string;
}

/** `key public`: prints the public half of a key, so that others can verify what it signs. */
export async function keyPublic(text: string, flags: KeyPublicFlags, context: Context): Promise<void> {
  const reference = await parseKey(text);
  const { publicKey, description } =
    typeof reference === 'string'
      ? await publicKeyInFile(reference, flags, context)
      : await readElsewhere(reference, flags, context);
  const fields = publicKeyFields(publicKey);
  context.output.answer('key-public', { key: description, ...fields, warnings: [] }, () =>
    fields.publicKey.trimEnd().split('\n'),
  );
  if (!context.output.settings.json) for (const line of publicKeyLines(fields)) context.output.info(line);
}

/** What a public key is, for results in JSON. */
export function publicKeyFields(publicKey: Pem) {
  const { pem, curve, hint } = inspectPublicKey(publicKey);
  const der = createPublicKey(pem).export({ type: 'spki', format: 'der' });
  const fingerprint = `sha256:${createHash('sha256').update(der).digest('hex')}`;
  return { publicKey: pem, curve, fingerprint, hint };
}

/** The same for people, beside the key itself. */
export function publicKeyLines({ curve, fingerprint, hint }: ReturnType<typeof publicKeyFields>): string[] {
  return [`curve ${curve}`, `fingerprint ${fingerprint}`, `hint in signatures ${hint}`];
}

async function readElsewhere(
  reference: Exclude<Awaited<ReturnType<typeof parseKey>>, string>,
  flags: KeyPublicFlags,
  context: Context,
): Promise<HeldPublicKey> {
  if (flags.passphraseFile !== undefined) {
    throw usageError('--passphrase-file is for a key in a file, and the key is elsewhere', 'leave it out');
  }
  return readPublicKey(reference, flags, context);
}

const PRIVATE_KEY = 'PRIVATE KEY-----';

/** The file may hold a public key, or a private one, whose public half it is then. */
async function publicKeyInFile(file: string, flags: KeyPublicFlags, context: Context): Promise<HeldPublicKey> {
  if (flags.pinFile !== undefined) throw usageError('--pin-file is for a key in a token, and the key is in a file');
  const bytes = await readSmallFile(file, 'key', context.signal);
  const description = isStandardInput(file) ? 'standard input' : `file ${quote(file)}`;
  if (Buffer.from(bytes).includes(PRIVATE_KEY)) {
    const { passphraseFile } = flags;
    const inFile = { privateKey: file, ...(passphraseFile !== undefined && { passphraseFile }) };
    return { publicKey: await unlockPrivateKey(bytes, inFile, publicHalf, context), description };
  }
  try {
    return { publicKey: inspectPublicKey(bytes).pem, description };
  } catch (error) {
    throw naming(file, error);
  }
}

/** The library tries the key first, so that its messages are the same as those of `sign`. */
function publicHalf(key: PrivateKey): string {
  keySigner(key);
  const { privateKey, passphrase } = key;
  const secret = typeof passphrase === 'object' ? Buffer.from(passphrase) : passphrase;
  try {
    const options = {
      key: Buffer.from(privateKey),
      format: 'pem',
      ...(secret !== undefined && { passphrase: secret }),
    };
    return createPublicKey(createPrivateKey(options as never))
      .export({ type: 'spki', format: 'pem' })
      .toString();
  } catch {
    // The cause may quote the key.
    throw new CommandError('command/unreadable', 'the public half of this private key cannot be taken from the file', {
      hints: ['openssl pkey -in FILE -pubout prints it'],
    });
  }
}
