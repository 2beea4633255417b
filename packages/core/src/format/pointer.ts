/** What keeps the content of a large file elsewhere, and leaves a short text in its place. */
export type PointerKind = 'git-lfs' | 'git-xet' | 'git-annex';

export const pointerKinds: readonly PointerKind[] = ['git-lfs', 'git-xet', 'git-annex'];

/** Git LFS takes no larger file for a pointer. */
export const MAX_POINTER_BYTES = 1024;

/** How pointers begin, in ASCII: nearly every other file differs within two bytes. */
const beginnings = [
  'version https://',
  'version http://',
  '# xet version ',
  '/annex/objects/',
  '.git/annex/',
  '../',
].map((text) => new TextEncoder().encode(text));

const BYTE_ORDER_MARK = new Uint8Array([0xef, 0xbb, 0xbf]);

/** The names of version 1 of Git LFS, the second one from before it had its own domain. */
const LFS_VERSIONS = new Set([
  'version https://git-lfs.github.com/spec/v1',
  'version https://hawser.github.com/spec/v1',
  'version http://git-media.io/v/2',
]);

/** The kind of pointer that a whole file is, or null if it is something else. */
export function pointerKind(bytes: Uint8Array): PointerKind | null {
  const text = startsWith(bytes, BYTE_ORDER_MARK) ? bytes.subarray(3) : bytes;
  if (bytes.length > MAX_POINTER_BYTES || !beginnings.some((beginning) => startsWith(text, beginning))) return null;
  const lines = new TextDecoder()
    .decode(text)
    .trimEnd()
    .split('\n')
    .map((line) => line.trimEnd());
  const [first = ''] = lines;
  const some = (pattern: RegExp) => lines.some((line) => pattern.test(line));
  if (LFS_VERSIONS.has(first)) return some(/^oid sha256:[0-9a-f]{64}$/) && some(/^size \d+$/) ? 'git-lfs' : null;
  if (first.startsWith('# xet version ')) return some(/^filesize = /) && some(/^hash = /) ? 'git-xet' : null;
  const isAnnexed = /^\/annex\/objects\/[^/\s]+$/.test(first) || /^[./]*\.git\/annex\/objects\/\S+$/.test(first);
  return isAnnexed && lines.length === 1 ? 'git-annex' : null;
}

function startsWith(bytes: Uint8Array, beginning: Uint8Array): boolean {
  if (bytes.length < beginning.length) return false;
  for (let i = 0; i < beginning.length; i++) if (bytes[i] !== beginning[i]) return false;
  return true;
}
