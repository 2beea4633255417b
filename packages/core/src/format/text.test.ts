import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { escapeHidden, printable, quote, redact } from './text.ts';

/** Code points that have been used to deceive readers of file names and logs, of every kind. */
const deceptive = [
  0x00, 0x07, 0x09, 0x0a, 0x0d, 0x1b, 0x7f, 0x85, 0x9b, 0xa0, 0xad, 0x034f, 0x061c, 0x115f, 0x1160, 0x17b4, 0x180e,
  0x2003, 0x200b, 0x200d, 0x200e, 0x2028, 0x2029, 0x202a, 0x202e, 0x2060, 0x2066, 0x2069, 0x2800, 0x3000, 0x3164,
  0xd800, 0xdfff, 0xe000, 0xfe0f, 0xfeff, 0xffa0, 0xfff9, 0xfffa, 0xfffb, 0xfffc, 0xffff, 0x13441, 0x13442, 0x16fe4,
  0x1d159, 0x1d173, 0xe0001, 0xe0041, 0xe0100, 0xf0000, 0x10ffff,
];

/** Text with many characters that an attacker would use. */
const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(...deceptive, 0x22, 0x5c, 0x2026).map((point) => String.fromCodePoint(point)),
      fc.string({ unit: 'binary', maxLength: 5 }),
      fc.constantFrom('\u0338', '\\u{1b}', '", "', '\\"', 'name', ' '),
    ),
    { maxLength: 12 },
  )
  .map((parts) => parts.join(''));

/** Whether a terminal or a reader could be deceived, written independently of the sanitizer. */
function isHarmless(text: string): boolean {
  const points = [...text].map((character) => character.codePointAt(0) as number);
  return (
    !points.some((point) => point < 0x20 || (point >= 0x7f && point <= 0xa0) || deceptive.includes(point)) &&
    !/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\p{Zl}\p{Zp}\p{Bidi_Control}\p{Variation_Selector}\p{Default_Ignorable_Code_Point}]/u.test(
      text,
    )
  );
}

/** Reverses {@link quote}. */
function unquote(quoted: string): string {
  return quoted
    .slice(1, -1)
    .replace(
      /\\(?:u\{([0-9a-f]+)\}|(["\\]))/g,
      (_, point, plain) => plain ?? String.fromCodePoint(Number.parseInt(point, 16)),
    );
}

describe('the sanitizer', () => {
  it.each(deceptive.map((point) => [point.toString(16)]))('the sanitizer escapes U+%s', (hex) => {
    const text = `a${String.fromCodePoint(Number.parseInt(hex, 16))}b`;
    expect(printable(text)).toBe(`a\\u{${hex}}b`);
    expect(quote(text)).toBe(`"a\\u{${hex}}b"`);
  });

  it.each([
    [0x1039, '\u1000'],
    [0x17d2, '\u1780'],
    [0x1a60, '\u1a20'],
    [0xaaf6, '\uabc0'],
    [0x10a3f, '\u{10a10}'],
    [0x11133, '\u{11107}'],
    [0x11a47, '\u{11a0b}'],
    [0x11a99, '\u{11a5c}'],
    [0x11d45, '\u{11d0c}'],
    [0x11d97, '\u{11d6c}'],
    [0x1107f, '\u{11005}'],
  ])('the sign without a shape %i is shown in its own script, and escaped after anything else', (point, letter) => {
    const sign = String.fromCodePoint(point);
    expect(printable(`${letter}${sign}${letter}`)).toBe(`${letter}${sign}${letter}`);
    for (const before of ['a', '-', '1']) {
      expect(printable(`${before}${sign}b`)).toBe(`${before}\\u{${point.toString(16)}}b`);
    }
  });

  it('the sanitizer leaves no character that a terminal obeys or a reader cannot see, in any text', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expect(isHarmless(printable(text))).toBe(true);
        expect(isHarmless(quote(text))).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });

  it('the sanitizer leaves text that it has escaped unchanged', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expect(printable(printable(text))).toBe(printable(text));
        expect(printable(quote(text))).toBe(quote(text));
      }),
    );
  });

  it('quote quotes so that the text can be read back, and the quotes end where it ends', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        const quoted = quote(text, 1000);
        expect(quoted).toMatch(/^"(?:[^"\\]|\\.)*"$/su);
        // A pair of escaped surrogates would read back as the character that they make up.
        if (text.isWellFormed()) expect(unquote(quoted)).toBe(text);
      }),
      { numRuns: 2000 },
    );
  });

  it('quote never quotes two short texts alike, nor a short and a cut one', () => {
    fc.assert(
      fc.property(hostile, hostile, fc.integer({ min: 1, max: 30 }), (one, other, limit) => {
        fc.pre(one !== other && (one.length <= limit || other.length <= limit));
        expect(quote(one, limit)).not.toBe(quote(other, limit));
      }),
    );
  });

  it('the sanitizer leaves the letters, digits and symbols of all languages as they are', () => {
    const text = 'modèle 模型 модель 😀 נתון ümläut दिल ไทย 한글';
    expect(printable(text)).toBe(text);
    expect(quote(text)).toBe(`"${text}"`);
  });

  it('quote escapes quotes and backslashes, and printable does not', () => {
    expect(quote('a", "b \\')).toBe('"a\\", \\"b \\\\"');
    expect(printable('a", "b \\')).toBe('a", "b \\');
  });

  it('quote escapes a combining mark that would strike the opening quote, and leaves the others', () => {
    expect(quote('\u0338me\u0301')).toBe('"\\u{338}me\u0301"');
    expect(quote('\u0903')).toBe('"\\u{903}"');
  });

  it('quote shows the beginning and the end of a long text, and states its length', () => {
    const path = `start${'x'.repeat(9990)}.end!`;
    expect(quote(path)).toBe(`"start${'x'.repeat(129)}…${'x'.repeat(61)}.end!" (10000 characters)`);
    expect(quote('xyz', 2)).toBe('"xy…" (3 characters)');
    expect(quote('x'.repeat(200))).toBe(`"${'x'.repeat(200)}"`);
  });

  it('quote never shows half a character of a text that it cuts', () => {
    for (let limit = 1; limit < 12; limit++) expect(quote('😀'.repeat(20), limit)).not.toMatch(/\\u/);
  });

  it('quote does not let a text that looks cut pass for one that is', () => {
    expect(quote('xy…" (3 characters)')).toBe('"xy…\\" (3 characters)"');
  });

  it.each(['“', '”', '„', '″', '〃', '＂', '״', 'ʺ', '❞', '＼', '∖'])(
    'quote escapes %s, which looks like a quote or a backslash',
    (mark) => {
      expect(quote(`a${mark}, ${mark}b`)).toMatch(/^"a\\u\{[0-9a-f]+\}, \\u\{[0-9a-f]+\}b"$/);
    },
  );

  it('the sanitizer writes out marks that pile up over other lines, and leaves those of every language', () => {
    expect(printable(`a${'\u0301'.repeat(8)}`)).toBe(`a${'\u0301'.repeat(8)}`);
    expect(printable(`a${'\u0301'.repeat(10)}`)).toBe(`a${'\u0301'.repeat(8)}\\u{301}\\u{301}`);
  });

  it('redact leaves no piece of 8 characters of a secret, wherever the text was cut and however long it is', () => {
    const alphabet = fc.string({ unit: fc.constantFrom(...'abcXYZ019.-_'), minLength: 8, maxLength: 60 });
    fc.assert(
      fc.property(alphabet, hostile, fc.nat(), fc.nat(), (secret, other, from, length) => {
        const start = from % secret.length;
        const piece = secret.slice(start, start + (length % (secret.length + 1)));
        const shown = redact(`${other} ${piece} ${other}${encodeURIComponent(secret)}`, [secret], 2000);
        for (let at = 0; at + 8 <= secret.length; at++) expect(shown).not.toContain(secret.slice(at, at + 8));
        expect(isHarmless(shown)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('redact removes a secret before it cuts the text, so that no beginning of it stays', () => {
    const secret = 'abcdefghijklmnopqrstuvwxyz';
    for (let before = 160; before < 210; before++) {
      const shown = redact(`${'.'.repeat(before)}${secret}${'.'.repeat(1000)}`, [secret]);
      expect(shown).not.toMatch(/[a-z]{8}[^ ]*…|…[a-z]{8}|abcd/);
    }
  });

  it('redact removes a short secret as a whole, and nothing for an empty one', () => {
    expect(redact('the password hunter2 is wrong', ['hunter2'])).toBe('the password (secret) is wrong');
    expect(redact('as it is', [''])).toBe('as it is');
    expect(redact('x=abcdefgh&y', ['abcdefgh'])).toBe('x=(secret)&y');
  });

  it('escapeHidden can escape in another notation', () => {
    expect(escapeHidden('a\tb', () => '<tab>')).toBe('a<tab>b');
  });
});

it.each([['SECRET-TEXT'], [5], [null], [undefined], [[5]], [['x', null]], [{}]])(
  'redact refuses secrets that are no list of strings: %j',
  (secrets) => {
    expect(() => redact('token SECRET-TEXT here', secrets as Iterable<string>)).toThrow(TypeError);
  },
);
