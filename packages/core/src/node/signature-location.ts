import { lstatSync, statSync } from 'node:fs';
import path from 'node:path';
import { OmsError } from '../format/errors.ts';
import { quote } from '../format/text.ts';
import type { Entry } from './directory.ts';
import { type FileIdentity, identityOf } from './file-identity.ts';
import { attempt } from './system-errors.ts';

/** Where the signature file is or will be. */
export class SignatureLocation {
  readonly basename: string;
  readonly #directory: FileIdentity;
  /** The identity of the file, if this is its only name; it is how another spelling of the name is recognised. */
  readonly #identity: FileIdentity | null;

  private constructor(basename: string, directory: FileIdentity, identity: FileIdentity | null) {
    this.basename = basename;
    this.#directory = directory;
    this.#identity = identity;
  }

  /**
   * Null if there is no path, or if the directory of the path does not exist.
   * @throws {OmsError} `model/unsupported-file` if it is a directory
   */
  static find(signaturePath: string | undefined): SignatureLocation | null {
    if (signaturePath === undefined) return null;
    const absolute = path.resolve(signaturePath);
    const directory = attempt(() => statSync(path.dirname(absolute), { bigint: true }));
    if (!directory) return null;
    const file = attempt(() => lstatSync(absolute, { bigint: true }));
    if (file?.isDirectory()) {
      const message = `the signature path ${quote(signaturePath)} is a directory`;
      throw new OmsError('model/unsupported-file', message, { requirement: null });
    }
    const identity = file?.isFile() && file.nlink === 1n ? identityOf(file) : null;
    return new SignatureLocation(path.basename(absolute), identityOf(directory), identity);
  }

  isIn(directory: FileIdentity): boolean {
    return this.#directory === directory;
  }

  /**
   * Whether an entry of the signature's directory is the signature file: the entry with its name, not another one with the
   * same content. The file's identity decides if the file system treats another spelling as the same name.
   */
  isAt(directoryPath: string, entry: Entry): boolean {
    if (entry.isDirectory()) return false;
    if (entry.name === this.basename) return true;
    if (this.#identity === null || entry.name.toLowerCase() !== this.basename.toLowerCase()) return false;
    const found = attempt(() => lstatSync(directoryPath + path.sep + entry.name, { bigint: true }));
    return found !== null && identityOf(found) === this.#identity;
  }
}
