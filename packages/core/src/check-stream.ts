import { aString, checkArgument } from '@model-signing/x509/options';
import { bytesHashers, streamHashers } from '#engine';
import { OmsError } from './format/errors.ts';
import type { CheckedManifest, SignedFile } from './format/manifest/check.ts';
import { compareNames } from './format/names.ts';
import { firstIndex } from './format/search.ts';
import { quote } from './format/text.ts';
import type { StreamHasher } from './hashing/streams.ts';

/** What a signature states about a part of a file: of one that is signed whole, `end` is null. */
interface Part {
  readonly start: number;
  readonly end: number | null;
  readonly digest: string;
}

/**
 * A stream that passes on the bytes of a signed file and fails if they are not those that were signed.
 * @throws {OmsError} `model/not-signed`
 */
export function checkStream(checked: CheckedManifest, name: string): TransformStream<Uint8Array, Uint8Array> {
  const content = new CheckedContent(signedFile(checked, name));
  const { hashType } = checked.manifest.serialization;
  return new TransformStream({
    start: async () => content.begin(await streamHashers(hashType)),
    async transform(chunk, controller) {
      if (!(chunk instanceof Uint8Array)) throw new TypeError(`the file ${quote(name)} is not streamed as Uint8Array`);
      await content.add(chunk);
      controller.enqueue(chunk);
    },
    flush: () => content.end(),
  });
}

/**
 * Checks that bytes are the content of a signed file.
 * @throws {OmsError} `model/not-signed`, `model/mismatch`
 */
export async function checkBytes(checked: CheckedManifest, name: string, bytes: Uint8Array): Promise<void> {
  if (!(bytes instanceof Uint8Array))
    throw new TypeError(`the content of the file ${quote(name)} must be a Uint8Array`);
  const content = new CheckedContent(signedFile(checked, name));
  content.begin(await bytesHashers(checked.manifest.serialization.hashType));
  await content.add(bytes);
  await content.end();
}

function signedFile({ files }: CheckedManifest, name: string): SignedFile {
  checkArgument('the name of the file', name, aString);
  const file = files[firstIndex(files, ({ path }) => compareNames(path, name) >= 0)];
  if (file?.path === name) return file;
  throw new OmsError('model/not-signed', `${quote(name)} cannot be verified: no file of this name is signed`);
}

/** The content of a signed file as it arrives, compared with what was signed, part by part. */
class CheckedContent {
  readonly #path: string;
  readonly #parts: readonly Part[];
  readonly #size: number | null;
  #createHasher: (() => StreamHasher) | undefined;
  #hasher: StreamHasher | undefined;
  #index = 0;
  #position = 0;

  constructor(file: SignedFile) {
    this.#path = file.path;
    this.#parts =
      'shards' in file
        ? file.shards.map(({ range: [start, end], digest }) => ({ start, end, digest }))
        : [{ start: 0, end: null, digest: file.digest }];
    this.#size = this.#parts.at(-1)?.end ?? null;
  }

  begin(createHasher: () => StreamHasher): void {
    this.#createHasher = createHasher;
  }

  /** @throws {OmsError} `model/mismatch` at the end of a part with another digest, and for more bytes than were signed */
  async add(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; ) {
      const part = this.#parts[this.#index];
      if (!part) throw this.#wrongSize(`more than ${this.#size} bytes`);
      const until = part.end === null ? bytes.length : Math.min(bytes.length, at + part.end - this.#position);
      await this.#current().update(bytes.subarray(at, until));
      this.#position += until - at;
      at = until;
      if (this.#position === part.end) await this.#finish(part);
    }
  }

  /** @throws {OmsError} `model/mismatch` if what came is not all that was signed */
  async end(): Promise<void> {
    const part = this.#parts[this.#index];
    if (!part) return;
    if (part.end !== null) throw this.#wrongSize(`${this.#position} bytes`);
    await this.#finish(part);
  }

  #current(): StreamHasher {
    this.#hasher ??= this.#createHasher?.();
    if (!this.#hasher) throw new Error('no hasher was loaded');
    return this.#hasher;
  }

  async #finish({ start, end, digest }: Part): Promise<void> {
    const actual = await this.#current().digest();
    this.#hasher = undefined;
    this.#index++;
    if (actual === digest) return;
    const range = end === null || (start === 0 && end === this.#size) ? {} : { range: [start, end] as const };
    throw this.#differs({ expected: digest, actual, ...range });
  }

  #wrongSize(actual: string): OmsError {
    return this.#differs({ expected: `${this.#size} bytes`, actual });
  }

  #differs(found: { expected: string; actual: string; range?: readonly [number, number] }): OmsError {
    return new OmsError('model/mismatch', `the file ${quote(this.#path)} differs from what was signed`, {
      differences: [{ kind: 'modified', path: this.#path, ...found }],
      required: true,
    });
  }
}
