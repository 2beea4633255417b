import { closeSync, constants, createReadStream, fstatSync, openSync, readSync, type Stats, statSync } from 'node:fs';
import { encodingOf, MAX_BUNDLE_BYTES, OmsError, quote, withoutByteOrderMark } from '@model-signing/core';
import { CommandError, isSystemError, systemMessage } from './failure.ts';

/** Far more than a key or a passphrase needs, far less than a file given by mistake has. */
const MAX_SECRET_BYTES = 64 * 1024;

/** Four times the size of a list of all roots of an operating system. */
const MAX_CERTIFICATES_BYTES = 1024 * 1024;

/** Far more than a trust root, which holds a few certificates. */
const MAX_DOCUMENT_BYTES = 4 * 1024 * 1024;

/**
 * Reads a signature file. Its size is checked first.
 * @throws {OmsError} `bundle/too-large`
 * @throws {CommandError} `command/not-found`, `command/unreadable`
 */
export async function readSignatureFile(path: string): Promise<Uint8Array> {
  try {
    return readFile(path, 'signature', MAX_BUNDLE_BYTES, ({ size }) => {
      const message = `the signature ${quote(path)} has ${size} bytes, more than ${MAX_BUNDLE_BYTES}`;
      if (size > MAX_BUNDLE_BYTES) throw new OmsError('bundle/too-large', message);
    });
  } catch (cause) {
    throw failureToRead('signature', path, cause);
  }
}

/**
 * Reads a key or a passphrase, also from a pipe such as the shell's `<(…)`.
 * @param what the name of the file in messages
 * @throws {CommandError} `command/not-found`, `command/unreadable`
 */
export async function readSmallFile(path: string, what: string): Promise<Uint8Array> {
  return readWhole(path, what, MAX_SECRET_BYTES);
}

/**
 * Reads a document written for this command, such as a trust root.
 * @throws {CommandError} `command/not-found`, `command/unreadable`
 */
export async function readDocument(path: string, what: string): Promise<Uint8Array> {
  return asText(await readWhole(path, what, MAX_DOCUMENT_BYTES), what, path);
}

/**
 * The bytes of a text that a user wrote, without a byte order mark: the same for every text that is read.
 * @throws {CommandError} `command/unreadable` for UTF-16, which some shells and editors write
 */
export function asText(bytes: Uint8Array, what: string, path: string): Uint8Array {
  const encoding = encodingOf(bytes);
  if (encoding === 'UTF-8') return withoutByteOrderMark(bytes);
  const message = `the ${what} ${quote(path)} cannot be read: it is in ${encoding}, and not in UTF-8`;
  throw new CommandError('command/unreadable', message, {
    hints: [`iconv -f ${encoding} -t UTF-8 FILE > NEW converts it`],
  });
}

async function readWhole(path: string, what: string, limit: number): Promise<Uint8Array> {
  try {
    const stats = statSync(path);
    if (stats.isFile()) return readFile(path, what, limit);
    if (stats.isDirectory()) throw unreadable(what, path, 'it is a directory');
    const chunks: Buffer[] = [];
    // A pipe may have no writer: Ctrl-C must work meanwhile.
    for await (const chunk of createReadStream(path)) addChunk(chunks, chunk, limit, what, path);
    return Buffer.concat(chunks);
  } catch (cause) {
    throw failureToRead(what, path, cause);
  }
}

/**
 * Reads files of certificates, each of which may hold many.
 * @throws {CommandError} `command/not-found`, `command/unreadable`
 */
export function readCertificates(paths: readonly string[], what: string): Promise<Uint8Array[]> {
  return Promise.all(paths.map((path) => readWhole(path, what, MAX_CERTIFICATES_BYTES)));
}

/** Reads a regular file. Promises would cost more than reading a small file. */
function readFile(path: string, what: string, limit: number, check?: (stats: Stats) => void): Uint8Array {
  // Without O_NONBLOCK, opening a FIFO would wait for a writer.
  const file = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const stats = fstatSync(file);
    if (!stats.isFile()) throw unreadable(what, path, `it is ${nameOfKind(stats)}`);
    check?.(stats);
    const chunks: Buffer[] = [];
    // One byte more than the size: if it is missing, the file has ended.
    for (let wanted = Math.min(stats.size, limit) + 1; ; wanted = GROWTH_BYTES) {
      const chunk = readUpTo(file, wanted);
      addChunk(chunks, chunk, limit, what, path);
      if (chunk.length < wanted) break;
    }
    const [first, ...others] = chunks as [Buffer, ...Buffer[]];
    return others.length === 0 ? first : Buffer.concat(chunks);
  } finally {
    closeSync(file);
  }
}

/** The size of each further read of a file that is larger than its size said. */
const GROWTH_BYTES = 64 * 1024;

/** The next `length` bytes of a file, or fewer at its end. */
function readUpTo(file: number, length: number): Buffer {
  const buffer = Buffer.allocUnsafe(length);
  let filled = 0;
  for (let count = -1; count !== 0 && filled < length; filled += count) {
    count = readSync(file, buffer, filled, length - filled, null);
  }
  return buffer.subarray(0, filled);
}

/** Adds the next bytes of a file, which may grow or have no size. More than `limit` bytes are refused. */
function addChunk(chunks: Buffer[], chunk: Buffer, limit: number, what: string, path: string): void {
  chunks.push(chunk);
  const total = chunks.reduce((sum, { length }) => sum + length, 0);
  if (total > limit) throw unreadable(what, path, `it has more than ${limit} bytes`);
}

/** Converts an error of the system, and returns any other unchanged. */
function failureToRead(what: string, path: string, cause: unknown): unknown {
  if (!isSystemError(cause)) return cause;
  if (isSecretText(path)) return secretAsPath(what);
  if (cause.code !== 'ENOENT') return unreadable(what, path, systemMessage(cause), cause);
  return new CommandError('command/not-found', `there is no ${what} at ${quote(path)}`, { cause });
}

/** Whether what stands for a path is the text of a key or a token, which no message may repeat. */
export function isSecretText(path: string): boolean {
  return path.includes('-----BEGIN ') || /^M[A-Za-z0-9+/]{80,}=*\s*$/.test(path) || /^eyJ[\w-]+\.[\w-]+\./.test(path);
}

function secretAsPath(what: string): CommandError {
  return new CommandError(
    'command/not-found',
    `the ${what} must be given as the name of a file, and this is its content`,
    {
      hints: ['write it to a file that only you can read, or let the shell do so: <(printf %s "$KEY")'],
    },
  );
}

function unreadable(what: string, path: string, why: string, cause?: unknown): CommandError {
  return new CommandError('command/unreadable', `the ${what} ${quote(path)} cannot be read: ${why}`, { cause });
}

/** What kind of file it is, in words. */
export function nameOfKind(stats: Stats): string {
  if (stats.isDirectory()) return 'a directory';
  if (stats.isFIFO()) return 'a pipe';
  if (stats.isSocket()) return 'a socket';
  return stats.isFile() ? 'a file' : 'a device';
}
