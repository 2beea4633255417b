import fc from 'fast-check';
import { expect, it } from 'vitest';
import { MAX_POINTER_BYTES, pointerKind } from './pointer.ts';

const OID = 'a'.repeat(64);
const LFS = `version https://git-lfs.github.com/spec/v1\noid sha256:${OID}\nsize 12345\n`;

const kindOf = (text: string) => pointerKind(new TextEncoder().encode(text));

it.each([
  ['git-lfs', LFS],
  ['git-lfs', LFS.trimEnd()],
  ['git-lfs', `\ufeff${LFS}`],
  ['git-lfs', LFS.replaceAll('\n', '\r\n')],
  ['git-lfs', LFS.replace('oid', `ext-0-foo sha256:${'b'.repeat(64)}\noid`)],
  ['git-lfs', LFS.replace('git-lfs.github.com', 'hawser.github.com')],
  ['git-lfs', LFS.replace('https://git-lfs.github.com/spec/v1', 'http://git-media.io/v/2')],
  ['git-xet', "# xet version 0\nfilesize = 123\nhash = '0f1e'\n"],
  ['git-annex', '/annex/objects/SHA256E-s123--0f1e.safetensors\n'],
  ['git-annex', '../.git/annex/objects/Xv/9p/SHA256E-s123--0f1e.bin/SHA256E-s123--0f1e.bin'],
  ['git-annex', '.git/annex/objects/Xv/9p/SHA256E-s123--0f1e/SHA256E-s123--0f1e\n'],
  ['git-lfs', `\ufeff${LFS}`],
  ['git-lfs', `\r\n\n${LFS}`],
  ['git-lfs', LFS.replace(OID, OID.toUpperCase())],
  ['git-lfs', LFS.replace('spec/v1', 'spec/v1.1')],
  ['git-lfs', LFS.replace('spec/v1', 'spec/v1000')],
  ['git-xet', "\ufeff\n# xet version 0\nfilesize = 123\nhash = '0f1e'\n"],
  ['git-annex', '/annex/objects/WORM-s5-m1700000000--my weights.bin\n'],
  ['git-annex', '/annex/objects/SHA256E-s123--0f1e.bin\nmore that is allowed\n'],
  ['git-annex', '../.git/annex/objects/Xv/9p/WORM-s5--my weights/WORM-s5--my weights\n'],
  ['hub-link', `../../blobs/${OID}`],
  ['hub-link', `../../../blobs/${OID.slice(0, 40)}\n`],
])('a pointer of %s is recognised: %j', (kind, text) => {
  expect(kindOf(text)).toBe(kind);
});

it.each([
  '',
  'version https://git-lfs.github.com/spec/v1',
  LFS.replace('sha256', 'md5'),
  LFS.replace(OID, OID.slice(1)),
  LFS.replace('size 12345\n', ''),
  LFS.replace('size 12345', 'size many'),
  LFS.replace('git-lfs.github.com/spec', 'example.com/spec'),
  `# about pointers\n\n${LFS}`,
  LFS + '#'.repeat(MAX_POINTER_BYTES),
  '# xet version 0\n',
  '# a comment\nprint("hello")\n',
  '/annex/objects/\n',
  '/annex/objects/a b\n',
  '../other/file',
  `../blobs/${OID}`,
  `../../blobs/${OID.slice(1)}`,
  `../../blobs/${OID}/x`,
  `../../blobs/${OID}\nand more`,
  '/annex/objects/lower case--x\n',
  `../.git/annex/objects/a\nand more`,
])('a text that only resembles a pointer is none: %j', (text) => {
  expect(kindOf(text)).toBeNull();
});

it('any bytes are accepted without an error, and a pointer with any digest and size is recognised', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 1100 }), (bytes) => void pointerKind(bytes)));
  const hex = fc.stringMatching(/^[0-9a-f]{64}$/);
  fc.assert(
    fc.property(hex, fc.maxSafeNat(), (oid, size) => {
      expect(kindOf(`version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize ${size}\n`)).toBe('git-lfs');
    }),
  );
});
