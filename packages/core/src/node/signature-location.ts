import { type Dirent, lstatSync, statSync } from 'node:fs';
import path from 'node:path';
import { quote } from '../format/text.ts';
import { type FileIdentity, identityOf } from './file-identity.ts';
import { attempt } from './system-errors.ts';

/** Where the signature file is or will be. */
export class SignatureLocation {
  readonly basename: string;
  readonly #directory: FileIdentity;
  /** The file, if it exists under this one name only; under another spelling of it, it is recognised by this. */
  readonly #identity: FileIdentity | null;

  private constructor(basename: string, directory: FileIdentity, identity: FileIdentity | null) {
    this.basename = basename;
    this.#directory = directory;
    this.#identity = identity;
  }

  /** Null without a path, and where the directory of the path does not exist. */
  static find(signaturePath: string | undefined): SignatureLocation | null {
    if (signaturePath === undefined) return null;
    const absolute = path.resolve(signaturePath);
    const directory = attempt(() => statSync(path.dirname(absolute), { bigint: true }));
    if (!directory) return null;
    const file = attempt(() => lstatSync(absolute, { bigint: true }));
    if (file?.isDirectory()) throw new TypeError(`the signature path ${quote(signaturePath)} is a directory`);
    const identity = file?.isFile() && file.nlink === 1n ? identityOf(file) : null;
    return new SignatureLocation(path.basename(absolute), identityOf(directory), identity);
  }

  isIn(directory: FileIdentity): boolean {
    return this.#directory === directory;
  }

  /**
   * Whether an entry of the signature's directory is the signature file: the entry of its name, and no other that has the same
   * bytes. Where the file system takes another spelling for the same name, the file's identity tells.
   */
  isAt(directoryPath: string, entry: Dirent): boolean {
    if (entry.isDirectory()) return false;
    if (entry.name === this.basename) return true;
    if (this.#identity === null || entry.name.toLowerCase() !== this.basename.toLowerCase()) return false;
    return identityOf(lstatSync(directoryPath + path.sep + entry.name, { bigint: true })) === this.#identity;
  }
}
