import { fromHex, toHex } from '#platform';
import { OmsError } from './format/errors.ts';
import type { SignedFile } from './format/manifest/check.ts';
import {
  encodeSideFileHeader,
  groupBytes,
  groupCount,
  invalidSideFile,
  MAX_GROUP_LOG,
  NODE_BYTES,
  parseSideFileHeader,
  SIDE_FILE_HEADER_BYTES,
  type SideFileHeader,
  sideFileSize,
} from './format/side-file.ts';
import { quote } from './format/text.ts';
import { CHUNK_BYTES, leftUnits, parentValue, subtreeValue, VALUE_BYTES } from './hashing/blake3.ts';
import { checkedSignature, type SignedManifest } from './open.ts';

/** Bytes that can be read in any order. */
export interface ByteSource {
  /** Bytes. */
  readonly size: number;
  /** Exactly the bytes from `start` up to but not including `end`, which nothing changes afterwards. */
  read(start: number, end: number): Promise<Uint8Array>;
}

export interface SideFileOptions {
  /** A group has 2 to this power chunks of 1,024 bytes: from 0 to 10. Default 4. */
  readonly groupLog?: number | undefined;
}

/** What {@link makeSideFile} makes of a file. */
export interface MadeSideFile {
  readonly sideFile: Uint8Array;
  /** The BLAKE3 digest of the file, in lowercase hexadecimal. */
  readonly digest: string;
}

/** A file of a signed model that is verified in parts. */
export interface VerifiedRanges {
  /** Bytes of the file, proven by the signed digest. */
  readonly size: number;
  /**
   * The bytes from `start` up to but not including `end`: a copy that was hashed.
   * @throws {OmsError} `model/mismatch` with the range of the group that differs; `model/side-file-invalid` for a node that does;
   * `model/not-signed` for a range that ends beyond the file
   * @throws {RangeError} for what is no range
   */
  read(start: number, end: number): Promise<Uint8Array>;
}

/**
 * Makes the side file of a file, with which parts of it can be verified. It holds 64 bytes for each group but one: 0.4 % of the file
 * for groups of 16 KiB, the default.
 * @param chunks the content of the file
 * @returns the side file, and the BLAKE3 digest of the file in lowercase hexadecimal
 *
 * @example
 * const { sideFile } = await makeSideFile(createReadStream('my-model/weights.bin'));
 * await writeFile('weights.b3tree', sideFile);
 */
export async function makeSideFile(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  { groupLog = 4 }: SideFileOptions = {},
): Promise<MadeSideFile> {
  if (!Number.isInteger(groupLog) || groupLog < 0 || groupLog > MAX_GROUP_LOG) {
    throw new TypeError(`the option groupLog must be a whole number from 0 to ${MAX_GROUP_LOG}`);
  }
  const groups = new GroupValues(groupLog);
  for await (const chunk of chunks) groups.add(chunk);
  const { values, length } = groups.end();
  const header = { groupLog, length };
  const sideFile = new Uint8Array(sideFileSize(header));
  sideFile.set(encodeSideFileHeader(header));
  let at = SIDE_FILE_HEADER_BYTES;
  const write = (from: number, count: number): Uint8Array => {
    if (count === 1) return values[from] as Uint8Array;
    const node = sideFile.subarray(at, at + NODE_BYTES);
    at += NODE_BYTES;
    const left = leftUnits(count);
    node.set(write(from, left));
    node.set(write(from + left, count - left), VALUE_BYTES);
    return parentValue(node, count === values.length);
  };
  return { digest: toHex(write(0, values.length)), sideFile };
}

/** Computes the chaining value of each group of a file as it comes. */
class GroupValues {
  readonly #bytes: number;
  readonly #buffer: Uint8Array;
  readonly #values: Uint8Array[] = [];
  #filled = 0;

  constructor(groupLog: number) {
    this.#bytes = groupBytes({ groupLog });
    this.#buffer = new Uint8Array(this.#bytes);
  }

  add(chunk: Uint8Array): void {
    for (let at = 0; at < chunk.length; ) {
      // Only more bytes show that a full group is not the last one, which alone may be the root.
      if (this.#filled === this.#bytes) this.#finish(false);
      const until = Math.min(chunk.length, at + this.#bytes - this.#filled);
      this.#buffer.set(chunk.subarray(at, until), this.#filled);
      this.#filled += until - at;
      at = until;
    }
  }

  end(): { values: readonly Uint8Array[]; length: number } {
    const length = this.#values.length * this.#bytes + this.#filled;
    this.#finish(this.#values.length === 0);
    return { values: this.#values, length };
  }

  #finish(isRoot: boolean): void {
    const firstChunk = (this.#values.length * this.#bytes) / CHUNK_BYTES;
    this.#values.push(subtreeValue(this.#buffer.subarray(0, this.#filled), firstChunk, isRoot));
    this.#filled = 0;
  }
}

/**
 * Opens a file of a signed model whose parts are verified as they are read, with a side file that needs no trust (section 4.5.2 of the
 * draft). What was not read is not verified. The caller has asked for the extension {@link BLAKE3_SIDE_FILE} by calling this.
 * @param signed what `openSignature` returned
 * @param name canonical name of a file that is signed with the method `files` and the algorithm `blake3`
 * @param file the bytes of the file
 * @param sideFile what `makeSideFile` made
 * @throws {OmsError} `model/not-signed`; `model/side-file-invalid`; `model/mismatch` if the file has another size or another end
 * @throws {TypeError} for a copy of what `openSignature` returned
 *
 * @example
 * const verifier = keyVerifier({ publicKey: await readFile('key.pub.pem') });
 * const signed = await openSignature(await readFile('model.sig'), verifier);
 * const sourceOf = async (path: string) => {
 *   const handle = await open(path);
 *   const { size } = await handle.stat();
 *   return { size, read: async (start: number, end: number) => (await handle.read(new Uint8Array(end - start), 0, end - start, start)).buffer };
 * };
 * const weights = await openRanges(signed, 'weights.bin', await sourceOf('my-model/weights.bin'), await sourceOf('weights.b3tree'));
 * const header = await weights.read(0, 8);
 */
export async function openRanges(
  signed: SignedManifest,
  name: string,
  file: ByteSource,
  sideFile: ByteSource,
): Promise<VerifiedRanges> {
  const { checked } = checkedSignature(signed);
  const { serialization } = checked.manifest;
  const listed = checked.files.find(({ path }) => path === name);
  const digest = digestOf(listed);
  if (digest === null || serialization.hashType !== 'blake3') {
    const why =
      listed === undefined ? 'no file of this name is signed' : 'its digest is not that of a whole file by blake3';
    throw new OmsError('model/not-signed', `${quote(name)} cannot be verified in parts: ${why}`, {
      requirement: listed === undefined ? 'OMS-PARTIAL-6' : 'OMS-SIDE-5',
    });
  }
  const ranges = new TreeRanges(name, digest, file, sideFile, await headerOf(sideFile));
  await ranges.checkEnd();
  return { size: ranges.size, read: (start, end) => ranges.read(start, end) };
}

function digestOf(file: SignedFile | undefined): string | null {
  return file && 'digest' in file && file.range === undefined ? file.digest : null;
}

async function headerOf(sideFile: ByteSource): Promise<SideFileHeader> {
  if (sideFile.size < SIDE_FILE_HEADER_BYTES) throw invalidSideFile('it is shorter than its beginning');
  return parseSideFileHeader(await exactly(sideFile, 0, SIDE_FILE_HEADER_BYTES), sideFile.size);
}

/** A copy of exactly these bytes, so that nothing changes between hashing and use. */
async function exactly(source: ByteSource, start: number, end: number): Promise<Uint8Array> {
  const bytes = await source.read(start, end);
  if (!(bytes instanceof Uint8Array)) throw new TypeError('a source of bytes must return a Uint8Array');
  if (bytes.length !== end - start) {
    throw new OmsError('model/changed', `a source gave ${bytes.length} bytes in place of ${end - start}`);
  }
  return new Uint8Array(bytes); // slice() of a Buffer would be the same memory
}

/** A subtree of groups, the place of its node in the side file, and the chaining value that it must have. */
interface Subtree {
  readonly from: number;
  readonly count: number;
  readonly node: number;
  readonly value: Uint8Array;
  readonly isRoot: boolean;
}

class TreeRanges {
  readonly size: number;
  readonly #name: string;
  readonly #file: ByteSource;
  readonly #sideFile: ByteSource;
  readonly #groupBytes: number;
  readonly #root: Subtree;

  constructor(name: string, digest: string, file: ByteSource, sideFile: ByteSource, header: SideFileHeader) {
    this.#name = name;
    this.#file = file;
    this.#sideFile = sideFile;
    this.size = header.length;
    this.#groupBytes = groupBytes(header);
    this.#root = { from: 0, count: groupCount(header), node: 0, value: fromHex(digest), isRoot: true };
  }

  /** Until the last group was checked, the length is only what the side file says (OMS-SIDE-3). */
  async checkEnd(): Promise<void> {
    if (this.#file.size !== this.size) {
      throw this.#differs({ expected: `${this.size} bytes`, actual: `${this.#file.size} bytes` });
    }
    await this.#readGroups(this.#root.count - 1, this.#root.count);
  }

  async read(start: number, end: number): Promise<Uint8Array> {
    if (!Number.isSafeInteger(start) || !Number.isSafeInteger(end) || start < 0 || start > end) {
      throw new RangeError(`from ${start} to ${end} is no range of bytes`);
    }
    if (end > this.size) {
      const message = `the range from ${start} to ${end} is not in ${quote(this.#name)}, which has ${this.size} bytes`;
      throw new OmsError('model/not-signed', message, { requirement: 'OMS-SIDE-5' });
    }
    if (start === end) return new Uint8Array(0);
    const first = Math.floor(start / this.#groupBytes);
    const bytes = await this.#readGroups(first, Math.ceil(end / this.#groupBytes));
    return bytes.subarray(start - first * this.#groupBytes, end - first * this.#groupBytes);
  }

  /** The bytes of these groups, each of which leads to the signed digest (OMS-SIDE-4). */
  async #readGroups(first: number, until: number): Promise<Uint8Array> {
    const start = first * this.#groupBytes;
    const bytes = await exactly(this.#file, start, Math.min(until * this.#groupBytes, this.size));
    const pending = [this.#root];
    for (let tree = pending.pop(); tree !== undefined; tree = pending.pop()) {
      if (tree.from + tree.count <= first || tree.from >= until) continue;
      if (tree.count > 1) pending.push(...(await this.#children(tree)));
      else this.#checkGroup(tree, bytes, start);
    }
    return bytes;
  }

  async #children({ from, count, node, value, isRoot }: Subtree): Promise<[Subtree, Subtree]> {
    const at = SIDE_FILE_HEADER_BYTES + NODE_BYTES * node;
    const pair = await exactly(this.#sideFile, at, at + NODE_BYTES);
    if (!areEqual(parentValue(pair, isRoot), value)) {
      const problem = `the node for groups ${from} to ${from + count} is not the one that was signed`;
      throw new OmsError('model/side-file-invalid', `the side file is refused: ${problem}`, {
        requirement: 'OMS-SIDE-4',
      });
    }
    const left = leftUnits(count);
    return [
      { from, count: left, node: node + 1, value: pair.subarray(0, VALUE_BYTES), isRoot: false },
      { from: from + left, count: count - left, node: node + left, value: pair.subarray(VALUE_BYTES), isRoot: false },
    ];
  }

  #checkGroup({ from, value, isRoot }: Subtree, bytes: Uint8Array, start: number): void {
    const at = from * this.#groupBytes;
    const group = bytes.subarray(at - start, at - start + this.#groupBytes);
    const actual = subtreeValue(group, at / CHUNK_BYTES, isRoot);
    if (areEqual(actual, value)) return;
    throw this.#differs({ expected: toHex(value), actual: toHex(actual), range: [at, at + group.length] });
  }

  #differs(found: { expected: string; actual: string; range?: readonly [number, number] }): OmsError {
    return new OmsError('model/mismatch', `the file ${quote(this.#name)} differs from what was signed`, {
      differences: [{ kind: 'modified', path: this.#name, ...found }],
      required: true,
    });
  }
}

function areEqual(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
