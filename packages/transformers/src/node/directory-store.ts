import { randomUUID } from 'node:crypto';
import { createWriteStream, lstatSync, statSync } from 'node:fs';
import { open, rename, rm, unlink } from 'node:fs/promises';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { ReadableStream } from 'node:stream/web';
import { isOmsError, localModel, verifySome } from '@model-signing/core';
import { makeDirectories } from '@model-signing/core/private-file';
import { type FileStore, MAX_FILE_BYTES } from '../store.ts';
import { READ_FLAGS } from './read-flags.ts';
import { textsInFile } from './texts-in-file.ts';

/** Keeps files in a directory, as transformers.js does in Node, so that what it has fetched before is found. */
export function directoryStore(directory: string, model: string, revision: string): FileStore {
  // transformers.js leaves this revision out of its names.
  const root = path.join(directory, model, revision === 'main' ? '' : revision);
  const pathOf = (name: string) => path.join(root, ...name.split('/'));
  return {
    read: (name) => readWhole(pathOf(name)),
    async write(name, content) {
      await removeLinkedDirectory(root, name);
      await writeWhole(pathOf(name), content);
    },
    async remove(name) {
      await removeLinkedDirectory(root, name);
      await rm(pathOf(name), { recursive: true, force: true });
    },
    disk: {
      pathOf,
      identityOf: (name) => identityOf(pathOf(name)),
      textsIn: (name, texts) => textsInFile(pathOf(name), texts),
      async isSigned(name, signed, engine) {
        try {
          await verifySome(signed, localModel(root), [name], { engine });
          return true;
        } catch (error) {
          if (isOmsError(error)) return false;
          throw error;
        }
      },
    },
  };
}

/** Removes a link in the place of a directory, behind which are files of others: no model is signed with one. */
async function removeLinkedDirectory(root: string, name: string): Promise<void> {
  let directory = root;
  for (const part of name.split('/').slice(0, -1)) {
    directory = path.join(directory, part);
    if (lstatSync(directory, { throwIfNoEntry: false })?.isSymbolicLink()) return unlink(directory);
  }
}

/** The bytes of a regular file; null if there is none, or if it is too large. */
async function readWhole(file: string): Promise<Uint8Array | null> {
  const handle = await open(file, READ_FLAGS).catch((error) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
    throw error;
  });
  if (!handle) return null;
  try {
    const stats = await handle.stat();
    if (!stats.isFile() || stats.size > MAX_FILE_BYTES) return null;
    const content = new Uint8Array(stats.size);
    let length = 0;
    while (length < content.length) {
      const { bytesRead } = await handle.read(content, length, content.length - length, length);
      if (bytesRead === 0) break;
      length += bytesRead;
    }
    return content.subarray(0, length);
  } finally {
    await handle.close();
  }
}

/** Writes a file that appears only when all of it is there. */
async function writeWhole(file: string, { body }: Response): Promise<void> {
  const temporary = `${file}.${randomUUID()}.tmp`;
  await makeDirectories(path.resolve(path.dirname(file)));
  try {
    const source = body ? Readable.fromWeb(body as ReadableStream) : Readable.from([]);
    await pipeline(source, createWriteStream(temporary, { flags: 'wx' }));
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

/** The times are those of the file system, which a program cannot set back. */
function identityOf(file: string): string | null {
  const stats = statSync(file, { bigint: true, throwIfNoEntry: false });
  return stats ? [stats.dev, stats.ino, stats.size, stats.mtimeNs, stats.ctimeNs].join(' ') : null;
}
