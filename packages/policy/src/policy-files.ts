import { printable, quote } from '@model-signing/core';
import type { FileDocument } from '@model-signing/spec/policy';
import { PolicyError } from './policy-error.ts';
import { reasonOf } from './refusal.ts';

/** Reads a file that a policy names, by its path there. */
export type ReadFile = (path: string) => Promise<Uint8Array>;

/** Larger than every list of roots and every trust root of Sigstore. */
const MAX_FILE_BYTES = 4_194_304;

/** The files that a policy names, each read once, so that all its signers see the same bytes. */
export class PolicyFiles {
  readonly #readFile: ReadFile | undefined;
  readonly #requireDigests: boolean;
  readonly #read = new Map<string, Promise<Uint8Array>>();

  constructor(readFile: ReadFile | undefined, requireDigests: boolean) {
    this.#readFile = readFile;
    this.#requireDigests = requireDigests;
  }

  /**
   * @param pointer where the policy names the file
   * @param isPinned whether the policy states a digest of what is in the file
   * @throws {PolicyError} `policy/file-unusable`
   */
  async bytesOf(file: FileDocument, pointer: string, isPinned = false): Promise<Uint8Array> {
    const { path, sha256 } = typeof file === 'string' ? { path: file, sha256: null } : file;
    if (this.#requireDigests && sha256 === null && !isPinned) {
      const message = 'is named without its digest, which the signature of the policy does not cover';
      throw unusable(path, pointer, `${message}: write { "path": …, "sha256": … }`);
    }
    const bytes = await this.#bytesAt(path, pointer);
    if (sha256 === null) return bytes;
    const digest = await sha256Of(bytes);
    if (digest !== sha256)
      throw unusable(path, pointer, `has the SHA-256 digest ${digest}, and the policy demands ${sha256}`);
    return bytes;
  }

  async #bytesAt(path: string, pointer: string): Promise<Uint8Array> {
    const readFile = this.#readFile;
    if (readFile === undefined) {
      throw unusable(path, pointer, 'cannot be read here: write the key or the certificates into the policy instead');
    }
    const known = this.#read.get(path) ?? readFile(path);
    this.#read.set(path, known);
    let bytes: Uint8Array;
    try {
      bytes = await known;
    } catch (error) {
      throw unusable(path, pointer, `cannot be read: ${printable(reasonOf(error))}`, error);
    }
    if (!(bytes instanceof Uint8Array)) throw new TypeError('the option readFile must return the bytes of a file');
    if (bytes.length > MAX_FILE_BYTES) throw unusable(path, pointer, `has more than ${MAX_FILE_BYTES} bytes`);
    return bytes;
  }
}

/** The error for a file that a policy names. */
export function unusable(path: string, pointer: string, problem: string, cause?: unknown): PolicyError {
  const message = `the file ${quote(path)}, which the policy names at ${pointer}, ${problem}`;
  return new PolicyError('policy/file-unusable', message, { cause });
}

/** Lowercase hexadecimal. */
export async function sha256Of(bytes: Uint8Array): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}
