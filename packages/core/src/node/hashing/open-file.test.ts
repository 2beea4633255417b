import { appendFileSync, renameSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { nextTimestamp, temporaryDirectory } from '@model-signing/testing/tree';
import { expect, it, onTestFinished } from 'vitest';
import { FileChanged, OpenFile } from './open-file.ts';

/** A short file, for which only the descriptor is checked again, not the path. */
function opened(): { file: OpenFile; at: string } {
  const at = path.join(temporaryDirectory(), 'file');
  writeFileSync(at, '12345');
  const file = new OpenFile(at, 5);
  onTestFinished(() => file.close());
  return { file, at };
}

it('an open short file is confirmed while nothing happens to it', () => {
  expect(() => opened().file.confirm()).not.toThrow();
});

it.each<[string, (at: string) => void]>([
  ['grows', (at) => appendFileSync(at, '6')],
  ['shrinks', (at) => truncateSync(at, 1)],
  [
    'gets other content of the same size and its time set back',
    (at) => {
      writeFileSync(at, '54321');
      utimesSync(at, new Date(0), new Date(0));
    },
  ],
  ['is moved away', (at) => renameSync(at, `${at}.old`)],
])('an open short file is not confirmed if it %s', async (_, disturb) => {
  const { file, at } = opened();
  await nextTimestamp();
  disturb(at);
  expect(() => file.confirm()).toThrow(FileChanged);
});

it('an open file gives no bytes beyond its end', () => {
  const { file } = opened();
  expect(() => file.read(Buffer.alloc(10), 10, 5)).toThrow(FileChanged);
});
