import { appendFileSync, readFileSync, renameSync } from 'node:fs';
import { expect, test } from 'vitest';
import { Sandbox } from './testing/command.ts';

/** Signs a model with one more file, changes it, and returns the hints of the refusal. */
async function hintsAfter(
  change: (box: Sandbox) => void,
  text = 'a\nb\nc\n',
  ...flags: string[]
): Promise<readonly string[]> {
  const box = new Sandbox();
  box.write('model/readme.md', text);
  await box.sign(...flags);
  change(box);
  const { code, result, stderr } = await box.verify();
  expect({ code, error: result.error.code }).toEqual({ code: 1, error: 'model/mismatch' });
  for (const hint of result.error.hints) expect(stderr).toContain(hint);
  expect(result.error.hints.join('\n')).not.toContain('--ignore-unsigned-files');
  return result.error.hints;
}

const edit = (change: (text: string) => string) => (box: Sandbox) =>
  box.write('model/readme.md', change(readFileSync(box.path('model/readme.md'), 'utf8')));

test.each([
  ['LF to CRLF', 'a\nb\n', (text: string) => text.replaceAll('\n', '\r\n')],
  ['CRLF to LF', 'a\r\nb\r\n', (text: string) => text.replaceAll('\r\n', '\n')],
  ['LF to CR', 'a\nb\n', (text: string) => text.replaceAll('\n', '\r')],
])('a file whose line ends were changed from %s is named', async (how, text, change) => {
  for (const hash of ['sha256', 'blake2b', 'blake3']) {
    expect(await hintsAfter(edit(change), text, '--hash', hash)).toEqual([
      `readme.md differs from what was signed only because its line ends were changed from ${how}`,
    ]);
  }
});

test.each([
  ['a line break was added at its end', 'a\nb', (text: string) => `${text}\n`],
  ['the line break at its end was removed', 'a\nb\n', (text: string) => text.slice(0, -1)],
  ['a byte order mark was added', 'a', (text: string) => `\ufeff${text}`],
  ['a byte order mark was removed', '\ufeffa', (text: string) => text.replace('\ufeff', '')],
])('a file that differs because %s is named', async (how, text, change) => {
  const expected = [`readme.md differs from what was signed only because ${how}`];
  expect(await hintsAfter(edit(change), text)).toEqual(expected);
});

test('under shards, a change of the length that only one conversion explains is named as probable', async () => {
  const change = edit((text) => text.replaceAll('\n', '\r\n'));
  expect(await hintsAfter(change, 'a\nb\nc\nd\n', '--shard-size', '1000')).toEqual([
    'readme.md differs from what was signed, probably because its line ends were changed from LF to CRLF',
  ]);
  const ambiguous = edit((text) => text.slice(0, -1));
  expect(await hintsAfter(ambiguous, 'a\nb\n', '--shard-size', '1000')).toEqual([]);
});

test('only so many bytes are read again as one large file may have, and what does not fit is passed over', async () => {
  const box = new Sandbox();
  const large = Buffer.alloc(9 * 1024 * 1024);
  for (const name of ['a.bin', 'b.bin', 'c.txt']) box.write(`model/${name}`, name === 'c.txt' ? 'c\n' : large);
  await box.sign();
  for (const name of ['a.bin', 'b.bin', 'c.txt']) appendFileSync(box.path(`model/${name}`), '\n');
  const { result } = await box.verify();
  expect(result.error.differences).toHaveLength(3);
  const line = (name: string) => `${name} differs from what was signed only because a line break was added at its end`;
  expect(result.error.hints).toEqual([line('a.bin'), line('c.txt')]);
});

test('a file that differs in more than its line ends gets no hint', async () => {
  expect(await hintsAfter(edit((text) => `${text.replaceAll('\n', '\r\n')}x`))).toEqual([]);
});

test.each([
  ['only in upper and lower case', 'readme.md', 'README.md'],
  ['only in their Unicode form', 'caf\u00e9.md', 'cafe\u0301.md'],
  ['only in letters that look the same', 'readme.md', 're\u0430dme.md'],
  ['only in spaces, case or letters that look the same', 'my file.md', 'my_file.md'],
])('two names that differ %s are named as a pair', async (how, before, after) => {
  const box = new Sandbox();
  box.write(`model/${before}`, 'x');
  await box.sign();
  renameSync(box.path(`model/${before}`), box.path(`model/${after}`));
  const { result } = await box.verify();
  expect(result.error.hints).toHaveLength(1);
  const [hint = ''] = result.error.hints;
  expect(hint).toMatch(/^\S.* was signed and .* is there: the names differ /);
  expect(hint).toContain(how);
  const [, one, other] = /^(.*) was signed and (.*) is there/.exec(hint) ?? [];
  expect(one).not.toBe(other);
});

test('names that have nothing in common are no pair', async () => {
  const box = new Sandbox();
  await box.sign();
  renameSync(box.path('model/config.json'), box.path('model/other.json'));
  expect((await box.verify()).result.error.hints).toEqual([]);
});
