/** What keeps the content of a large file elsewhere, and leaves a short text in its place. */
export type PointerKind = 'git-lfs' | 'git-xet' | 'git-annex' | 'hub-link';

export const pointerKinds: readonly PointerKind[] = ['git-lfs', 'git-xet', 'git-annex', 'hub-link'];

/** Git LFS takes no larger file for a pointer. */
export const MAX_POINTER_BYTES = 1024;

/** How pointers begin, in ASCII, after a byte order mark and empty lines: nearly every other file differs within two bytes. */
const beginnings = [
  'version https://',
  'version http://',
  '# xet version ',
  '/annex/objects/',
  '.git/annex/',
  '../',
].map((text) => new TextEncoder().encode(text));

/** How all versions of Git LFS begin. */
const LFS_SPEC = 'version https://git-lfs.github.com/spec/';

/** The names of version 1 of Git LFS from before it had its own domain. */
const OLD_LFS_VERSIONS = new Set(['version https://hawser.github.com/spec/v1', 'version http://git-media.io/v/2']);

/** A key of git-annex: the backend, fields such as the size, and a name that may contain spaces. */
const ANNEX_KEY = /^\/annex\/objects\/[A-Z0-9_]+(?:-[A-Za-z]\d+)*--./;

/** The kind of pointer that a whole file is, or null if it is something else. */
export function pointerKind(bytes: Uint8Array): PointerKind | null {
  if (bytes.length > MAX_POINTER_BYTES) return null;
  const text = bytes.subarray(firstByte(bytes));
  if (!beginnings.some((beginning) => startsWith(text, beginning))) return null;
  const lines = new TextDecoder()
    .decode(text)
    .trimEnd()
    .split('\n')
    .map((line) => line.trimEnd());
  const [first = ''] = lines;
  const some = (pattern: RegExp) => lines.some((line) => pattern.test(line));
  if (first.startsWith(LFS_SPEC) || OLD_LFS_VERSIONS.has(first)) {
    return some(/^oid sha256:[0-9a-f]{64}$/i) && some(/^size \d+$/) ? 'git-lfs' : null;
  }
  if (first.startsWith('# xet version ')) return some(/^filesize = /) && some(/^hash = /) ? 'git-xet' : null;
  if (ANNEX_KEY.test(first)) return 'git-annex'; // which allows more lines
  return lines.length === 1 ? kindOfPath(first) : null;
}

/** A path alone in a file is what a link becomes where there are no links, or a pointer of git-annex without a proper key. */
function kindOfPath(path: string): PointerKind | null {
  if (/^\/annex\/objects\/[^/\s]+$/.test(path) || /^[./]*\.git\/annex\/objects\/(?:\S+|.+--.+)$/.test(path)) {
    return 'git-annex';
  }
  return /^(?:\.\.\/){2,}blobs\/(?:[0-9a-f]{40}|[0-9a-f]{64})$/i.test(path) ? 'hub-link' : null;
}

const BYTE_ORDER_MARK = Uint8Array.of(0xef, 0xbb, 0xbf);

/** Where the text begins, after a byte order mark and empty lines. */
function firstByte(bytes: Uint8Array): number {
  let at = startsWith(bytes, BYTE_ORDER_MARK) ? BYTE_ORDER_MARK.length : 0;
  while (bytes[at] === 0x0a || bytes[at] === 0x0d || bytes[at] === 0x20) at++;
  return at;
}

function startsWith(bytes: Uint8Array, beginning: Uint8Array): boolean {
  if (bytes.length < beginning.length) return false;
  for (let i = 0; i < beginning.length; i++) if (bytes[i] !== beginning[i]) return false;
  return true;
}
