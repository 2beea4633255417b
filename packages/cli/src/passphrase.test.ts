import { expect, test } from 'vitest';
import { withoutLineBreak } from './passphrase.ts';

test.each([
  ['secret', 'secret'],
  ['secret\n', 'secret'],
  ['secret\r\n', 'secret'],
  ['secret\n\n', 'secret\n'],
  ['secret\r', 'secret\r'],
  [' secret ', ' secret '],
  ['\n', ''],
  ['', ''],
])('the file %j holds the passphrase %j', (content, passphrase) => {
  expect(Buffer.from(withoutLineBreak(Buffer.from(content))).toString()).toBe(passphrase);
});
