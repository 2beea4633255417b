import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';

/** The most bytes of a file that a program made. */
const MAX_FILE_BYTES = 64 * 1024 ** 2;

/**
 * Reads a file that a program made, which may be anything: a pipe to which nothing writes, a device without an end, a directory.
 * @throws {Error} that says what is wrong with it
 */
export function readBoundedFile(file: string, limit: number = MAX_FILE_BYTES): Buffer {
  const descriptor = openSync(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
  try {
    const stat = fstatSync(descriptor);
    if (!stat.isFile()) throw new Error('it is no regular file');
    if (stat.size > limit) throw new Error(`it has more than ${limit} bytes`);
    return readAtMost(descriptor, stat.size);
  } finally {
    closeSync(descriptor);
  }
}

function readAtMost(descriptor: number, size: number): Buffer {
  const bytes = Buffer.alloc(size);
  let length = 0;
  while (length < size) {
    const read = readSync(descriptor, bytes, length, size - length, null);
    if (read === 0) break;
    length += read;
  }
  return bytes.subarray(0, length);
}
