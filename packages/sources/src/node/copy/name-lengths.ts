import { lstat } from 'node:fs/promises';
import path from 'node:path';
import { quote } from '@model-signing/core';
import { inTarget } from '../system-fault.ts';

/** Every file system takes parts of names, and paths, that are as short as this, in bytes. */
const SHORT_PART = 100;
const SHORT_PATH = 200;

/**
 * Asks the file system whether names are too long for it, before anything is fetched that could not be named at the end.
 * @param directory a folder that exists
 * @param tree where the names are to be, which need not exist
 * @throws {SourceError} `source/target-unusable`
 */
export async function checkNameLengths(names: Iterable<string>, directory: string, tree: string): Promise<void> {
  for (const name of names) {
    const place = path.join(tree, ...name.split('/'));
    const long = name.split('/').filter((part) => Buffer.byteLength(part) > SHORT_PART);
    const probes = long.map((part) => path.join(directory, part));
    if (Buffer.byteLength(place) > SHORT_PATH) probes.push(place);
    for (const probe of probes) await inTarget(`name a file ${quote(name)}`, () => look(probe));
  }
}

/** Anything else than a name that is too long is found out when the file is made. */
async function look(place: string): Promise<void> {
  await lstat(place).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENAMETOOLONG') throw error;
  });
}
