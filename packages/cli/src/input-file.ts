import { constants, type Stats } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { MAX_BUNDLE_BYTES, OmsError, quote } from '@model-signing/core';
import { CommandError, isSystemError, systemMessage } from './failure.ts';

/** Far more than a key or a passphrase, far less than a file that was given by mistake. */
const MAX_SECRET_BYTES = 64 * 1024;

/** A list of all the roots of an operating system has a quarter of this. */
const MAX_CERTIFICATES_BYTES = 1024 * 1024;

/** Far more than a trust root, which holds some certificates. */
const MAX_DOCUMENT_BYTES = 4 * 1024 * 1024;

/**
 * Reads a signature file, whose size is checked before its bytes are read.
 * @throws {OmsError} `bundle/too-large`
 * @throws {CommandError} `command/not-found`, `command/unreadable`
 */
export async function readSignatureFile(path: string): Promise<Uint8Array> {
  // Without O_NONBLOCK, opening a FIFO would wait for somebody to write to it.
  const file = await openForReading(path, 'signature', constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const stats = await file.stat();
    if (!stats.isFile()) throw unreadable('signature', path, `it is ${nameOfKind(stats)}`);
    if (stats.size > MAX_BUNDLE_BYTES) {
      const message = `the signature ${quote(path)} has ${stats.size} bytes, more than ${MAX_BUNDLE_BYTES}`;
      throw new OmsError('bundle/too-large', message);
    }
    return await readAtMost(file, MAX_BUNDLE_BYTES, 'signature', path);
  } finally {
    await file.close();
  }
}

/**
 * Reads a key or a passphrase, also from a pipe such as the shell's `<(…)`.
 * @param what names the file in messages
 * @throws {CommandError} `command/not-found`, `command/unreadable`
 */
export async function readSmallFile(path: string, what: string): Promise<Uint8Array> {
  return readWhole(path, what, MAX_SECRET_BYTES);
}

/**
 * Reads a document that somebody wrote for this command, such as a trust root.
 * @throws {CommandError} `command/not-found`, `command/unreadable`
 */
export async function readDocument(path: string, what: string): Promise<Uint8Array> {
  return readWhole(path, what, MAX_DOCUMENT_BYTES);
}

async function readWhole(path: string, what: string, limit: number): Promise<Uint8Array> {
  const file = await openForReading(path, what, constants.O_RDONLY);
  try {
    const stats = await file.stat();
    if (stats.isDirectory()) throw unreadable(what, path, 'it is a directory');
    return await readAtMost(file, limit, what, path);
  } finally {
    await file.close();
  }
}

/**
 * Reads files of certificates, each of which may hold many.
 * @throws {CommandError} `command/not-found`, `command/unreadable`
 */
export function readCertificates(paths: readonly string[], what: string): Promise<Uint8Array[]> {
  return Promise.all(paths.map((path) => readWhole(path, what, MAX_CERTIFICATES_BYTES)));
}

async function openForReading(path: string, what: string, flags: number): Promise<FileHandle> {
  try {
    return await open(path, flags);
  } catch (cause) {
    if (!isSystemError(cause)) throw cause;
    if (cause.code === 'ENOENT')
      throw new CommandError('command/not-found', `there is no ${what} at ${quote(path)}`, { cause });
    throw unreadable(what, path, systemMessage(cause), cause);
  }
}

/** The bytes of a file that may grow or have no size; one of more than `limit` bytes is refused. */
async function readAtMost(file: FileHandle, limit: number, what: string, path: string): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let total = 0;
  try {
    for (;;) {
      const buffer = Buffer.allocUnsafe(Math.min(1024 * 1024, limit + 1 - total));
      const { bytesRead } = await file.read(buffer, 0, buffer.length, null);
      if (bytesRead === 0) return Buffer.concat(chunks);
      total += bytesRead;
      if (total > limit) throw unreadable(what, path, `it has more than ${limit} bytes`);
      chunks.push(buffer.subarray(0, bytesRead));
    }
  } catch (cause) {
    throw isSystemError(cause) ? unreadable(what, path, systemMessage(cause), cause) : cause;
  }
}

function unreadable(what: string, path: string, why: string, cause?: unknown): CommandError {
  return new CommandError('command/unreadable', `the ${what} ${quote(path)} cannot be read: ${why}`, { cause });
}

/** What a path leads to, in words. */
export function nameOfKind(stats: Stats): string {
  if (stats.isDirectory()) return 'a directory';
  if (stats.isFIFO()) return 'a pipe';
  if (stats.isSocket()) return 'a socket';
  return stats.isFile() ? 'a file' : 'a device';
}
