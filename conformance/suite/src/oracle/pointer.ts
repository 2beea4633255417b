import { bytesOf, lengthOf } from '../vectors/content.ts';
import type { Content, VectorInputs } from '../vectors/vector.ts';
import type { Judge } from './judgement.ts';
import type { SignedFile } from './manifest.ts';
import type { Serialization } from './statement.ts';

/** What a store states of a file: in a pointer of Git LFS, of the file in whose place it is. */
export interface Stated {
  readonly digest: string;
  readonly size: number;
}

const VERSION = 'version https://git-lfs.github.com/spec/v1\n';
const POINTER = /^version https:\/\/git-lfs\.github\.com\/spec\/v1\noid sha256:([0-9a-f]{64})\nsize (0|[1-9]\d*)\n$/;
const LONGEST = 1000;

/** Whether pointers are read at all. */
export function readsPointers({ lfsPointers = false }: Pick<VectorInputs, 'lfsPointers'>, judge: Judge): boolean {
  return lfsPointers || judge.has('pointers-read-unasked');
}

/** The pointer that a file consists of (section 13.4.1), or null. */
export function pointerIn(content: Content, judge: Judge): Stated | null {
  if (lengthOf(content) > LONGEST) return null;
  const [, digest, size] = POINTER.exec(tolerated(bytesOf(content).toString('latin1'), judge)) ?? [];
  return digest === undefined ? null : { digest, size: Number(size) };
}

/** The text as a program with these defects takes it. */
function tolerated(text: string, judge: Judge): string {
  let read = text;
  if (judge.has('pointer-with-crlf')) read = read.replaceAll('\r\n', '\n');
  if (judge.has('pointer-without-last-line-feed')) read = read.replace(/\n?$/, '\n');
  if (judge.has('pointer-with-text-after')) read = `${read.split('\n').slice(0, 3).join('\n')}\n`;
  if (judge.has('pointer-with-text-before')) read = read.slice(Math.max(read.indexOf(VERSION), 0));
  if (judge.has('pointer-with-extensions')) read = read.replaceAll(/^ext-.*\n/gm, '');
  if (judge.has('pointer-of-any-version')) read = read.replace(/^version .*\n/, VERSION);
  if (judge.has('pointer-in-capitals')) read = read.replace(/[0-9A-F]{64}/, (digits) => digits.toLowerCase());
  if (judge.has('pointer-without-size') && !read.includes('\nsize ')) read = `${read}size 0\n`;
  if (judge.has('pointer-in-any-order')) read = read.replace(/(size .*\n)(oid .*\n)/, '$2$1');
  if (judge.has('pointer-with-zeros-before-the-size')) read = read.replace(/\nsize 0+(?=\d)/, '\nsize ');
  if (judge.has('pointer-of-any-hash')) read = read.replace(/oid [a-z0-9-]+:/, 'oid sha256:');
  return read;
}

/** Whether the digest that a store states of a file is the signed one (section 13.4). */
export function isStatedAsSigned(
  { digest, size }: Stated,
  signed: SignedFile,
  { hashType }: Serialization,
  judge: Judge,
): boolean {
  if (judge.has('advertised-not-compared')) return true;
  if (hashType !== 'sha256' && !judge.has('advertised-of-any-algorithm')) return false;
  const same = (other: string) =>
    judge.has('advertised-by-prefix') ? digest.slice(0, 16) === other.slice(0, 16) : digest === other;
  if (typeof signed === 'string') return same(signed);
  if (judge.has('advertised-of-the-whole') && signed.at(-1)?.end === size) return true;
  const [range, ...more] = signed;
  const isWhole = more.length === 0 && range?.end === size;
  return range !== undefined && (isWhole || judge.has('advertised-of-a-part')) && same(range.digest);
}
