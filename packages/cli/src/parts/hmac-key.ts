import { quote } from '@model-signing/core';
import { CommandError } from '../failure.ts';
import { readSmallFile } from '../input-file.ts';
import { formatCount } from '../sizes.ts';

/** As many as the digest has: fewer would be easier to guess than the digest. */
const LEAST_BYTES = 32;

/**
 * Reads the key that authenticates answers: all bytes of the file. Null if there is none.
 * @throws {CommandError} `command/not-found`, `command/unreadable`
 */
export async function readHmacKey(file: string | undefined, signal: AbortSignal): Promise<Uint8Array | null> {
  if (file === undefined) return null;
  const key = await readSmallFile(file, 'HMAC key', signal);
  if (key.length >= LEAST_BYTES) return key;
  const message = `the HMAC key ${quote(file)} has ${formatCount(key.length, 'byte')}, and needs ${LEAST_BYTES} or more`;
  throw new CommandError('command/unreadable', message, {
    hints: ['openssl rand -out FILE 32 makes one'],
  });
}
