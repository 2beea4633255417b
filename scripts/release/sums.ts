// The digests of a release's files, in the form of sha256sum. A job writes them and passes the digest of the list to the jobs
// after it as an output, so that what they download is what that job made.
import { createHash } from 'node:crypto';
import { appendFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const LIST = 'SHA256SUMS';

export const digestOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

function filesOf(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name !== LIST)
    .sort();
}

/** Lists all files of a folder, and returns the digest of the list. */
export function writeSums(folder: string): string {
  const lines = filesOf(folder).map((name) => `${digestOf(readFileSync(path.join(folder, name)))}  ${name}\n`);
  writeFileSync(path.join(folder, LIST), lines.join(''));
  return digestOf(Buffer.from(lines.join('')));
}

/**
 * Checks that a folder holds exactly the files of its list, and that the list is the one with this digest.
 * @returns the names of the files
 * @throws {Error}
 */
export function checkSums(folder: string, sums: string): string[] {
  const list = readFileSync(path.join(folder, LIST));
  if (digestOf(list) !== sums) throw new Error(`${LIST} is not the list with the digest ${JSON.stringify(sums)}`);
  const names = filesOf(folder);
  const expected = names.map((name) => `${digestOf(readFileSync(path.join(folder, name)))}  ${name}\n`).join('');
  if (list.toString() !== expected) throw new Error(`the files are not those that ${LIST} lists`);
  return names;
}

/** Passes a value to later jobs, if this runs in a workflow. */
export function setOutput(name: string, value: string): void {
  if (/[\r\n]/.test(value)) throw new Error(`the output ${name} has more than one line`);
  const { GITHUB_OUTPUT: file } = process.env;
  if (file) appendFileSync(file, `${name}=${value}\n`);
}

/** The variable of the environment that names a digest. @throws {Error} if it is none */
export function digestFrom(variable: string): string {
  const value = process.env[variable] ?? '';
  if (!/^[0-9a-f]{64}$/.test(value)) throw new Error(`${variable} is not a digest`);
  return value;
}
