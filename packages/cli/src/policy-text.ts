import { createHash } from 'node:crypto';
import { quote } from '@model-signing/core';
import { codePoint } from '@model-signing/x509/text';
import { lookOf } from './look-alikes.ts';

/** No text in a policy is longer, and a name that has a rule neither. */
const MAX_TEXT = 4096;

/** How many entries of a list are written out. */
const MAX_ENTRIES = 20;

/** Text of a policy in quotes, never cut, and with other letters that look like ASCII written out: a changed text never looks the same. */
export function whole(text: string): string {
  const quoted = quote(text, MAX_TEXT);
  const look = lookOf(text);
  return look !== text && /^[ -~]*$/.test(look) ? quoted.replace(/[^ -~]/gu, codePoint) : quoted;
}

/** A list of a policy. Of a long one, the digest tells whether it is the same. */
export function wholeList(entries: readonly string[]): string {
  const texts = entries.map((entry) => (/^[\w./@+-]+$/.test(entry) ? entry : whole(entry)));
  const shown = texts.slice(0, MAX_ENTRIES).join(', ');
  if (texts.length <= MAX_ENTRIES) return shown;
  const digest = createHash('sha256')
    .update(`${texts.join('\n')}\n`)
    .digest('hex');
  return `${shown} and ${texts.length - MAX_ENTRIES} more (--json lists all; one a line, they have the SHA-256 ${digest})`;
}

/** A character that does not stand for itself in a pattern for names. */
export const patternCharacter = /[*?[\]{}]/;
