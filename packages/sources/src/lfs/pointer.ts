/** What a pointer of Git LFS says about the content that it stands for. */
export interface LfsPointer {
  /** SHA-256 in lowercase hexadecimal. */
  readonly digest: string;
  /** In bytes. */
  readonly size: number;
}

const HEAD = 'version https://git-lfs.github.com/spec/v1\noid sha256:';
const DIGEST_LENGTH = 64;
const MIDDLE = '\nsize ';
const END = '\n';
const MAX_DIGITS = 16;
/** The SHA-256 of no bytes. */
const EMPTY = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/** The sizes of pointers, in bytes: from one digit to as many as an exact number has. */
export const MIN_LFS_POINTER_BYTES = HEAD.length + DIGEST_LENGTH + MIDDLE.length + 1 + END.length;
export const MAX_LFS_POINTER_BYTES = MIN_LFS_POINTER_BYTES + MAX_DIGITS - 1;

/**
 * Reads a whole file as a pointer of Git LFS, in the one form that its specification has; null for anything else. A pointer with
 * extensions is none, because its digest is not that of the file in the checkout; nor is one whose size is 0 and whose digest is
 * that of other bytes, since Git LFS puts an empty file in its place.
 */
export function parseLfsPointer(bytes: Uint8Array): LfsPointer | null {
  if (bytes.length < MIN_LFS_POINTER_BYTES || bytes.length > MAX_LFS_POINTER_BYTES) return null;
  const text = String.fromCharCode(...bytes);
  const digest = text.slice(HEAD.length, HEAD.length + DIGEST_LENGTH);
  const digits = text.slice(HEAD.length + DIGEST_LENGTH + MIDDLE.length, -END.length);
  if (text !== HEAD + digest + MIDDLE + digits + END) return null;
  const size = Number(digits);
  if (!/^[0-9a-f]{64}$/.test(digest) || !Number.isSafeInteger(size) || String(size) !== digits) return null;
  if ((size === 0) !== (digest === EMPTY)) return null;
  return { digest, size };
}
