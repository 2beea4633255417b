import { type Judge, Refusal } from './judgement.ts';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Base64 by RFC 4648 in one of its two alphabets, and no other spelling of the same bytes. */
export function decodeBase64(text: string, judge: Judge): Buffer {
  const standard = isStandard(text, judge);
  if (text === '' && judge.has('signature-may-be-empty')) return Buffer.of();
  if (standard !== null && !judge.has(standard)) {
    throw new Refusal('bundle/not-base64', standard, { checks: text === '' ? ['signature-may-be-empty'] : [standard] });
  }
  return Buffer.from(judge.has('base64-takes-inner-padding') ? text.replaceAll('=', '') : text, 'base64');
}

/** The leniency that a text needs, or null if it is in standard form. */
function isStandard(given: string, judge: Judge) {
  if (/\s/.test(given)) return 'base64-takes-space';
  const isUrl = /[-_]/.test(given);
  if (isUrl && judge.has('base64-url-refused')) throw new Refusal('bundle/not-base64', 'the URL-safe alphabet');
  if (isUrl && /[+/]/.test(given)) return 'base64-takes-mixed';
  const text = given.replaceAll('-', '+').replaceAll('_', '/');
  if (/=[^=]/.test(text)) return 'base64-takes-inner-padding';
  if (hasExcessPadding(text)) return 'base64-takes-excess-padding';
  if (text.length % 4 !== 0) return 'base64-takes-unpadded';
  const body = text.replace(/={1,2}$/, '');
  if (text.length === 0 || [...body].some((letter) => !ALPHABET.includes(letter))) return 'base64-takes-junk';
  return Buffer.from(text, 'base64').toString('base64') === text ? null : 'base64-takes-stray-bits';
}

/** Whether more padding is at the end than completes the last four characters. */
function hasExcessPadding(text: string): boolean {
  let length = text.length;
  while (text[length - 1] === '=') length--;
  return text.length - length > (4 - (length % 4)) % 4;
}

/** Whether a text consists of so many lowercase hexadecimal digits. */
export function isHex(text: unknown, digits: number): text is string {
  return typeof text === 'string' && text.length === digits && [...text].every((c) => '0123456789abcdef'.includes(c));
}

/** Code points, compared from the first to the last. */
export function compareCodePoints(a: string, b: string): number {
  const left = [...a];
  const right = [...b];
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const difference = (left[i]?.codePointAt(0) ?? 0) - (right[i]?.codePointAt(0) ?? 0);
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}
