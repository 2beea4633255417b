import {
  closeSync,
  constants,
  createReadStream,
  existsSync,
  fstatSync,
  lstatSync,
  openSync,
  readSync,
  type Stats,
  statSync,
} from 'node:fs';
import type { Readable } from 'node:stream';
import { encodingOf, MAX_BUNDLE_BYTES, OmsError, quote, withoutByteOrderMark } from '@model-signing/core';
import { CommandError, isSystemError, systemMessage } from './failure.ts';
import { contentIn } from './secret-text.ts';
import { isStandardInput, takeStandardInput } from './standard-streams.ts';

/** Far more than a key or a passphrase needs, far less than a file given by mistake has. */
const MAX_SECRET_BYTES = 64 * 1024;

/** Four times the size of a list of all roots of an operating system. */
const MAX_CERTIFICATES_BYTES = 1024 * 1024;

/** Far more than a trust root, which holds a few certificates. */
const MAX_DOCUMENT_BYTES = 4 * 1024 * 1024;

/** Far more than a policy of thousands of signers has. */
const MAX_POLICY_BYTES = 16 * 1024 * 1024;

/** The most that can be attested. */
const MAX_PREDICATE_BYTES = 16 * 1024 * 1024;
/** As long as a list of a million names of sixty characters. */
const MAX_NAMES_BYTES = 64 * 1024 * 1024;

/** Something to read: a file, a pipe or, as `-`, standard input. */
interface Input {
  readonly path: string;
  /** What messages call it: `public key`. */
  readonly what: string;
  /** In bytes. */
  readonly limit: number;
  /** How messages name its place, if the path itself may be a secret. */
  readonly place?: string | undefined;
  /** The error for an input above the limit. */
  readonly tooLarge?: (bytes: number | null) => Error;
}

/**
 * Reads a signature from a file, a pipe or standard input. The size of a file is checked first.
 * @throws {OmsError} `bundle/too-large`
 * @throws {CommandError} `command/not-found`, `command/unreadable`
 */
export function readSignatureFile(path: string, signal?: AbortSignal): Promise<Uint8Array> {
  const tooLarge = (bytes: number | null) => {
    const found = bytes === null ? '' : `${bytes} bytes, `;
    return new OmsError('bundle/too-large', `the signature ${quote(path)} has ${found}more than ${MAX_BUNDLE_BYTES}`);
  };
  return readInput({ path, what: 'signature', limit: MAX_BUNDLE_BYTES, tooLarge }, signal);
}

/**
 * Reads a key or a passphrase from a file, from a pipe such as the shell's `<(…)`, or from standard input.
 * @param what the name of the file in messages
 * @param place how messages name its place, if the path itself may be a secret
 * @throws {CommandError} `command/not-found`, `command/unreadable`
 */
export function readSmallFile(path: string, what: string, signal?: AbortSignal, place?: string): Promise<Uint8Array> {
  return readInput({ path, what, limit: MAX_SECRET_BYTES, place }, signal);
}

/**
 * Reads a document written for this command, such as a trust root.
 * @throws {CommandError} `command/not-found`, `command/unreadable`
 */
export async function readDocument(path: string, what: string, signal?: AbortSignal): Promise<Uint8Array> {
  return asText(await readInput({ path, what, limit: MAX_DOCUMENT_BYTES }, signal), what);
}

/**
 * Reads the manifest of an OCI artifact, byte for byte: its digest is that of the file.
 * @throws {CommandError} `command/not-found`, `command/unreadable`
 */
export function readManifestFile(path: string, signal?: AbortSignal): Promise<Uint8Array> {
  return readInput({ path, what: 'manifest', limit: MAX_DOCUMENT_BYTES }, signal);
}

/**
 * Reads a policy, or a file that it names, byte for byte: it may be signed.
 * @throws {CommandError} `command/not-found`, `command/unreadable`
 */
export function readPolicyFile(path: string, what: 'policy' | 'file', signal?: AbortSignal): Promise<Uint8Array> {
  return readInput({ path, what, limit: MAX_POLICY_BYTES }, signal);
}

/**
 * Reads a claim to attest, byte for byte: it is signed as it is.
 * @throws {CommandError} `command/not-found`, `command/unreadable`
 */
export async function readPredicate(path: string, signal?: AbortSignal): Promise<Uint8Array> {
  return asText(await readInput({ path, what: 'predicate', limit: MAX_PREDICATE_BYTES }, signal), 'predicate');
}

/**
 * Reads a JSON Schema.
 * @throws {CommandError} `command/not-found`, `command/unreadable`
 */
export function readSchemaFile(path: string, signal?: AbortSignal): Promise<Uint8Array> {
  return readDocument(path, 'schema', signal);
}

/**
 * Reads a list of names of files.
 * @throws {CommandError} `command/not-found`, `command/unreadable`
 */
export function readNamesFile(path: string, signal?: AbortSignal): Promise<Uint8Array> {
  return readInput({ path, what: 'list of names', limit: MAX_NAMES_BYTES }, signal);
}

/**
 * Reads a plan.
 * @throws {CommandError} `command/not-found`, `command/unreadable`
 */
export function readPlanFile(path: string, limit: number, signal?: AbortSignal): Promise<Uint8Array> {
  return readInput({ path, what: 'plan', limit }, signal);
}

/**
 * Reads the digests that another host has computed; null if there is no such file.
 * @throws {CommandError} `command/unreadable`, `command/digests-invalid` for more bytes than they can have
 */
export function readAnswerFile(path: string, limit: number): Uint8Array | null {
  const tooLarge = () =>
    new CommandError('command/digests-invalid', `the answer ${quote(path)} has too many bytes`, {
      hints: ['remove the file, and hash the part again'],
    });
  const input = { path, what: 'answer', limit, tooLarge };
  try {
    return readFile(input);
  } catch (cause) {
    if (!isSystemError(cause)) throw cause;
    if (cause.code !== 'ENOENT') throw unreadable(input, systemMessage(cause), cause);
    // Nothing can be put in the place of a link to nothing, so the part would never be there.
    if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink())
      throw unreadable(input, 'it is a link to nothing');
    return null;
  }
}

/**
 * The bytes of a text that a user wrote, without a byte order mark: the same for every text that is read.
 * @throws {CommandError} `command/unreadable` for UTF-16, which some shells and editors write
 */
export function asText(bytes: Uint8Array, what: string): Uint8Array {
  const encoding = encodingOf(bytes);
  if (encoding === 'UTF-8') return withoutByteOrderMark(bytes);
  throw new CommandError('command/unreadable', `the ${what} cannot be read: it is in ${encoding}, and not in UTF-8`, {
    hints: [`iconv -f ${encoding} -t UTF-8 FILE > NEW converts it`],
  });
}

/**
 * Reads files of certificates, each of which may hold many.
 * @throws {CommandError} `command/not-found`, `command/unreadable`
 */
export function readCertificates(paths: readonly string[], what: string, signal?: AbortSignal): Promise<Uint8Array[]> {
  return Promise.all(paths.map((path) => readInput({ path, what, limit: MAX_CERTIFICATES_BYTES }, signal)));
}

async function readInput(input: Input, signal?: AbortSignal): Promise<Uint8Array> {
  const { path } = input;
  try {
    if (isStandardInput(path)) return await readStream(takeStandardInput(), input, signal);
    const stats = statSync(path);
    if (stats.isFile()) return readFile(input);
    if (stats.isDirectory()) throw unreadable(input, 'it is a directory');
    return await readStream(stats.isFIFO() ? await openPipe(path) : createReadStream(path), input, signal);
  } catch (cause) {
    signal?.throwIfAborted();
    if (!isSystemError(cause)) throw cause;
    if (input.place === undefined && contentIn(path) !== null) throw secretAsPath(input.what);
    if (cause.code !== 'ENOENT') throw unreadable(input, systemMessage(cause), cause);
    const message = `there is no ${input.what} at ${input.place ?? quote(path)}`;
    throw new CommandError('command/not-found', message, { hints: listHints(path), cause });
  }
}

/** For a list of files in place of one. */
function listHints(path: string): string[] {
  const files = path.split(',');
  const isList = files.length > 1 && files.every((file) => file !== '' && existsSync(file));
  return isList ? ['a flag takes one file: repeat it for each'] : [];
}

/** Reads a regular file. Promises would cost more than reading a small file. */
function readFile(input: Input): Uint8Array {
  // Without O_NONBLOCK, opening a FIFO that replaced the file would wait for a writer.
  const file = openSync(input.path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const stats = fstatSync(file);
    if (!stats.isFile()) throw unreadable(input, `it is ${nameOfKind(stats)}`);
    if (stats.size > input.limit) throw tooLarge(input, stats.size);
    const chunks = new Chunks(input);
    // One byte more than the size: if it is missing, the file has ended.
    for (let wanted = stats.size + 1; ; wanted = GROWTH_BYTES) {
      const chunk = readUpTo(file, wanted);
      chunks.add(chunk);
      if (chunk.length < wanted) break;
    }
    return chunks.joined();
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

/**
 * Opens a pipe. Neither this nor reading occupies a thread that waits for a writer, since the process could not end before that
 * thread does: the system tells the socket when there is something to read.
 */
async function openPipe(path: string): Promise<Readable> {
  const { Socket } = await import('node:net');
  const fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
  return new Socket({ fd, readable: true, writable: false });
}

async function readStream(stream: Readable, input: Input, signal?: AbortSignal): Promise<Uint8Array> {
  const chunks = new Chunks(input);
  const stop = () => stream.destroy(signal?.reason);
  if (signal?.aborted) stop();
  signal?.addEventListener('abort', stop, { once: true });
  try {
    for await (const chunk of stream) chunks.add(chunk);
    return chunks.joined();
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}

/** What was read so far of an input that may grow or have no size. */
class Chunks {
  readonly #input: Input;
  readonly #chunks: Buffer[] = [];
  #length = 0;

  constructor(input: Input) {
    this.#input = input;
  }

  add(chunk: Buffer): void {
    this.#length += chunk.length;
    if (this.#length > this.#input.limit) throw tooLarge(this.#input, null);
    this.#chunks.push(chunk);
  }

  joined(): Uint8Array {
    const [first, ...others] = this.#chunks;
    return first && others.length === 0 ? first : Buffer.concat(this.#chunks, this.#length);
  }
}

function tooLarge(input: Input, bytes: number | null): Error {
  return input.tooLarge?.(bytes) ?? unreadable(input, `it has more than ${input.limit} bytes`);
}

function unreadable({ path, what, place }: Input, why: string, cause?: unknown): CommandError {
  const where = isStandardInput(path) ? 'on standard input' : quote(path);
  const named = place === undefined ? where : `at ${place}`;
  return new CommandError('command/unreadable', `the ${what} ${named} cannot be read: ${why}`, { cause });
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

/** What kind of file it is, in words. */
export function nameOfKind(stats: Stats): string {
  if (stats.isDirectory()) return 'a directory';
  if (stats.isFIFO()) return 'a pipe';
  if (stats.isSocket()) return 'a socket';
  return stats.isFile() ? 'a file' : 'a device';
}
