// The models of the measurements: real files, because a browser reads those otherwise than what a page made itself.
import { randomFillSync } from 'node:crypto';
import { closeSync, ftruncateSync, mkdirSync, openSync, writeFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { keySigner, localModel, signModel } from '@model-signing/core';
import type { Signed } from '../scenarios.ts';
import { testKeys } from '../test-keys.ts';

const MiB = 1024 * 1024;

export interface SignedFiles extends Signed {
  readonly files: readonly string[];
}

/** Files of the same size with random bytes, and their signature. */
export async function randomFiles(folder: string, count: number, mebibytes: number): Promise<SignedFiles> {
  const content = randomFillSync(Buffer.alloc(mebibytes * MiB));
  return signed(folder, count, (file, index) => {
    content.writeUInt32BE(index);
    writeFileSync(file, content);
  });
}

/** One file of so many bytes, which takes no space on the disk, and its signature. */
export async function sparseFile(folder: string, bytes: number): Promise<SignedFiles> {
  return signed(folder, 1, (file) => {
    const descriptor = openSync(file, 'w');
    ftruncateSync(descriptor, bytes);
    writeSync(descriptor, 'begin');
    closeSync(descriptor);
  });
}

/** Many small files, each with other bytes, and their signature. */
export async function smallFiles(folder: string, count: number): Promise<SignedFiles> {
  return signed(folder, count, (file, index) => writeFileSync(file, String(index).padEnd(4096, '.')));
}

async function signed(
  folder: string,
  count: number,
  write: (file: string, index: number) => void,
): Promise<SignedFiles> {
  mkdirSync(folder, { recursive: true });
  const files = Array.from({ length: count }, (_, index) => path.join(folder, `${index}.bin`));
  for (const [index, file] of files.entries()) write(file, index);
  const { privateKey, publicKey } = testKeys();
  const { bundle } = await signModel(localModel(folder), keySigner({ privateKey }));
  return { files, publicKey, bundle: Buffer.from(bundle).toString('base64') };
}
