import { describe, expect, it } from 'vitest';
import { quote } from './text.ts';

describe('quote', () => {
  it.each([
    ['plain/name.bin', '"plain/name.bin"'],
    ['ümläut 模型 😀', '"ümläut 模型 😀"'],
    ['red\u001b[31m', '"red\\u{1b}[31m"'],
    ['two\nlines', '"two\\u{a}lines"'],
    ['"quoted" \\', '"\\"quoted\\" \\\\"'],
    ['\u202egnp.exe', '"\\u{202e}gnp.exe"'],
    ['zero\u200bwidth', '"zero\\u{200b}width"'],
    ['\ud800', '"\\u{d800}"'],
  ])('quote makes %j safe to print', (text, quoted) => {
    expect(quote(text)).toBe(quoted);
  });

  it('quote cuts text that is too long', () => {
    expect(quote('x'.repeat(10_000)).length).toBeLessThan(250);
  });
});
